//! What a room wants of the store: one statement after the other, in order.

use std::collections::VecDeque;

use futures::future::{BoxFuture, FutureExt as _};

use super::{
    Dependencies,
    facts::{self, Read},
    fallback,
    requests::Access,
};
use crate::{
    model::{EntryId, Millis, PlayId, RoomId, Track},
    server::{
        live::room::{
            CurrentPlay, Effect, EndedBy, Event, Observation, PlayChange, SignIn, StoreFailed,
            queue::{Ended, Sent},
        },
        rooms::{
            plays::{self, Observed},
            queue, votes,
        },
        store::{
            database::Database,
            entities::{millis, play},
        },
    },
};

/// No room is read later than this after it should be, whatever a clock that was set back says.
const LONGEST_DELAY_MS: u64 = 1_000;

/// Statements that wait, and the one in flight.
#[derive(Default)]
pub(super) struct Statements {
    waiting: VecDeque<Effect>,
    in_flight: Option<(bool, BoxFuture<'static, Stored>)>,
    /// When the room is read again at the earliest: many changes at once make few events.
    read_at: Millis,
}

/// What became of a statement.
pub(super) enum Stored {
    Read(anyhow::Result<Read>),
    Done(Event),
    /// Nobody asked.
    Silent,
}

impl Statements {
    /// Takes a statement in. Those that write may overtake a reading that has to wait: it sees what
    /// they wrote.
    pub(super) fn push(&mut self, effect: Effect) {
        self.waiting.push_back(effect);
    }

    /// Lets the room be read at `at` at the earliest.
    pub(super) fn delay_reading(&mut self, at: Millis) {
        self.read_at = at;
    }

    /// When a reading that has to wait is due.
    pub(super) fn next_at(&self) -> Option<Millis> {
        let waits = self.in_flight.is_none() && !self.waiting.is_empty();
        waits.then_some(self.read_at)
    }

    /// Whether everything that was to be written is.
    pub(super) fn are_done(&self) -> bool {
        let is_reading = self.in_flight.as_ref().is_none_or(|(is_reading, _)| *is_reading);
        is_reading && self.waiting.iter().all(|effect| *effect == Effect::Reload)
    }

    /// Whether the store is busy with one.
    pub(super) fn are_in_flight(&self) -> bool {
        self.in_flight.is_some()
    }

    /// Begins the next one that is due, unless another is in flight.
    pub(super) fn begin(&mut self, dependencies: &Dependencies, room: RoomId, now: Millis) {
        if self.in_flight.is_some() {
            return;
        }
        let may_read = now >= self.read_at || self.read_at.since(now) > LONGEST_DELAY_MS;
        let is_due = |effect: &Effect| may_read || *effect != Effect::Reload;
        let Some(position) = self.waiting.iter().position(is_due) else { return };
        if let Some(effect) = self.waiting.remove(position) {
            let is_reading = effect == Effect::Reload;
            self.in_flight = Some((is_reading, begin(dependencies.clone(), room, effect).boxed()));
        }
    }

    /// What becomes of the one in flight; never, if there is none.
    pub(super) async fn answer(&mut self) -> Stored {
        let Some((_, in_flight)) = &mut self.in_flight else { return std::future::pending().await };
        let stored = in_flight.await;
        self.in_flight = None;
        stored
    }
}

impl Stored {
    /// What the room's rules hear of it.
    pub(super) fn event(self, access: &mut Access) -> Option<Event> {
        match self {
            Self::Done(event) => Some(event),
            Self::Silent => None,
            Self::Read(Ok(Read { facts, token, device })) => {
                access.keep(token);
                access.device = device;
                Some(Event::Reloaded(Ok(Box::new(facts))))
            }
            Self::Read(Err(error)) => {
                tracing::error!(error = format!("{error:#}"), "A room could not be read");
                Some(Event::Reloaded(Err(StoreFailed)))
            }
        }
    }
}

async fn begin(dependencies: Dependencies, room: RoomId, effect: Effect) -> Stored {
    let database = &dependencies.database;
    match effect {
        Effect::Reload => Stored::Read(facts::read(&dependencies, room).await),
        Effect::Claim { job, play, at } => {
            let claimed = plays::claim_skip(database, play, at).await;
            Stored::Done(Event::Claimed(job, answer(claimed, "A skip could not be decided")))
        }
        Effect::Decide(_, needed, at) => {
            let decided = votes::decide_with(&database.writer, room, needed, at).await;
            let _ = answer(decided, "A skip could not be decided");
            Stored::Silent
        }
        Effect::RecordSend { job, play, previous, at } => {
            let recorded = plays::record_sending(database, play, previous, at).await;
            Stored::Done(Event::Recorded(job, answer(recorded, "A skip could not be recorded")))
        }
        Effect::SavePlay { job, sign_in, change, entry, track } => {
            let saved = save(database, room, sign_in, change, (entry, track)).await;
            Stored::Done(Event::Saved(job, answer(saved, "What plays could not be recorded")))
        }
        Effect::RecordHandover { job, entry, sent } => {
            let recorded = record_handover(database, room, entry, sent).await;
            let recorded = answer(recorded, "A song's way to Spotify could not be recorded");
            Stored::Done(Event::HandoverRecorded(job, recorded))
        }
        Effect::ReleaseHandover(entry) => {
            let released = queue::release_handover(&database.writer, entry).await;
            let _ = answer(released, "A song that Spotify did not take could not be released");
            Stored::Silent
        }
        Effect::Refill(job, at) => {
            let refilled = fallback::refill(database, room, at).await;
            let refilled = answer(refilled, "The fallback playlist could not be read");
            Stored::Done(Event::Refilled(job, refilled))
        }
        Effect::EndEntry(entry, reason, at) => {
            let ended = end_entry(database, entry, reason, at).await;
            let _ = answer(ended, "A song could not be taken out of the queue");
            Stored::Silent
        }
        Effect::Release(play, decide_at) => {
            let released = votes::release_skip(database, room, play, decide_at).await;
            let _ = answer(released, "A decided skip could not be taken back");
            Stored::Silent
        }
        _ => Stored::Silent,
    }
}

fn answer<T, E: std::fmt::Display>(result: Result<T, E>, what: &str) -> Result<T, StoreFailed> {
    result.map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "{what}");
        StoreFailed
    })
}

/// Records which play goes on, while this sign-in drives the room; nothing otherwise.
async fn save(
    database: &Database,
    room: RoomId,
    sign_in: SignIn,
    change: PlayChange,
    (entry, track): (Option<EntryId>, Option<Box<Track>>),
) -> anyhow::Result<Option<CurrentPlay>> {
    let transaction = database.begin().await?;
    let SignIn { connection, authorized_at } = sign_in;
    if !plays::is_driven_by(&transaction, room, connection, authorized_at).await? {
        return Ok(None);
    }
    let row = match change {
        PlayChange::Begin { uri, observed } => {
            Some(plays::begin(&transaction, room, &stored(uri, observed), track).await?)
        }
        PlayChange::Replace { ended, reason, uri, observed } => {
            plays::end(&transaction, ended, reason_of(reason), observed.at).await?;
            Some(plays::begin(&transaction, room, &stored(uri, observed), track).await?)
        }
        PlayChange::Update { play, uri, observed } => {
            plays::update(&transaction, play, &stored(uri, observed)).await?
        }
    };
    if let (Some(entry), Some(row)) = (entry, &row) {
        queue::begin_play(&transaction, entry, PlayId(row.id), millis(row.seen_at)).await?;
    }
    transaction.commit().await?;
    let is_from_queue = |play: CurrentPlay| CurrentPlay {
        is_from_queue: play.is_from_queue || entry.is_some(),
        ..play
    };
    Ok(row.map(facts::current).map(is_from_queue))
}

async fn record_handover(
    database: &Database,
    room: RoomId,
    entry: EntryId,
    sent: Sent,
) -> anyhow::Result<bool> {
    let transaction = database.begin().await?;
    let recorded = queue::record_handover(&transaction, room, entry, sent.play, sent.at).await?;
    transaction.commit().await?;
    Ok(recorded)
}

async fn end_entry(
    database: &Database,
    entry: EntryId,
    reason: Ended,
    at: Millis,
) -> anyhow::Result<()> {
    let reason = match reason {
        Ended::Dropped => queue::EndedBy::Dropped,
        Ended::Forbidden => queue::EndedBy::Forbidden,
    };
    let transaction = database.begin().await?;
    queue::end(&transaction, &[entry], reason, at).await?;
    Ok(transaction.commit().await?)
}

fn stored(uri: String, observed: Observation) -> Observed {
    let Observation { at, progress_ms, playing, duration_ms } = observed;
    Observed { uri, at, progress_ms, playing, duration_ms }
}

fn reason_of(reason: EndedBy) -> play::EndedBy {
    match reason {
        EndedBy::Finished => play::EndedBy::Finished,
        EndedBy::Skipped => play::EndedBy::Skipped,
        EndedBy::Replaced => play::EndedBy::Replaced,
    }
}

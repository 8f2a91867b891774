//! What must hold, whatever fails: checked after every event. Each promise has a file.

mod asking;
mod commands;
mod plays;
mod queue;
mod skips;
mod view;
mod votes;

use auxroom::{
    error::AppError,
    model::{Millis, Outcome, SpotifyError},
    server::live::room::{Command, CommandId, Effect, Event, JobId},
};

use self::{
    asking::Asking, commands::Commands, plays::Plays, queue::Songs, skips::Skips, view::Views,
    votes::Votes,
};
use crate::{
    party::{Failure, Party},
    spotify::Spotify,
    store::Store,
};

/// More events than this at one instant are a loop.
const MOST_AT_ONCE: u32 = 300;
/// So long after the last trouble the room knows what waits.
const KNOWN_MS: u64 = 60_000;

/// What a check says.
pub(crate) type Verdict = Result<(), String>;

/// What was seen so far.
pub(crate) struct Checks {
    verdict: Verdict,
    pub(crate) asking: Asking,
    pub(crate) commands: Commands,
    pub(crate) plays: Plays,
    pub(crate) skips: Skips,
    pub(crate) songs: Songs,
    pub(crate) view: Views,
    pub(crate) votes: Votes,
    /// When something failed last, of which the room may take a while to recover.
    troubled_at: u64,
    events_at: (u64, u32),
}

impl Checks {
    pub(crate) fn new(now: u64) -> Self {
        Self {
            verdict: Ok(()),
            asking: Asking::new(now),
            commands: Commands::default(),
            plays: Plays::default(),
            skips: Skips::default(),
            songs: Songs::default(),
            view: Views::default(),
            votes: Votes::default(),
            troubled_at: now,
            events_at: (0, 0),
        }
    }

    /// Remembers the first failure.
    pub(crate) fn note(&mut self, verdict: Verdict) {
        if self.verdict.is_ok() {
            self.verdict = verdict;
        }
    }

    /// Something fails, or changes from outside.
    pub(crate) fn troubled(&mut self, now: u64) {
        self.troubled_at = self.troubled_at.max(now);
        self.asking.stirs(now);
    }

    /// The store takes its time, until then.
    pub(crate) fn delayed(&mut self, until: u64) {
        self.troubled_at = self.troubled_at.max(until);
    }

    pub(crate) fn started(&mut self, now: u64) {
        self.troubled(now);
        self.asking.started(now);
        self.plays.started(now);
        self.skips.started();
        self.view = Views::default();
    }

    pub(crate) fn signed_in(&mut self, now: u64) {
        self.troubled(now);
        self.plays.forgot_at = now;
    }

    pub(crate) fn clock_stepped(&mut self, now: u64) {
        self.troubled(now);
        self.asking.clock_stepped(now);
        self.commands.clock_stepped();
        self.plays.clock_stepped_at = now;
    }

    /// The process is gone; `remembered` is until when the store says that Spotify must not be asked.
    pub(crate) fn crashed(&mut self, remembered: Millis, now: u64) {
        self.troubled(now);
        self.asking.crashed(remembered);
        // Whoever asked hears that the connection broke.
        self.commands = Commands::default();
    }

    pub(crate) fn stopped(&mut self) {
        let verdict = self.commands.stopped();
        self.note(verdict);
    }

    pub(crate) fn replied(&mut self, id: CommandId, outcome: Result<Outcome, AppError>) {
        let verdict = self.commands.replied(id, outcome, &self.skips);
        self.note(verdict);
    }

    pub(crate) fn hears(&mut self, incarnation: u64, event: &Event, clock: Millis, now: u64) {
        self.view.hears(event);
        self.plays.hears(event, now);
        self.hears_of_songs(incarnation, event, now);
        if let Event::Sent(job, result) = event
            && let Some(command) = self.skips.sent((incarnation, *job), result)
        {
            match result {
                Ok(()) => self.commands.received(command, now),
                Err(SpotifyError::Unauthorized) if command != Command::Skip => {
                    self.commands.rejected();
                }
                Err(_) => {}
            }
        }
        if self.asking.hears(event, clock, now) {
            self.troubled(now);
        }
    }

    /// What the room wants done, before it is.
    pub(crate) fn wants(
        &mut self,
        incarnation: u64,
        effect: &Effect,
        (store, spotify): (&Store, &Spotify),
        clock: Millis,
        now: u64,
    ) {
        let verdict = self.asking.wants(effect, clock, now);
        self.note(verdict);
        if let Effect::RecordSend { play, .. } = effect {
            let verdict = self.plays.check_same(Some(*play), spotify, now);
            self.note(verdict);
        }
        let verdict = match effect {
            Effect::SavePlay { job, sign_in, change, .. } => {
                self.plays.saves((incarnation, *job), *sign_in, change)
            }
            Effect::Claim { .. } if !self.commands.want_skip() => {
                Err("a skip was decided that nobody asked for".to_owned())
            }
            Effect::RecordSend { play, .. } => {
                self.skips.records(*play, self.commands.want_skip(), &self.plays, now)
            }
            Effect::Send(job, _, Command::Skip) => {
                self.skips.sends((incarnation, *job), store, &self.plays, now)
            }
            Effect::Send(job, _, command) => {
                self.skips.sends_other((incarnation, *job), *command);
                self.commands.sends(*command, now)
            }
            Effect::RecordHandover { entry, .. } => {
                let quiet_ms = now.saturating_sub(self.troubled_at);
                let known_at = if quiet_ms > KNOWN_MS { clock.before(KNOWN_MS) } else { Millis(0) };
                self.songs.records(*entry, store, known_at)
            }
            Effect::HandOver { job, uri, how, .. } => {
                self.songs.hands_over((incarnation, *job), (uri, *how), store)
            }
            Effect::EndEntry(entry, reason, _) => {
                self.songs.ends((*entry, *reason), store, spotify)
            }
            Effect::Refresh(..) => {
                self.view.is_refreshing = true;
                Ok(())
            }
            _ => Ok(()),
        };
        self.note(verdict);
    }

    /// A skip has ended the playing of a track, or of an advertisement if it is none.
    pub(crate) fn skip_hits(
        &mut self,
        incarnation: u64,
        job: JobId,
        instance: Option<u64>,
        spotify: &Spotify,
        now: u64,
    ) {
        let verdict = self.skips.hits((incarnation, job), instance, &self.plays, spotify, now);
        self.note(verdict);
    }
}

impl Party {
    pub(crate) fn check_after_event(&mut self) -> Result<(), Failure> {
        let (at, events) = self.checks.events_at;
        let events = if at == self.now { events + 1 } else { 0 };
        self.checks.events_at = (self.now, events);
        if events > MOST_AT_ONCE {
            return Err(Failure("the room goes round in a circle".to_owned()));
        }
        let shown = self.view.as_ref().and_then(|view| view.play);
        let verdict = std::mem::replace(&mut self.checks.verdict, Ok(()));
        verdict
            .and_then(|()| self.checks.plays.check_same(shown, &self.spotify, self.now))
            .and_then(|()| self.check_index())
            .and_then(|()| self.checks.votes.check(&self.store))
            .and_then(|()| self.check_view())
            .and_then(|()| self.check_silence())
            .and_then(|()| self.check_wait())
            .and_then(|()| self.checks.commands.check(self.now))
            .and_then(|()| self.check_decided())
            .and_then(|()| self.check_songs())
            .and_then(|()| self.check_gap())
            .map_err(Failure)
    }

    /// The unique index refuses a second play; the room must not even try, unless the store misled it
    /// by doing what it said had failed.
    fn check_index(&mut self) -> Verdict {
        let violations = std::mem::take(&mut self.store.unique_violations);
        if violations > 0 && !self.checks.view.save_failed {
            return Err("two plays go on".to_owned());
        }
        Ok(())
    }
}

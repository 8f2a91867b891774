//! Asking for songs, and voting on what comes next.

use super::{App, Writing, authorise, commit, search};
use crate::{
    error::AppError,
    model::{
        CatalogueTrack, EntryId, Millis, Outcome, Refused, Role, RoomId, SongRules, VisitorId,
        parse_switch,
    },
    server::{
        live::room::queue::{Played, Programme, Rules, Waiting, Wanted},
        rooms::{
            people::Member,
            queue::{self, EndedBy},
        },
    },
};

/// So long a cleared queue can be taken back; a second more than the page offers it.
const UNDO_MS: u64 = 11_000;

/// Adds a song to the queue. One that waits already gets the visitor's vote.
///
/// # Errors
/// If they are not in the room, it is no track, or the room's rules refuse it.
pub async fn add(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    uri: &str,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let track = search::track(app, &member, uri).await?;
    let now = app.now();
    let outcome = commit(app, member.room, async |writing| {
        let programme = Stored::read(writing, member.room, member.settings.songs, now).await?;
        match programme.may_add(&wanted(&track), &member, now) {
            Ok(()) => {
                queue::add(&writing.transaction, member.room, member.id, &track, now).await?;
                Ok(Outcome::Added)
            }
            Err(Refused::Queued(entry)) => {
                queue::vote(&writing.transaction, entry, member.id, true, now).await?;
                Ok(Outcome::AddedVote)
            }
            Err(refused) => Err(AppError::SongRefused(refused)),
        }
    })
    .await?;
    // A song that waits while nothing plays is started: that takes somebody who does it.
    app.hub.wake(member.room);
    Ok(outcome)
}

/// Counts the visitor's vote for a song that waits, or withdraws it.
///
/// # Errors
/// If they are not in the room.
pub async fn vote(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    entry: &str,
    on: &str,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let (entry, on) = (parse_entry(entry)?, parse_switch(on).ok_or(AppError::Malformed)?);
    let now = app.now();
    commit(app, member.room, async |writing| {
        let db = &writing.transaction;
        if queue::owner_of_waiting(db, member.room, entry).await?.is_none() {
            return Ok(Outcome::SongGone);
        }
        queue::vote(db, entry, member.id, on, now).await?;
        Ok(if on { Outcome::SongVoted } else { Outcome::SongUnvoted })
    })
    .await
}

/// Takes a song out of the queue: one's own, or as the host anybody's.
///
/// # Errors
/// If they may not.
pub async fn remove(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    entry: &str,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let (entry, now) = (parse_entry(entry)?, app.now());
    commit(app, member.room, async |writing| {
        let db = &writing.transaction;
        let Some(owner) = queue::owner_of_waiting(db, member.room, entry).await? else {
            return Ok(Outcome::SongGone);
        };
        let (reason, outcome) = match member.role {
            _ if owner == member.id => (EndedBy::Withdrawn, Outcome::SongWithdrawn),
            Role::Host => (EndedBy::Removed, Outcome::SongRemoved),
            Role::Guest => return Err(AppError::NotHost),
        };
        queue::end(db, &[entry], reason, now).await?;
        Ok(outcome)
    })
    .await
}

/// Has a song played before all others that wait.
///
/// # Errors
/// If the visitor is not the host.
pub async fn play_next(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    entry: &str,
) -> Result<Outcome, AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    let (entry, now) = (parse_entry(entry)?, app.now());
    commit(app, room, async |writing| {
        if queue::owner_of_waiting(&writing.transaction, room, entry).await?.is_none() {
            return Ok(Outcome::SongGone);
        }
        queue::promote(&writing.transaction, entry, now).await?;
        Ok(Outcome::PlaysNext)
    })
    .await
}

/// Takes everything out of the queue.
///
/// # Errors
/// If the visitor is not the host.
pub async fn clear(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<Outcome, AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    let now = app.now();
    commit(app, room, async |writing| Ok(queue::clear(&writing.transaction, room, now).await?))
        .await?;
    Ok(Outcome::QueueCleared)
}

/// Takes back that everything was taken out of the queue a moment ago.
///
/// # Errors
/// If the visitor is not the host.
pub async fn restore(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
) -> Result<Outcome, AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    let since = app.now().before(UNDO_MS);
    let restored = commit(app, room, async |writing| {
        Ok(queue::restore(&writing.transaction, room, since).await?)
    })
    .await?;
    Ok(if restored == 0 { Outcome::Unchanged } else { Outcome::QueueRestored })
}

/// Why each of these tracks cannot be added by a member now; nothing for those that can.
///
/// # Errors
/// The database's.
pub async fn refusals(
    app: &App,
    member: &Member,
    tracks: &[CatalogueTrack],
) -> Result<Vec<Option<Refused>>, AppError> {
    let (rules, now) = (member.settings.songs, app.now());
    let programme = Stored::read_from(&app.database.reader, member.room, rules, now).await;
    let programme = programme.map_err(anyhow::Error::from)?;
    let refusal = |track| programme.may_add(&wanted(track), member, now).err();
    Ok(tracks.iter().map(refusal).collect())
}

/// What the rules ask the store.
struct Stored {
    rules: Rules,
    waiting: Vec<Waiting>,
    played: Vec<Played>,
}

impl Stored {
    async fn read(
        writing: &Writing,
        room: RoomId,
        rules: SongRules,
        now: Millis,
    ) -> Result<Self, AppError> {
        Ok(Self::read_from(&writing.transaction, room, rules, now).await?)
    }

    async fn read_from(
        db: &impl sea_orm::ConnectionTrait,
        room: RoomId,
        songs: SongRules,
        now: Millis,
    ) -> Result<Self, sea_orm::DbErr> {
        let waiting = queue::waiting(db, room).await?.into_iter();
        let waiting = waiting.map(|queue::Waiting { entry, by, uri }| Waiting { entry, by, uri });
        let repeats_ms = u64::from(songs.no_repeat_minutes.unwrap_or_default()) * 60_000;
        let played = queue::played_since(db, room, now.before(repeats_ms)).await?.into_iter();
        Ok(Self {
            rules: Rules { songs, ..Rules::default() },
            waiting: waiting.collect(),
            played: played.map(|(uri, ended_at)| Played { uri, ended_at }).collect(),
        })
    }

    fn may_add(&self, wanted: &Wanted, member: &Member, now: Millis) -> Result<(), Refused> {
        let programme = Programme { queue: &self.waiting, played: &self.played, now };
        self.rules.may_add(wanted, member.id, member.role == Role::Host, programme)
    }
}

fn wanted(track: &CatalogueTrack) -> Wanted {
    let CatalogueTrack { item, artist_uris, is_playable } = track;
    Wanted {
        uri: item.track.uri.clone(),
        artists: artist_uris.clone(),
        duration_ms: item.track.duration_ms,
        is_explicit: item.track.explicit,
        is_playable: *is_playable,
    }
}

/// Reads the song that a form names.
fn parse_entry(text: &str) -> Result<EntryId, AppError> {
    let key: u64 = text.parse().map_err(|_| AppError::Malformed)?;
    i64::try_from(key).map(EntryId).map_err(|_| AppError::Malformed)
}

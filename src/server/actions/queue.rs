//! Asking for songs, and voting on what comes next.

use super::{App, admission::Programmed, authorise, commit, search};
use crate::{
    error::AppError,
    model::{EntryId, Millis, Outcome, Refused, Role, VisitorId, parse_switch},
    server::rooms::queue::{self, EndedBy, Source},
};

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
        let programme =
            Programmed::read(&writing.transaction, member.room, member.settings.songs, now).await?;
        match programme.may_add(&track, &member, now) {
            Ok(()) => {
                queue::add(&writing.transaction, member.room, member.id, &track, now).await?;
                // What became of the songs before is no news any more.
                queue::note_read(&writing.transaction, member.id, now.before(1)).await?;
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
        if queue::source_of_waiting(db, member.room, entry).await?.is_none() {
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
        let Some(source) = queue::source_of_waiting(db, member.room, entry).await? else {
            return Ok(Outcome::SongGone);
        };
        let (reason, outcome) = match member.role {
            _ if source == Source::Member(member.id) => {
                (EndedBy::Withdrawn, Outcome::SongWithdrawn)
            }
            Role::Host => (EndedBy::Removed, Outcome::SongRemoved),
            Role::Guest => return Err(AppError::NotHost),
        };
        queue::end(db, &[entry], reason, now).await?;
        Ok(outcome)
    })
    .await
}

/// Tells the visitor no more what became of songs that they lost until an instant, in Unix milliseconds.
///
/// # Errors
/// If they are not in the room, or it is no instant.
pub async fn dismiss(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    until: &str,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let until = Millis(until.parse().map_err(|_| AppError::Malformed)?).min(app.now());
    commit(app, member.room, async |writing| {
        queue::note_read(&writing.transaction, member.id, until).await?;
        Ok(Outcome::Dismissed)
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
        if queue::source_of_waiting(&writing.transaction, room, entry).await?.is_none() {
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
    let since = app.now().before(queue::UNDO_MS);
    let restored = commit(app, room, async |writing| {
        Ok(queue::restore(&writing.transaction, room, since).await?)
    })
    .await?;
    Ok(if restored == 0 { Outcome::UndoTooLate } else { Outcome::QueueRestored })
}

/// Reads the song that a form names.
fn parse_entry(text: &str) -> Result<EntryId, AppError> {
    let key: u64 = text.parse().map_err(|_| AppError::Malformed)?;
    i64::try_from(key).map(EntryId).map_err(|_| AppError::Malformed)
}

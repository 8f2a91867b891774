//! Create, join, leave, change and close a room.

use rand::Rng;

use super::{App, authorise, commit};
use crate::{
    error::AppError,
    model::{Outcome, RoomCode, RoomId, Settings, SettingsChange, VisitorId, parse_switch},
    server::rooms::{
        lifecycle, membership,
        names::{self, Name},
        people::Host,
    },
};

/// Creates a room whose host is `visitor`, by this name if they said one.
///
/// # Errors
/// If the database does not answer.
pub async fn create(
    app: &App,
    visitor: VisitorId,
    name: Option<&Name>,
    settings: Settings,
    rng: &mut (impl Rng + Send),
) -> Result<RoomCode, AppError> {
    Ok(lifecycle::create(&app.database, visitor, name, settings, app.now(), rng).await?)
}

/// The open room with this code, for somebody who is about to join it: a stranger who cannot is not
/// remembered.
///
/// # Errors
/// If there is no such room, it is closed or full, or its host lets nobody new in.
pub async fn joinable(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
) -> Result<RoomId, AppError> {
    let room = lifecycle::open_with_code(&app.database, &code.parse()?).await?;
    if visitor.is_none() {
        let database = &app.database.reader;
        if membership::is_joining_stopped(database, room).await? {
            return Err(AppError::JoiningStopped);
        }
        if membership::is_full(database, room, app.members_per_room).await? {
            return Err(AppError::RoomFull);
        }
    }
    Ok(room)
}

/// Puts `visitor` into a room, as what they were there before, or as a guest. Without a name they keep
/// the one they had there.
///
/// # Errors
/// If it was closed meanwhile, is full, or its host lets nobody new in.
pub async fn join(
    app: &App,
    visitor: VisitorId,
    room: RoomId,
    name: Option<&Name>,
) -> Result<(), AppError> {
    let now = app.now();
    commit(app, room, async |writing| {
        let db = &writing.transaction;
        membership::join(db, room, visitor, app.members_per_room, now).await?;
        if let Some(name) = name {
            names::give(db, room, visitor, name).await?;
        }
        Ok(())
    })
    .await
}

/// Calls the visitor by another name from now on.
///
/// # Errors
/// If they are not in the room; `Name` if it is none.
pub async fn rename(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    name: &str,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let name: Name = name.parse()?;
    commit(app, member.room, async |writing| {
        Ok(names::give(&writing.transaction, member.room, member.visitor, &name).await?)
    })
    .await?;
    Ok(Outcome::Renamed)
}

/// Takes the visitor out of the room, together with their vote.
///
/// # Errors
/// If they are not in it.
pub async fn leave(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<(), AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let now = app.now();
    commit(app, member.room, async |writing| {
        Ok(membership::leave(&writing.transaction, member.id, now).await?)
    })
    .await
}

/// Saves what the host decided, which is read once it is clear that they may.
///
/// # Errors
/// If the visitor is not the host.
pub async fn save_settings(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    settings: impl FnOnce() -> Result<SettingsChange, AppError>,
) -> Result<(), AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    let (settings, now) = (settings()?, app.now());
    commit(app, room, async |writing| {
        Ok(lifecycle::save_settings(&writing.transaction, room, settings, now).await?)
    })
    .await?;
    // A threshold that the votes reach skips: that takes somebody who sends it.
    app.hub.wake(room);
    Ok(())
}

/// Lets nobody new in, or everybody again.
///
/// # Errors
/// If the visitor is not the host; `Malformed` if `on` is no switch.
pub async fn stop_joining(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    on: &str,
) -> Result<Outcome, AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    let is_stopped = parse_switch(on).ok_or(AppError::Malformed)?;
    commit(app, room, async |writing| {
        Ok(lifecycle::stop_joining(&writing.transaction, room, is_stopped).await?)
    })
    .await?;
    Ok(if is_stopped { Outcome::JoiningStopped } else { Outcome::JoiningAllowed })
}

/// Gives the room another code, and returns that: nobody new finds it by the former one.
///
/// # Errors
/// If the visitor is not the host.
pub async fn renew_code(
    app: &App,
    host: Host,
    rng: &mut (impl Rng + Send),
) -> Result<RoomCode, AppError> {
    let room = host.0.room;
    let code = commit(app, room, async |writing| {
        Ok(lifecycle::renew_code(&writing.transaction, room, rng).await?)
    })
    .await?;
    app.hub.renamed(room, &code);
    Ok(code)
}

/// Closes a room for everybody.
///
/// # Errors
/// If the visitor is not the host.
pub async fn close(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<(), AppError> {
    close_room(app, authorise::host(app, visitor, code).await?.0.room).await
}

/// Closes a room that nobody asked to close.
///
/// # Errors
/// If it is closed already.
pub(super) async fn close_room(app: &App, room: RoomId) -> Result<(), AppError> {
    let now = app.now();
    commit(app, room, async |writing| Ok(lifecycle::close(&writing.transaction, room, now).await?))
        .await
}

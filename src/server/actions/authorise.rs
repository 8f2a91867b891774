//! Who may act in a room.

use super::{App, note_room};
use crate::{
    error::AppError,
    model::{RoomCode, VisitorId},
    server::rooms::people::{Host, Member},
};

/// Proof that the visitor is in the open room with this code. The room counts as used: recorded
/// here, or by the hourly sweep while it is live.
///
/// # Errors
/// If there is no such room, it is closed, or they are not in it.
pub async fn member(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<Member, AppError> {
    let code: RoomCode = code.parse()?;
    // Precedes every page and command: live rooms answer without the database.
    let live = visitor.and_then(|visitor| app.hub.member(&code, visitor));
    let member = match live {
        Some(member) => member,
        None => Member::find(&app.database, visitor, &code, app.now()).await?,
    };
    note_room(member.room);
    Ok(member)
}

/// Proof that the visitor is in charge of the open room with this code.
///
/// # Errors
/// As `member`, and if they are a guest.
pub async fn host(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<Host, AppError> {
    member(app, visitor, code).await?.into_host()
}

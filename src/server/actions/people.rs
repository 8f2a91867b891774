//! Who is in a room, and who may no longer be.

use super::{App, authorise, commit};
use crate::{
    error::AppError,
    model::{MemberId, Outcome, VisitorId},
    server::rooms::{
        moderation,
        people::Member,
        roster::{self, Occupant},
    },
};

/// Who asks, and everybody who is in the room with them.
///
/// # Errors
/// If they are not in the room.
pub async fn list(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
) -> Result<(Member, Vec<Occupant>), AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let people = roster::present(&app.database.reader, member.room).await;
    Ok((member, people.map_err(anyhow::Error::from)?))
}

/// Takes a guest out of the room for good. Whoever was removed already stays so.
///
/// # Errors
/// If the visitor is not the host; `Malformed` if `member` is no guest of the room.
pub async fn remove(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    member: &str,
) -> Result<Outcome, AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    let member = member.trim().parse().map(MemberId).map_err(|_| AppError::Malformed)?;
    let now = app.now();
    commit(app, room, async |writing| {
        moderation::remove(&writing.transaction, room, member, now).await
    })
    .await?;
    Ok(Outcome::Removed)
}

/// Whether the host removed the member, rather than that they left.
///
/// # Errors
/// If the database does not answer.
pub async fn is_removed(app: &App, member: MemberId) -> Result<bool, AppError> {
    let removed = moderation::is_removed(&app.database.reader, member).await;
    Ok(removed.map_err(anyhow::Error::from)?)
}

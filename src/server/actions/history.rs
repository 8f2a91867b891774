//! What was played in a room, for those who are in it.

use super::{App, authorise};
use crate::{
    error::AppError,
    model::{PlayId, VisitorId},
    server::rooms::{
        history::{self, Played},
        people::Member,
    },
};

/// Who asks, a page of what was played, and whether there is an older one. `before` is the last play
/// of the page before this one.
///
/// # Errors
/// If they are not in the room.
pub async fn page(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    before: Option<PlayId>,
) -> Result<(Member, Vec<Played>, bool), AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let page = history::page(&app.database.reader, member.room, before).await;
    let (played, has_older) = page.map_err(anyhow::Error::from)?;
    Ok((member, played, has_older))
}

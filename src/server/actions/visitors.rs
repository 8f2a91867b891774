//! What is stored about a visitor, and how they have it deleted.

use super::{App, write};
use crate::{
    error::AppError,
    model::{RoomCode, RoomId, VisitorId},
    server::{
        accounts::connections,
        rooms::{lifecycle, membership, people},
        store::entities::member,
    },
};

/// What is stored about a visitor.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Known {
    /// The open rooms that they host.
    pub hosted: Vec<RoomCode>,
    /// The open rooms that they are in as guests.
    pub joined: Vec<RoomCode>,
    /// How many rooms they left, or were in when those were closed.
    pub former: usize,
    /// How many Spotify accounts they proved to be theirs.
    pub accounts: u64,
}

/// What is stored about the visitor.
///
/// # Errors
/// If the database does not answer.
pub async fn known(app: &App, visitor: VisitorId) -> Result<Known, AppError> {
    let database = &app.database;
    let present = membership::of_visitor(database, visitor).await?;
    let all = membership::all_of_visitor(&database.reader, visitor).await?;
    let former = all.len().saturating_sub(present.len());
    let (hosted, joined): (Vec<_>, Vec<_>) = present.into_iter().partition(|(_, hosts)| *hosts);
    let codes = |rooms: Vec<(RoomCode, bool)>| rooms.into_iter().map(|(code, _)| code).collect();
    let accounts = connections::count_of(database, visitor).await?;
    Ok(Known { hosted: codes(hosted), joined: codes(joined), former, accounts })
}

/// Forgets the visitor: their sessions end, they are out of every room, and all that was stored about
/// them is deleted, together or not at all. The rooms that they host close and are deleted with what
/// is in them: nobody could ever be in charge of them again.
///
/// A skip that their vote decided stays decided: it is what the room wanted.
///
/// # Errors
/// If the database does not answer.
pub async fn forget(app: &App, visitor: VisitorId) -> Result<(), AppError> {
    write(app, async |writing| {
        for membership in membership::all_of_visitor(&writing.transaction, visitor).await? {
            let room = RoomId(membership.room_id);
            let is_host = membership.role == member::Role::Host;
            if is_host || membership.left_at.is_none() {
                writing.revise(room).await?;
            }
            if is_host {
                lifecycle::delete(&writing.transaction, room).await?;
            }
        }
        // An account may drive the room of somebody else who proved it before.
        for room in connections::forget(&writing.transaction, visitor).await? {
            writing.revise(room).await?;
        }
        Ok(people::delete_visitor(&writing.transaction, visitor).await?)
    })
    .await
}

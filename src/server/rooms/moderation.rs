//! What a host does about people.

use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QuerySelect as _, sea_query::Expr,
};

use super::{
    membership,
    queue::{self, EndedBy},
};
use crate::{
    error::AppError,
    model::{EntryId, MemberId, Millis, RoomId},
    server::store::entities::{entry, entry_vote, instant, member},
};

/// Takes a guest out of the room for good, with their votes and the songs of theirs that wait. What
/// was handed to Spotify is played.
///
/// # Errors
/// `Malformed` if they were never in the room, or are its host.
pub async fn remove(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    member: MemberId,
    now: Millis,
) -> Result<(), AppError> {
    let guest = member::Entity::find_by_id(member.0)
        .filter(member::Column::RoomId.eq(room.0))
        .filter(member::Column::Role.eq(member::Role::Guest))
        .one(transaction)
        .await?
        .ok_or(AppError::Malformed)?;
    if guest.left_at.is_none() {
        membership::leave(transaction, member, now).await?;
    }
    member::Entity::update_many()
        .col_expr(member::Column::RemovedAt, Expr::value(instant(now)))
        .filter(member::Column::Id.eq(member.0))
        .filter(member::Column::RemovedAt.is_null())
        .exec(transaction)
        .await?;
    entry_vote::Entity::delete_many()
        .filter(entry_vote::Column::MemberId.eq(member.0))
        .exec(transaction)
        .await?;
    Ok(end_songs(transaction, member, now).await?)
}

/// Ends the waiting of a member's songs, and of those that the host could take back with the others.
async fn end_songs(
    transaction: &impl ConnectionTrait,
    member: MemberId,
    now: Millis,
) -> Result<(), DbErr> {
    let of_member = entry::Column::MemberId.eq(member.0);
    let waits =
        Condition::all().add(entry::Column::EndedAt.is_null()).add(entry::Column::SentAt.is_null());
    let songs = Condition::any().add(waits).add(entry::Column::EndedBy.eq(EndedBy::Cleared));
    let songs: Vec<i64> = entry::Entity::find()
        .select_only()
        .column(entry::Column::Id)
        .filter(of_member.clone())
        .filter(songs)
        .into_tuple()
        .all(transaction)
        .await?;
    entry::Entity::update_many()
        .col_expr(entry::Column::EndedBy, Expr::value(EndedBy::Removed))
        .filter(of_member)
        .filter(entry::Column::EndedBy.eq(EndedBy::Cleared))
        .exec(transaction)
        .await?;
    entry_vote::Entity::delete_many()
        .filter(entry_vote::Column::EntryId.is_in(songs.iter().copied()))
        .exec(transaction)
        .await?;
    let songs: Vec<EntryId> = songs.into_iter().map(EntryId).collect();
    queue::end(transaction, &songs, EndedBy::Removed, now).await
}

/// Whether the host removed the member, rather than that they left.
///
/// # Errors
/// The database's.
pub async fn is_removed(db: &impl ConnectionTrait, member: MemberId) -> Result<bool, DbErr> {
    let row = member::Entity::find_by_id(member.0).one(db).await?;
    Ok(row.is_some_and(|row| row.removed_at.is_some()))
}

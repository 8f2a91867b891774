//! Songs that people asked for and nobody heard, as they are stored.

use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, sea_query::Expr,
};

use super::EndedBy;
use crate::{
    model::{MemberId, Millis, RoomId},
    server::store::entities::{entry, instant, member},
};

/// So long a cleared queue can be taken back, in milliseconds; a second more than the page offers it.
pub const UNDO_MS: u64 = 11_000;

/// The songs that stopped waiting since an instant, neither played nor taken back by whoever asked for
/// them; the latest first.
///
/// # Errors
/// The database's.
pub async fn lost_since(
    db: &impl ConnectionTrait,
    room: RoomId,
    since: Millis,
) -> Result<Vec<entry::Model>, DbErr> {
    let reasons = [EndedBy::Removed, EndedBy::Cleared, EndedBy::Dropped, EndedBy::Forbidden];
    entry::Entity::find()
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::EndedAt.gte(instant(since)))
        .filter(entry::Column::EndedBy.is_in(reasons))
        .filter(entry::Column::FromFallback.eq(false))
        .order_by_desc(entry::Column::EndedAt)
        .order_by_desc(entry::Column::Id)
        .all(db)
        .await
}

/// Records that a member has read what they lost until then, and need not be told again.
///
/// # Errors
/// The database's.
pub async fn note_read(
    transaction: &impl ConnectionTrait,
    member: MemberId,
    until: Millis,
) -> Result<(), DbErr> {
    let column = member::Column::ToldUntil;
    let is_less = Condition::any().add(column.is_null()).add(column.lt(instant(until)));
    member::Entity::update_many()
        .col_expr(column, Expr::value(instant(until)))
        .filter(member::Column::Id.eq(member.0))
        .filter(is_less)
        .exec(transaction)
        .await
        .map(drop)
}

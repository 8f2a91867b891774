//! Songs on their way to Spotify, as they are stored.

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr,
};

use super::{EndedBy, end};
use crate::{
    model::{EntryId, Millis, PlayId, RoomId},
    server::store::entities::{entry, instant, play},
};

/// Records that a song is about to be handed to Spotify while `play` plays: false if it does not wait any more, or
/// another one is on its way.
///
/// # Errors
/// The database's.
pub async fn record_handover(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    entry: EntryId,
    play: Option<PlayId>,
    at: Millis,
) -> Result<bool, DbErr> {
    let other = entry::Entity::waiting(room.0).filter(entry::Column::SentAt.is_not_null());
    if other.one(transaction).await?.is_some_and(|other| other.id != entry.0) {
        return Ok(false);
    }
    let recorded = entry::Entity::update_many()
        .col_expr(entry::Column::SentAt, Expr::value(instant(at)))
        .col_expr(entry::Column::SentPlayId, Expr::value(play.map(|play| play.0)))
        .filter(entry::Column::Id.eq(entry.0))
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::EndedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(recorded.rows_affected == 1)
}

/// A song was not handed over after all: it waits as before.
///
/// # Errors
/// The database's.
pub async fn release_handover(
    transaction: &impl ConnectionTrait,
    entry: EntryId,
) -> Result<(), DbErr> {
    entry::Entity::update_many()
        .col_expr(entry::Column::SentAt, Expr::value(None::<i64>))
        .filter(entry::Column::Id.eq(entry.0))
        .filter(entry::Column::EndedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(())
}

/// No song of the room was handed over, or to a Spotify queue that is no longer the room's.
///
/// # Errors
/// The database's.
pub async fn release_handovers(
    transaction: &impl ConnectionTrait,
    room: RoomId,
) -> Result<(), DbErr> {
    entry::Entity::update_many()
        .col_expr(entry::Column::SentAt, Expr::value(None::<i64>))
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::EndedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(())
}

/// A song begins to play.
///
/// # Errors
/// The database's.
pub async fn begin_play(
    transaction: &impl ConnectionTrait,
    entry: EntryId,
    play: PlayId,
    now: Millis,
) -> Result<(), DbErr> {
    end(transaction, &[entry], EndedBy::Played, now).await?;
    play::Entity::update_many()
        .col_expr(play::Column::EntryId, Expr::value(entry.0))
        .filter(play::Column::Id.eq(play.0))
        .exec(transaction)
        .await?;
    Ok(())
}

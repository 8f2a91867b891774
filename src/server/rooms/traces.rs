//! What a Spotify account leaves in the room that it drives, and what is deleted with it.

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr,
};

use super::saved_playlist;
use crate::{
    model::RoomId,
    server::store::entities::{play, room},
};

/// Deletes what was played in a room, which speaker was chosen for it, and which playlist it was saved
/// in: another account, or none, drives it from now on.
///
/// # Errors
/// The database's.
pub async fn forget(transaction: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    keep_device(transaction, room, None).await?;
    saved_playlist::forget(transaction, room).await?;
    play::Entity::forget(transaction, room.0).await
}

/// Records which speaker the host chose last, by Spotify's ID.
///
/// # Errors
/// The database's.
pub async fn keep_device(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    device: Option<&str>,
) -> Result<(), DbErr> {
    room::Entity::update_many()
        .col_expr(room::Column::DeviceId, Expr::value(device))
        .filter(room::Column::Id.eq(room.0))
        .exec(transaction)
        .await
        .map(drop)
}

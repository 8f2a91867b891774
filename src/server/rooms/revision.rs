//! A room's revision: it grows with every change, so that whoever read the room before one can tell.

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _},
};

use crate::{
    model::RoomId,
    server::store::entities::{from_column, room},
};

/// Gives an open room its next revision, and holds it against other writers until the transaction
/// ends. Nothing if it was closed or deleted meanwhile.
///
/// # Errors
/// The database's.
pub async fn revise(
    transaction: &impl ConnectionTrait,
    room: RoomId,
) -> Result<Option<u64>, DbErr> {
    let revised = room::Entity::update_many()
        .col_expr(room::Column::Revision, Expr::col(room::Column::Revision).add(1))
        .filter(room::Column::Id.eq(room.0))
        .filter(room::Column::ClosedAt.is_null())
        .exec_with_returning(transaction)
        .await?;
    Ok(revised.into_iter().next().map(|room| from_column(room.revision)))
}

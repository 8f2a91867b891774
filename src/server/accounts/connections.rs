//! Spotify accounts and the rooms they drive.

use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};

use crate::server::{
    accounts::{seal::Sealer, tokens},
    http::caller::Host,
    spotify::Tokens,
    store::{
        database::Database,
        entities::{connection, instant, play, room},
    },
};
use crate::{
    error::AppError,
    model::{RoomCode, SpotifyState, VisitorId},
};

/// What became of a proven account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Attached {
    /// It drives the room.
    Here,
    /// It drives another room, and may move.
    Elsewhere {
        /// That room.
        room_id: i64,
    },
}

/// Saves the account that `visitor` proved to be theirs. It drives the room, unless it drives
/// another one: moving is a step of its own, since it silences that one. Nothing is saved if the
/// room was closed meanwhile.
///
/// # Errors
/// If the database does not answer.
pub async fn attach(
    database: &Database,
    sealer: &Sealer,
    visitor: VisitorId,
    room_id: i64,
    account_id: &str,
    granted: &Tokens,
    now: u64,
) -> anyhow::Result<Option<Attached>> {
    let transaction = database.begin().await?;
    if !is_open(&transaction, room_id).await? {
        return Ok(None);
    }
    let known = connection::Entity::find()
        .filter(connection::Column::AccountId.eq(account_id))
        .one(&transaction)
        .await?;
    let refresh = match (&granted.refresh, known.as_ref().and_then(|row| tokens::open(sealer, row)))
    {
        (Some(refresh), _) => refresh.clone(),
        (None, Some(old)) => old.into_refresh(),
        (None, None) => String::new().into(),
    };
    let elsewhere = known.as_ref().and_then(|row| row.room_id).filter(|driven| *driven != room_id);
    if elsewhere.is_none() {
        // Another account that drove the room so far makes place, and its data goes.
        let others = connection::Entity::delete_many()
            .filter(connection::Column::RoomId.eq(room_id))
            .filter(connection::Column::AccountId.ne(account_id))
            .exec(&transaction)
            .await?;
        if others.rows_affected > 0 {
            play::Entity::forget(&transaction, room_id).await?;
        }
    }
    let version = known.as_ref().map_or(0, |row| row.token_version) + 1;
    let mut row = known.map(|row| row.into_active_model()).unwrap_or_default();
    if elsewhere.is_none() {
        row.room_id = Set(Some(room_id));
    }
    row.account_id = Set(account_id.to_owned());
    row.visitor_id = Set(visitor.0);
    row.scopes = Set(granted.scopes.clone());
    row.authorized_at = Set(instant(now));
    row.tokens = Set(Some(tokens::seal(sealer, &granted.access, &refresh, account_id)));
    row.expires_at = Set(instant(now + granted.expires_in_ms));
    row.token_version = Set(version);
    row.save(&transaction).await?;
    transaction.commit().await?;
    let attached = elsewhere.map_or(Attached::Here, |room_id| Attached::Elsewhere { room_id });
    Ok(Some(attached))
}

/// Deletes the room's account with all that is stored about it.
///
/// # Errors
/// If the database does not answer.
pub async fn disconnect(database: &Database, host: &Host) -> anyhow::Result<()> {
    let transaction = database.begin().await?;
    connection::Entity::delete_many()
        .filter(connection::Column::RoomId.eq(host.0.room.id))
        .exec(&transaction)
        .await?;
    play::Entity::forget(&transaction, host.0.room.id).await?;
    transaction.commit().await?;
    Ok(())
}

/// Moves the host's own account here from the room that it drives; returns that room.
///
/// # Errors
/// `NothingToMove` if the host has no account in another room.
pub async fn move_here(database: &Database, host: &Host) -> Result<Option<i64>, AppError> {
    let moved = try_move(database, host).await?;
    moved.ok_or(AppError::NothingToMove)
}

async fn try_move(database: &Database, host: &Host) -> anyhow::Result<Option<Option<i64>>> {
    let Host(member) = host;
    let transaction = database.begin().await?;
    let movable = movable_to(member.place.visitor_id, member.room.id).one(&transaction).await?;
    let is_open = is_open(&transaction, member.room.id).await?;
    let Some(row) = movable.filter(|_| is_open) else { return Ok(None) };
    connection::Entity::delete_many()
        .filter(connection::Column::RoomId.eq(member.room.id))
        .exec(&transaction)
        .await?;
    for room_id in row.room_id.into_iter().chain([member.room.id]) {
        play::Entity::forget(&transaction, room_id).await?;
    }
    connection::Entity::update_many()
        .col_expr(connection::Column::RoomId, Expr::value(member.room.id))
        .filter(connection::Column::Id.eq(row.id))
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(row.room_id))
}

async fn is_open(transaction: &impl ConnectionTrait, room_id: i64) -> Result<bool, DbErr> {
    let room = room::Entity::find_by_id(room_id).filter(room::Column::ClosedAt.is_null());
    Ok(room.one(transaction).await?.is_some())
}

/// The other room that the host's own account drives, if there is one to move from.
///
/// # Errors
/// If the database does not answer.
pub async fn movable_from(database: &Database, host: &Host) -> anyhow::Result<Option<RoomCode>> {
    let Host(member) = host;
    let movable = movable_to(member.place.visitor_id, member.room.id).one(&database.reader).await?;
    let Some(room_id) = movable.and_then(|row| row.room_id) else { return Ok(None) };
    let room = room::Entity::find_by_id(room_id).one(&database.reader).await?;
    Ok(room.and_then(|room| room.code.parse().ok()))
}

fn movable_to(visitor_id: i64, room_id: i64) -> sea_orm::Select<connection::Entity> {
    connection::Entity::find()
        .filter(connection::Column::VisitorId.eq(visitor_id))
        .filter(connection::Column::RoomId.ne(room_id))
        // Of several accounts the one that was proven last.
        .order_by_desc(connection::Column::AuthorizedAt)
}

/// Whether Spotify is connected to the room.
///
/// # Errors
/// If the database does not answer.
pub async fn state(database: &Database, room_id: i64) -> anyhow::Result<SpotifyState> {
    let row = connection::Entity::driving(room_id).one(&database.reader).await?;
    Ok(match row {
        None => SpotifyState::NotConnected,
        Some(row) if row.tokens.is_none() => SpotifyState::SignInLost,
        Some(_) => SpotifyState::Connected,
    })
}

//! Spotify accounts and the rooms they drive. Rows of another application than the configured one
//! are neither used nor changed, but for the key that seals them; disconnecting or closing a room
//! deletes all that it has.

use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr,
    EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, sea_query::Expr,
};

use crate::server::{
    accounts::{seal::Sealer, tokens},
    rooms::{fallback, queue, traces},
    spotify::Tokens,
    store::{
        database::Database,
        entities::{connection, instant, room},
    },
};
use crate::{
    error::AppError,
    model::{Millis, RoomCode, RoomId, SpotifyState, VisitorId},
};

/// An account that somebody proved to be theirs.
#[derive(Debug)]
pub struct Proven<'a> {
    /// Who.
    pub visitor: VisitorId,
    /// The room that they want it to drive.
    pub room: RoomId,
    /// The application that it agreed to.
    pub client_id: &'a str,
    /// Its account ID, which never changes.
    pub account_id: &'a str,
    /// What Spotify gave for it.
    pub granted: &'a Tokens,
}

/// What became of a proven account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Attached {
    /// It drives the room.
    Here,
    /// It drives another room, and may move.
    Elsewhere {
        /// That room.
        room: RoomId,
    },
}

/// Saves a proven account. It drives the room, which must be open, unless it drives another one:
/// moving is a step of its own, since it silences that one.
pub async fn attach(
    transaction: &impl ConnectionTrait,
    sealer: &Sealer,
    proven: &Proven<'_>,
    now: Millis,
) -> Result<Attached, DbErr> {
    let Proven { visitor, room, client_id, account_id, granted } = *proven;
    let known = connection::Entity::find()
        .filter(connection::Column::ClientId.eq(client_id))
        .filter(connection::Column::AccountId.eq(account_id))
        .one(transaction)
        .await?;
    let refresh = match (&granted.refresh, known.as_ref().and_then(|row| tokens::open(sealer, row)))
    {
        (Some(refresh), _) => refresh.clone(),
        (None, Some(old)) => old.into_refresh(),
        (None, None) => String::new().into(),
    };
    let driven = known.as_ref().and_then(|row| row.room_id).map(RoomId);
    let elsewhere = driven.filter(|driven| *driven != room);
    if driven.is_none() {
        make_way(transaction, client_id, room).await?;
    }
    let version = known.as_ref().map_or(0, |row| row.token_version) + 1;
    let mut row = known.map(|row| row.into_active_model()).unwrap_or_default();
    if elsewhere.is_none() {
        row.room_id = Set(Some(room.0));
    }
    row.client_id = Set(client_id.to_owned());
    row.account_id = Set(account_id.to_owned());
    row.visitor_id = Set(visitor.0);
    row.scopes = Set(granted.scopes.clone());
    row.authorized_at = Set(instant(now));
    row.tokens = Set(Some(tokens::seal(sealer, &granted.access, &refresh, account_id)));
    row.expires_at = Set(instant(now + granted.expires_in_ms));
    row.token_version = Set(version);
    row.save(transaction).await?;
    Ok(elsewhere.map_or(Attached::Here, |room| Attached::Elsewhere { room }))
}

/// Whether the account drives the room already.
pub async fn drives(
    db: &impl ConnectionTrait,
    client_id: &str,
    account_id: &str,
    room: RoomId,
) -> Result<bool, DbErr> {
    let rows = connection::Entity::of_room(room.0)
        .filter(connection::Column::ClientId.eq(client_id))
        .filter(connection::Column::AccountId.eq(account_id));
    Ok(rows.count(db).await? > 0)
}

/// Another account is about to drive the room: deletes the one before it, and what was played
/// there, whichever application's account played it.
async fn make_way(
    transaction: &impl ConnectionTrait,
    client_id: &str,
    room: RoomId,
) -> Result<(), DbErr> {
    connection::Entity::delete_many()
        .filter(connection::Column::ClientId.eq(client_id))
        .filter(connection::Column::RoomId.eq(room.0))
        .exec(transaction)
        .await?;
    // What waits goes on waiting, but for another Spotify queue.
    queue::release_handovers(transaction, room).await?;
    traces::forget(transaction, room).await?;
    // The playlist was one of the account before.
    fallback::forget(transaction, room).await
}

/// Deletes the room's accounts, of whatever application, with all that is stored about them.
pub async fn disconnect(transaction: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    connection::Entity::delete_many()
        .filter(connection::Column::RoomId.eq(room.0))
        .exec(transaction)
        .await?;
    queue::forget(transaction, room).await?;
    traces::forget(transaction, room).await
}

/// Deletes every account that the visitor proved last, with what it played; returns the rooms that
/// such accounts drove.
pub async fn forget(
    transaction: &impl ConnectionTrait,
    visitor: VisitorId,
) -> Result<Vec<RoomId>, DbErr> {
    let accounts = connection::Entity::delete_many()
        .filter(connection::Column::VisitorId.eq(visitor.0))
        .exec_with_returning(transaction)
        .await?;
    let rooms: Vec<_> = accounts.into_iter().filter_map(|row| row.room_id).collect();
    for room in &rooms {
        queue::forget(transaction, RoomId(*room)).await?;
        traces::forget(transaction, RoomId(*room)).await?;
    }
    Ok(rooms.into_iter().map(RoomId).collect())
}

/// How many accounts the visitor proved last.
pub async fn count_of(database: &Database, visitor: VisitorId) -> Result<u64, DbErr> {
    let accounts = connection::Entity::find().filter(connection::Column::VisitorId.eq(visitor.0));
    accounts.count(&database.reader).await
}

/// Moves the visitor's own account to `room`, which must be open, from the room that it drives;
/// returns that room.
///
/// # Errors
/// `NothingToMove` if the visitor has no account in another room.
pub async fn move_here(
    transaction: &impl ConnectionTrait,
    client_id: &str,
    visitor: VisitorId,
    room: RoomId,
) -> Result<RoomId, AppError> {
    let moved = try_move(transaction, client_id, visitor, room).await;
    moved.map_err(anyhow::Error::from)?.ok_or(AppError::NothingToMove)
}

async fn try_move(
    transaction: &impl ConnectionTrait,
    client_id: &str,
    visitor: VisitorId,
    room: RoomId,
) -> Result<Option<RoomId>, DbErr> {
    let movable = movable_to(client_id, visitor, room).one(transaction).await?;
    let Some((account, left)) = movable.and_then(|row| Some((row.id, row.room_id?))) else {
        return Ok(None);
    };
    make_way(transaction, client_id, room).await?;
    traces::forget(transaction, RoomId(left)).await?;
    fallback::forget(transaction, RoomId(left)).await?;
    connection::Entity::update_many()
        .col_expr(connection::Column::RoomId, Expr::value(room.0))
        .filter(connection::Column::Id.eq(account))
        .exec(transaction)
        .await?;
    Ok(Some(RoomId(left)))
}

/// The other room that the visitor's own account drives, if there is one to move from.
pub async fn movable_from(
    database: &Database,
    client_id: &str,
    visitor: VisitorId,
    room: RoomId,
) -> anyhow::Result<Option<RoomCode>> {
    let movable = movable_to(client_id, visitor, room).one(&database.reader).await?;
    let Some(room_id) = movable.and_then(|row| row.room_id) else { return Ok(None) };
    let room = room::Entity::find_by_id(room_id).one(&database.reader).await?;
    Ok(room.and_then(|room| room.code.parse().ok()))
}

fn movable_to(
    client_id: &str,
    visitor: VisitorId,
    room: RoomId,
) -> sea_orm::Select<connection::Entity> {
    connection::Entity::find()
        .filter(connection::Column::ClientId.eq(client_id))
        .filter(connection::Column::VisitorId.eq(visitor.0))
        .filter(connection::Column::RoomId.ne(room.0))
        // Of several accounts, the one that was proven last.
        .order_by_desc(connection::Column::AuthorizedAt)
}

/// Whether Spotify is connected to the room.
pub async fn state(
    database: &Database,
    sealer: &Sealer,
    client_id: &str,
    room: RoomId,
) -> anyhow::Result<SpotifyState> {
    let rows = connection::Entity::of_room(room.0).all(&database.reader).await?;
    let ours = rows.iter().find(|row| row.client_id == client_id);
    Ok(match ours {
        None if rows.is_empty() => SpotifyState::NotConnected,
        None => SpotifyState::OtherApplication,
        Some(row) if tokens::open(sealer, row).is_none() => SpotifyState::SignInLost,
        Some(_) => SpotifyState::Connected,
    })
}

/// Assigns accounts from before applications were recorded to `client_id`.
pub async fn adopt(database: &Database, client_id: &str) -> Result<(), DbErr> {
    connection::Entity::update_many()
        .col_expr(connection::Column::ClientId, Expr::value(client_id))
        .filter(connection::Column::ClientId.eq(""))
        .exec(&database.writer)
        .await?;
    Ok(())
}

/// What became of the tokens when they were sealed again.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Resealed {
    /// How many accounts' tokens the current key opens now, and no other one does.
    pub done: usize,
    /// How many no key opens. They stay as they are.
    pub lost: usize,
}

/// Seals all tokens again, of whatever application, with the sealer's current key.
pub async fn reseal(
    transaction: &impl ConnectionTrait,
    sealer: &Sealer,
) -> Result<Resealed, DbErr> {
    let mut resealed = Resealed::default();
    let sealed = connection::Column::Tokens.is_not_null();
    for row in connection::Entity::find().filter(sealed).all(transaction).await? {
        let Some(tokens) = tokens::reseal(sealer, &row) else {
            resealed.lost += 1;
            continue;
        };
        let mut row = row.into_active_model();
        row.tokens = Set(Some(tokens));
        row.update(transaction).await?;
        resealed.done += 1;
    }
    Ok(resealed)
}

/// Whether the database holds tokens, which only the key that sealed them opens.
pub async fn any_sealed(database: &Database) -> Result<bool, DbErr> {
    let sealed = connection::Entity::find()
        .filter(connection::Column::Tokens.is_not_null())
        .limit(1)
        .all(&database.reader);
    Ok(!sealed.await?.is_empty())
}

//! Rooms: create, join, leave, settings, close.

use rand::Rng;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, DatabaseTransaction,
    EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, SqlErr, sea_query::Expr,
};

use crate::server::{
    http::caller::{Host, Member},
    rooms::skip,
    store::{
        database::Database,
        entities::{connection, instant, member, millis, play, room, sign_in, skip_vote},
    },
};
use crate::{
    error::AppError,
    model::{RoomCode, Settings, VisitorId},
};

/// Use is recorded to the hour: a write for every page would be for nothing.
const USED_GRAIN_MS: u64 = 60 * 60 * 1000;

/// Creates a room whose host is `visitor`.
///
/// # Errors
/// If the database does not answer.
pub async fn create(
    database: &Database,
    visitor: VisitorId,
    settings: Settings,
    now: u64,
    rng: &mut (impl Rng + Send),
) -> anyhow::Result<RoomCode> {
    // 887 million codes: the first one is almost always free.
    loop {
        // One for each: a refused statement ends the whole transaction in some databases.
        let transaction = database.begin().await?;
        let code = RoomCode::draw(|below| rng.random_range(0..below));
        let row = room::ActiveModel {
            code: Set(code.to_string()),
            votes_to_skip: Set(i32::try_from(settings.votes_to_skip.get())?),
            guest_can_pause: Set(settings.guest_can_pause),
            created_at: Set(instant(now)),
            used_at: Set(instant(now)),
            ..Default::default()
        };
        match row.insert(&transaction).await {
            Ok(room) => {
                place(room.id, visitor, member::Role::Host, now).insert(&transaction).await?;
                transaction.commit().await?;
                return Ok(code);
            }
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                transaction.rollback().await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Checks that somebody can join: a stranger who cannot is not remembered.
///
/// # Errors
/// If there is no such room, or it is closed.
pub async fn expect_open(database: &Database, code: &RoomCode) -> Result<(), AppError> {
    let room = room::Entity::with_code(code).one(&database.reader).await;
    still_open(room.map_err(anyhow::Error::from)?).map(drop)
}

/// The open room with this key.
///
/// # Errors
/// If it was deleted or closed.
pub async fn open_by_id(database: &Database, room_id: i64) -> Result<room::Model, AppError> {
    let room = room::Entity::find_by_id(room_id).one(&database.reader).await;
    still_open(room.map_err(anyhow::Error::from)?)
}

fn still_open(room: Option<room::Model>) -> Result<room::Model, AppError> {
    match room {
        None => Err(AppError::RoomNotFound),
        Some(room) if room.closed_at.is_some() => Err(AppError::RoomClosed),
        Some(room) => Ok(room),
    }
}

/// Puts `visitor` into the room with this code, in the role they had there before, or as a guest.
///
/// # Errors
/// If there is no such room, or it is closed.
pub async fn join(
    database: &Database,
    visitor: VisitorId,
    code: &RoomCode,
    now: u64,
) -> Result<i64, AppError> {
    let transaction = database.begin().await.map_err(anyhow::Error::from)?;
    let room = room::Entity::with_code(code).one(&transaction).await;
    let room = still_open(room.map_err(anyhow::Error::from)?)?;
    come_in(&transaction, room.id, visitor, now).await?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    Ok(room.id)
}

async fn come_in(
    transaction: &DatabaseTransaction,
    room_id: i64,
    visitor: VisitorId,
    now: u64,
) -> anyhow::Result<()> {
    match member::Entity::of_visitor(room_id, visitor.0).one(transaction).await? {
        None => {
            place(room_id, visitor, member::Role::Guest, now).insert(transaction).await?;
        }
        Some(before) if before.left_at.is_some() => {
            let mut place: member::ActiveModel = before.into();
            place.left_at = Set(None);
            place.joined_at = Set(instant(now));
            place.update(transaction).await?;
        }
        Some(_) => {}
    }
    Ok(())
}

fn place(room_id: i64, visitor: VisitorId, role: member::Role, now: u64) -> member::ActiveModel {
    member::ActiveModel {
        room_id: Set(room_id),
        visitor_id: Set(visitor.0),
        role: Set(role),
        joined_at: Set(instant(now)),
        ..Default::default()
    }
}

/// Takes the member out of the room, together with their vote. The room goes on without them.
///
/// # Errors
/// If the database does not answer.
pub async fn leave(database: &Database, member: &Member, now: u64) -> anyhow::Result<()> {
    let transaction = database.begin().await?;
    member::Entity::update_many()
        .col_expr(member::Column::LeftAt, Expr::value(instant(now)))
        .filter(member::Column::Id.eq(member.place.id))
        .exec(&transaction)
        .await?;
    skip_vote::Entity::delete_many()
        .filter(skip_vote::Column::MemberId.eq(member.place.id))
        .exec(&transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Saves what the host decided; a threshold that the votes already reach skips.
///
/// # Errors
/// If the database does not answer.
pub async fn save_settings(
    database: &Database,
    host: &Host,
    settings: Settings,
    now: u64,
) -> anyhow::Result<()> {
    let room_id = host.0.room.id;
    let transaction = database.begin().await?;
    room::Entity::update_many()
        .col_expr(room::Column::VotesToSkip, Expr::value(settings.votes_to_skip.get()))
        .col_expr(room::Column::GuestCanPause, Expr::value(settings.guest_can_pause))
        .filter(room::Column::Id.eq(room_id))
        .exec(&transaction)
        .await?;
    skip::decide(&transaction, room_id, now).await?;
    transaction.commit().await?;
    Ok(())
}

/// Closes a room for good and deletes what was stored about its Spotify account.
///
/// # Errors
/// If the database does not answer.
pub async fn close(database: &Database, room_id: i64, now: u64) -> anyhow::Result<()> {
    let transaction = database.begin().await?;
    room::Entity::update_many()
        .col_expr(room::Column::ClosedAt, Expr::value(instant(now)))
        .filter(room::Column::Id.eq(room_id))
        .filter(room::Column::ClosedAt.is_null())
        .exec(&transaction)
        .await?;
    connection::Entity::delete_many()
        .filter(connection::Column::RoomId.eq(room_id))
        .exec(&transaction)
        .await?;
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::RoomId.eq(room_id))
        .exec(&transaction)
        .await?;
    play::Entity::forget(&transaction, room_id).await?;
    transaction.commit().await?;
    Ok(())
}

/// The open rooms that `visitor` is in, the one joined last first, and whether as their host.
///
/// # Errors
/// If the database does not answer.
pub async fn of_visitor(
    database: &Database,
    visitor: VisitorId,
) -> anyhow::Result<Vec<(RoomCode, bool)>> {
    let rooms = member::Entity::find()
        .filter(member::Column::VisitorId.eq(visitor.0))
        .filter(member::Column::LeftAt.is_null())
        .filter(room::Column::ClosedAt.is_null())
        .order_by_desc(member::Column::JoinedAt)
        .order_by_desc(member::Column::Id)
        .join(sea_orm::JoinType::InnerJoin, member_to_room())
        .select_also(room::Entity)
        .all(&database.reader)
        .await?;
    let rooms = rooms.into_iter().filter_map(|(place, room)| {
        let code = room?.code.parse().ok()?;
        Some((code, place.role == member::Role::Host))
    });
    Ok(rooms.collect())
}

fn member_to_room() -> sea_orm::RelationDef {
    member::Entity::belongs_to(room::Entity)
        .from(member::Column::RoomId)
        .to(room::Column::Id)
        .into()
}

/// Records that the room is in use, so that it does not close.
///
/// # Errors
/// If the database does not answer.
pub async fn touch(database: &Database, room: &room::Model, now: u64) -> anyhow::Result<()> {
    if now.saturating_sub(millis(room.used_at)) < USED_GRAIN_MS {
        return Ok(());
    }
    room::Entity::update_many()
        .col_expr(room::Column::UsedAt, Expr::value(instant(now)))
        .filter(room::Column::Id.eq(room.id))
        .exec(&database.writer)
        .await?;
    Ok(())
}

//! A room from its creation to its end.

use rand::Rng;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue,
    ActiveValue::{NotSet, Set, Unchanged},
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, SqlErr,
    sea_query::Expr,
};

use super::{
    membership,
    names::{self, Name},
    queue, traces, votes,
};
use crate::{
    error::AppError,
    model::{Limit, Millis, RoomCode, RoomId, Settings, SettingsChange, SkipShare, VisitorId},
    server::store::{
        database::Database,
        entities::{connection, former_code, instant, millis, room, sign_in},
        failure::unless_not_writable,
    },
};

/// Use is recorded to the hour: a write for every page would be for nothing.
const USED_GRAIN_MS: u64 = 60 * 60 * 1000;

/// Creates a room whose host is `visitor`, by this name if they said one.
///
/// # Errors
/// The database's.
pub async fn create(
    database: &Database,
    visitor: VisitorId,
    name: Option<&Name>,
    settings: Settings,
    now: Millis,
    rng: &mut (impl Rng + Send),
) -> anyhow::Result<RoomCode> {
    // 887 million codes: the first one is almost always free.
    loop {
        // One for each: a refused statement ends the whole transaction in some databases.
        let transaction = database.begin().await?;
        let code = free_code(&transaction, rng).await?;
        let row = room::ActiveModel {
            code: Set(code.to_string()),
            votes_to_skip: Set(i32::try_from(settings.votes_to_skip.get())?),
            guest_can_pause: Set(settings.guest_can_pause),
            song_order: Set(settings.songs.order.word().to_owned()),
            requests_open: Set(settings.songs.requests_open),
            explicit_allowed: Set(settings.songs.explicit_allowed),
            songs_per_person: Set(column(settings.songs.songs_per_person)),
            longest_minutes: Set(column(settings.songs.longest_minutes)),
            no_repeat_minutes: Set(column(settings.songs.no_repeat_minutes)),
            created_at: Set(instant(now)),
            used_at: Set(instant(now)),
            ..Default::default()
        };
        match row.insert(&transaction).await {
            Ok(room) => {
                let room = RoomId(room.id);
                membership::insert_host(&transaction, room, visitor, now).await?;
                if let Some(name) = name {
                    names::give(&transaction, room, visitor, name).await?;
                }
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

/// Gives a room another code. The former one goes on working for its members only.
///
/// # Errors
/// The database's.
pub async fn renew_code(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    rng: &mut (impl Rng + Send),
) -> Result<RoomCode, DbErr> {
    let code = free_code(transaction, rng).await?;
    if let Some(row) = room::Entity::find_by_id(room.0).one(transaction).await? {
        let former = former_code::ActiveModel { code: Set(row.code), room_id: Set(room.0) };
        former_code::Entity::insert(former).exec_without_returning(transaction).await?;
    }
    room::Entity::update_many()
        .col_expr(room::Column::Code, Expr::value(code.as_str()))
        .filter(room::Column::Id.eq(room.0))
        .exec(transaction)
        .await?;
    Ok(code)
}

/// A code that no room had before; another transaction may take it meanwhile.
async fn free_code(
    transaction: &impl ConnectionTrait,
    rng: &mut (impl Rng + Send),
) -> Result<RoomCode, DbErr> {
    loop {
        let code = RoomCode::draw(|below| rng.random_range(0..below));
        let former = former_code::Entity::find_by_id(code.as_str()).one(transaction).await?;
        if former.is_none() {
            return Ok(code);
        }
    }
}

/// The room with this code, while it is open.
///
/// # Errors
/// If there is no such room, or it is closed.
pub async fn open_with_code(database: &Database, code: &RoomCode) -> Result<RoomId, AppError> {
    let room = room::Entity::with_code(code).one(&database.reader).await;
    let room = still_open(room.map_err(anyhow::Error::from)?)?;
    Ok(RoomId(room.id))
}

/// The code of a room that is open.
///
/// # Errors
/// If it was deleted or closed.
pub async fn code_of_open(database: &Database, room: RoomId) -> Result<String, AppError> {
    let room = room::Entity::find_by_id(room.0).one(&database.reader).await;
    Ok(still_open(room.map_err(anyhow::Error::from)?)?.code)
}

/// How many rooms are open.
///
/// # Errors
/// The database's.
pub async fn count_open(database: &Database) -> Result<u64, DbErr> {
    room::Entity::find().filter(room::Column::ClosedAt.is_null()).count(&database.reader).await
}

fn still_open(room: Option<room::Model>) -> Result<room::Model, AppError> {
    match room {
        None => Err(AppError::RoomNotFound),
        Some(room) if room.closed_at.is_some() => Err(AppError::RoomClosed),
        Some(room) => Ok(room),
    }
}

/// A limit as it is stored.
fn column(limit: Limit) -> Option<i32> {
    limit.and_then(|limit| i32::try_from(limit).ok())
}

/// Saves what the host decided; a threshold that the votes already reach skips.
///
/// # Errors
/// The database's.
pub async fn save_settings(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    settings: SettingsChange,
    now: Millis,
) -> Result<(), DbErr> {
    let SettingsChange { votes_to_skip, skip_share, guest_can_pause, songs } = settings;
    let row = room::ActiveModel {
        id: Unchanged(room.0),
        votes_to_skip: Set(i32::try_from(votes_to_skip.get()).unwrap_or_default()),
        skip_share: set(skip_share.map(|share| column(share.map(SkipShare::percent)))),
        guest_can_pause: Set(guest_can_pause),
        song_order: set(songs.order.map(|order| order.word().to_owned())),
        requests_open: set(songs.requests_open),
        explicit_allowed: set(songs.explicit_allowed),
        songs_per_person: set(songs.songs_per_person.map(column)),
        longest_minutes: set(songs.longest_minutes.map(column)),
        no_repeat_minutes: set(songs.no_repeat_minutes.map(column)),
        ..Default::default()
    };
    row.update(transaction).await?;
    votes::decide(transaction, room, now).await
}

/// A column that changes, or stays.
fn set<T: Into<sea_orm::Value>>(change: Option<T>) -> ActiveValue<T> {
    change.map_or(NotSet, Set)
}

/// Lets nobody new in, or everybody again.
///
/// # Errors
/// The database's.
pub async fn stop_joining(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    is_stopped: bool,
) -> Result<(), DbErr> {
    room::Entity::update_many()
        .col_expr(room::Column::JoiningStopped, Expr::value(is_stopped))
        .filter(room::Column::Id.eq(room.0))
        .exec(transaction)
        .await
        .map(drop)
}

/// Closes a room for good and deletes what was stored about its Spotify accounts.
///
/// # Errors
/// The database's.
pub async fn close(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    now: Millis,
) -> Result<(), DbErr> {
    room::Entity::update_many()
        .col_expr(room::Column::ClosedAt, Expr::value(instant(now)))
        .filter(room::Column::Id.eq(room.0))
        .exec(transaction)
        .await?;
    connection::Entity::delete_many()
        .filter(connection::Column::RoomId.eq(room.0))
        .exec(transaction)
        .await?;
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::RoomId.eq(room.0))
        .exec(transaction)
        .await?;
    queue::forget(transaction, room).await?;
    traces::forget(transaction, room).await
}

/// Deletes a room with all that is its own: people, plays, votes, accounts, sign-ins. Who watches sees
/// it closed.
///
/// # Errors
/// The database's.
pub async fn delete(transaction: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    room::Entity::delete_by_id(room.0).exec(transaction).await.map(drop)
}

/// Records that the room is in use, so that it does not close.
///
/// # Errors
/// The database's.
pub(super) async fn touch(
    database: &Database,
    room: &room::Model,
    now: Millis,
) -> anyhow::Result<()> {
    if now.since(millis(room.used_at)) < USED_GRAIN_MS {
        return Ok(());
    }
    let used = room::Entity::update_many()
        .col_expr(room::Column::UsedAt, Expr::value(instant(now)))
        .filter(room::Column::Id.eq(room.id))
        .exec(&database.writer)
        .await
        .map(drop);
    Ok(unless_not_writable(used)?)
}

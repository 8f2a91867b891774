//! Who is in which room: joining, leaving, and the rooms that a visitor is in.

use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr,
    EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, RelationDef, sea_query::Expr,
};

use crate::{
    error::AppError,
    model::{MemberId, Millis, RoomCode, RoomId, VisitorId},
    server::store::{
        database::Database,
        entities::{entry_vote, instant, member, room, session, skip_vote},
    },
};

/// Puts `visitor` into the room, in the role they had there before, or as a guest. Its host always
/// finds a place.
///
/// # Errors
/// `RoomFull` if `most` others are there already; `JoiningStopped` for somebody new while the host
/// wants nobody; `Removed` for somebody whom the host removed.
pub async fn join(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    visitor: VisitorId,
    most: u64,
    now: Millis,
) -> Result<(), AppError> {
    let before = member::Entity::of_visitor(room.0, visitor.0).one(transaction).await?;
    if before.as_ref().is_some_and(|before| before.left_at.is_none()) {
        return Ok(());
    }
    if before.as_ref().is_some_and(|before| before.removed_at.is_some()) {
        return Err(AppError::Removed);
    }
    if before.is_none() && is_joining_stopped(transaction, room).await? {
        return Err(AppError::JoiningStopped);
    }
    let is_host = before.as_ref().is_some_and(|before| before.role == member::Role::Host);
    if !is_host && is_full(transaction, room, most).await? {
        return Err(AppError::RoomFull);
    }
    match before {
        None => insert(transaction, room, visitor, member::Role::Guest, now).await?,
        Some(before) => {
            let mut membership: member::ActiveModel = before.into();
            membership.left_at = Set(None);
            membership.joined_at = Set(instant(now));
            membership.update(transaction).await?;
        }
    }
    Ok(())
}

/// Those who are or were in the room by one of these names, and whom no browser stands for: guests of
/// a demo. The host has removed none of them.
///
/// # Errors
/// The database's.
pub async fn without_browser(
    db: &impl ConnectionTrait,
    room: RoomId,
    names: &[&str],
) -> Result<Vec<(String, VisitorId)>, DbErr> {
    let browsers = session::Entity::find().select_only().column(session::Column::VisitorId);
    let rows: Vec<(String, i64)> = member::Entity::find()
        .select_only()
        .columns([member::Column::Name, member::Column::VisitorId])
        .filter(member::Column::RoomId.eq(room.0))
        .filter(member::Column::Name.is_in(names.iter().copied()))
        .filter(member::Column::RemovedAt.is_null())
        .filter(member::Column::VisitorId.not_in_subquery(browsers.into_query()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(name, visitor)| (name, VisitorId(visitor))).collect())
}

/// Whether `most` people are in the room, or more.
///
/// # Errors
/// The database's.
pub async fn is_full(
    database: &impl ConnectionTrait,
    room: RoomId,
    most: u64,
) -> Result<bool, DbErr> {
    Ok(member::Entity::present(room.0).count(database).await? >= most)
}

/// Whether nobody new is let in.
///
/// # Errors
/// The database's.
pub async fn is_joining_stopped(
    database: &impl ConnectionTrait,
    room: RoomId,
) -> Result<bool, DbErr> {
    let room = room::Entity::find_by_id(room.0).one(database).await?;
    Ok(room.is_some_and(|room| room.joining_stopped))
}

/// Makes `visitor` the room's host.
///
/// # Errors
/// The database's.
pub(super) async fn insert_host(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    visitor: VisitorId,
    now: Millis,
) -> Result<(), DbErr> {
    insert(transaction, room, visitor, member::Role::Host, now).await
}

async fn insert(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    visitor: VisitorId,
    role: member::Role,
    now: Millis,
) -> Result<(), DbErr> {
    let membership = member::ActiveModel {
        room_id: Set(room.0),
        visitor_id: Set(visitor.0),
        role: Set(role),
        joined_at: Set(instant(now)),
        ..Default::default()
    };
    member::Entity::insert(membership).exec_without_returning(transaction).await.map(drop)
}

/// Takes a member out of their room, together with their vote. The room goes on without them.
///
/// # Errors
/// The database's.
pub async fn leave(
    transaction: &impl ConnectionTrait,
    member: MemberId,
    now: Millis,
) -> Result<(), DbErr> {
    member::Entity::update_many()
        .col_expr(member::Column::LeftAt, Expr::value(instant(now)))
        .filter(member::Column::Id.eq(member.0))
        .exec(transaction)
        .await?;
    skip_vote::Entity::delete_many()
        .filter(skip_vote::Column::MemberId.eq(member.0))
        .exec(transaction)
        .await?;
    entry_vote::Entity::delete_many()
        .filter(entry_vote::Column::MemberId.eq(member.0))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The open rooms that `visitor` is in, the one joined last first, and whether as their host.
///
/// # Errors
/// The database's.
pub async fn of_visitor(
    database: &Database,
    visitor: VisitorId,
) -> Result<Vec<(RoomCode, bool)>, DbErr> {
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
    let rooms = rooms.into_iter().filter_map(|(membership, room)| {
        let code = room?.code.parse().ok()?;
        Some((code, membership.role == member::Role::Host))
    });
    Ok(rooms.collect())
}

/// Every room that `visitor` ever joined and that is not deleted: hosted, left and closed ones too.
///
/// # Errors
/// The database's.
pub async fn all_of_visitor(
    database: &impl ConnectionTrait,
    visitor: VisitorId,
) -> Result<Vec<member::Model>, DbErr> {
    member::Entity::find().filter(member::Column::VisitorId.eq(visitor.0)).all(database).await
}

fn member_to_room() -> RelationDef {
    member::Entity::belongs_to(room::Entity)
        .from(member::Column::RoomId)
        .to(room::Column::Id)
        .into()
}

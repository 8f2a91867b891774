//! Who is in a room, as plain facts. Rules take them as arguments, so that none can be called
//! without.

use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::Set,
    ConnectionTrait, DbErr, EntityTrait as _, JoinType, QuerySelect as _, RelationDef, Select,
    sea_query::{Expr, ExprTrait as _, IntoCondition as _},
};

use super::lifecycle;
use crate::{
    error::AppError,
    model::{MemberId, Millis, Role, RoomCode, RoomId, Settings, VisitorId},
    server::store::{
        database::Database,
        entities::{instant, member, room, visitor},
    },
};

/// Somebody who is in an open room.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Member {
    /// Their membership.
    pub id: MemberId,
    /// The browser that they use.
    pub visitor: VisitorId,
    /// What they are there.
    pub role: Role,
    /// The room.
    pub room: RoomId,
    /// Its code, whichever it was found by.
    pub code: RoomCode,
    /// What its host decided.
    pub settings: Settings,
}

/// Somebody who is in charge of an open room.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Host(pub Member);

impl Member {
    /// Looks up the membership of `visitor` in the room that has this code, or had it before, and
    /// records that the room is in use.
    ///
    /// # Errors
    /// If there is no such room, it is closed, the visitor is not in it, or was removed from it.
    pub async fn find(
        database: &Database,
        visitor: Option<VisitorId>,
        code: &RoomCode,
        now: Millis,
    ) -> Result<Self, AppError> {
        let found = room_and_membership(database, visitor, code).await?;
        let is_former = found.as_ref().is_some_and(|(room, _)| room.code != code.as_str());
        let (room, membership) = found.ok_or(AppError::RoomNotFound)?;
        let is_removed = membership.as_ref().is_some_and(|row| row.removed_at.is_some());
        let membership = membership.filter(|row| row.left_at.is_none());
        if is_former && membership.is_none() {
            return Err(AppError::RoomNotFound); // as if it had never been a code
        }
        if room.closed_at.is_some() {
            return Err(AppError::RoomClosed);
        }
        if is_removed {
            return Err(AppError::Removed);
        }
        let membership = membership.ok_or(AppError::NotMember)?;
        lifecycle::touch(database, &room, now).await?;
        Ok(Self {
            id: MemberId(membership.id),
            visitor: VisitorId(membership.visitor_id),
            role: membership.role.into(),
            room: RoomId(room.id),
            code: room.code.parse()?,
            settings: room.settings(),
        })
    }

    /// Proof that they are in charge.
    ///
    /// # Errors
    /// If they are a guest.
    pub fn into_host(self) -> Result<Host, AppError> {
        match self.role {
            Role::Host => Ok(Host(self)),
            Role::Guest => Err(AppError::NotHost),
        }
    }

    /// Whether they may play and pause.
    ///
    /// # Errors
    /// If they may not.
    pub fn may_pause(&self) -> Result<(), AppError> {
        match self.role {
            Role::Guest if !self.settings.guest_can_pause => Err(AppError::PauseNotAllowed),
            _ => Ok(()),
        }
    }
}

/// Remembers a browser that does something worth remembering.
///
/// # Errors
/// The database's.
pub async fn new_visitor(database: &Database, now: Millis) -> Result<VisitorId, DbErr> {
    let row = visitor::ActiveModel { created_at: Set(instant(now)), ..Default::default() };
    Ok(VisitorId(row.insert(&database.writer).await?.id))
}

/// Forgets a browser: its sessions, memberships, votes, accounts and sign-ins go with it.
///
/// # Errors
/// The database's.
pub async fn delete_visitor(
    transaction: &impl ConnectionTrait,
    visitor: VisitorId,
) -> Result<(), DbErr> {
    visitor::Entity::delete_by_id(visitor.0).exec(transaction).await.map(drop)
}

/// The room that has this code or had it, closed or not, and the visitor's membership in it, left or
/// not.
async fn room_and_membership(
    database: &Database,
    visitor: Option<VisitorId>,
    code: &RoomCode,
) -> Result<Option<(room::Model, Option<member::Model>)>, AppError> {
    let visitor = visitor.map_or(0, |VisitorId(id)| id);
    let membership = room::Entity::belongs_to(member::Entity)
        .from(room::Column::Id)
        .to(member::Column::RoomId)
        .on_condition(move |_room, member| {
            Expr::col((member, member::Column::VisitorId)).eq(visitor).into_condition()
        });
    let membership = RelationDef::from(membership);
    let with_membership = async |rooms: Select<room::Entity>| {
        let found = rooms.join(JoinType::LeftJoin, membership.clone()).select_also(member::Entity);
        found.one(&database.reader).await.map_err(anyhow::Error::from)
    };
    if let Some(found) = with_membership(room::Entity::with_code(code)).await? {
        return Ok(Some(found));
    }
    Ok(with_membership(room::Entity::with_former_code(code)).await?)
}

//! A visitor's membership in a room.

use sea_orm::entity::prelude::*;

use crate::model;

/// A visitor's membership in a room; a host who left and returns is host again.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The room.
    pub room_id: i64,
    /// Who.
    pub visitor_id: i64,
    /// What they are there.
    pub role: Role,
    /// When they last joined.
    pub joined_at: i64,
    /// When they left, while they are away.
    pub left_at: Option<i64>,
    /// What they are called, if they said so.
    pub name: Option<String>,
    /// When the host removed them: they cannot come back.
    pub removed_at: Option<i64>,
    /// Until when they have read which of their songs were lost.
    pub told_until: Option<i64>,
}

/// What a member is in a room.
#[derive(Clone, Copy, Debug, DeriveActiveEnum, EnumIter, Eq, PartialEq)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Role {
    /// In charge of the room.
    #[sea_orm(string_value = "host")]
    Host,
    /// Everybody else.
    #[sea_orm(string_value = "guest")]
    Guest,
}

impl From<Role> for model::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Host => Self::Host,
            Role::Guest => Self::Guest,
        }
    }
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The members of `room` who have not left.
    pub fn present(room_id: i64) -> Select<Self> {
        Self::find().filter(Column::RoomId.eq(room_id)).filter(Column::LeftAt.is_null())
    }

    /// The membership of whoever is in charge of `room`.
    pub fn host_of(room_id: i64) -> Select<Self> {
        Self::find().filter(Column::RoomId.eq(room_id)).filter(Column::Role.eq(Role::Host))
    }

    /// The membership of `visitor_id` in `room`, left or not.
    pub fn of_visitor(room_id: i64, visitor_id: i64) -> Select<Self> {
        Self::find().filter(Column::RoomId.eq(room_id)).filter(Column::VisitorId.eq(visitor_id))
    }
}

//! A Spotify account, under one Spotify application, that drives at most one room.

use sea_orm::entity::prelude::*;

/// A Spotify account under one Spotify application.
#[derive(Clone, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "connection")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The application that the account agreed to: the server uses only the configured one's rows.
    /// Empty in rows from before this was recorded.
    pub client_id: String,
    /// Spotify's account ID, which never changes.
    pub account_id: String,
    /// Who proved last that the account is theirs.
    pub visitor_id: i64,
    /// The room that it drives.
    pub room_id: Option<i64>,
    /// What Spotify granted, separated by spaces.
    pub scopes: String,
    /// When the person agreed: Spotify's refresh tokens end six months later.
    pub authorized_at: i64,
    /// Both tokens, sealed; none once Spotify refused them for good.
    pub tokens: Option<String>,
    /// When the access token expires.
    pub expires_at: i64,
    /// Grows with every change of the tokens: whoever writes names the version that they replace.
    pub token_version: i64,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("id", &self.id).finish_non_exhaustive()
    }
}

/// None are needed.
#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The accounts that `room` has: the schema allows one for each application.
    pub fn of_room(room_id: i64) -> Select<Self> {
        Self::find().filter(Column::RoomId.eq(room_id))
    }
}

//! A Spotify account that drives at most one room.

use sea_orm::entity::prelude::*;

/// A Spotify account.
#[derive(Clone, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "connection")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Spotify's immutable name of the account.
    #[sea_orm(unique)]
    pub account_id: String,
    /// Who proved that the account is theirs last.
    pub visitor_id: i64,
    /// The room that it drives.
    #[sea_orm(unique)]
    pub room_id: Option<i64>,
    /// What Spotify granted, separated by spaces.
    pub scopes: String,
    /// When the person agreed: Spotify's refresh tokens end six months later.
    pub authorized_at: i64,
    /// Both tokens, sealed; none once Spotify refused them for good.
    pub tokens: Option<String>,
    /// When the access token expires.
    pub expires_at: i64,
    /// Grows with every change of the tokens: who writes must have seen the last one.
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
    /// The account that drives `room`.
    pub fn driving(room_id: i64) -> Select<Self> {
        Self::find().filter(Column::RoomId.eq(room_id))
    }
}

//! A song or an artist that a host does not want to hear.

use sea_orm::entity::prelude::*;

/// A song or an artist that a host does not want to hear.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "blocked")]
pub struct Model {
    /// The room.
    #[sea_orm(primary_key, auto_increment = false)]
    pub room_id: i64,
    /// Spotify's URI of the track or artist.
    #[sea_orm(primary_key, auto_increment = false)]
    pub uri: String,
    /// What people call it.
    pub name: String,
    /// When the host said so.
    pub blocked_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

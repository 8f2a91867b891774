//! The playlist that goes on in a room when nobody asks for anything.

use sea_orm::entity::prelude::*;

/// The playlist that goes on in a room when nobody asks for anything.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "fallback")]
pub struct Model {
    /// The room.
    #[sea_orm(primary_key, auto_increment = false)]
    pub room_id: i64,
    /// Spotify's ID of the playlist.
    pub playlist_id: String,
    /// What it is called.
    pub name: String,
    /// Whether its songs come in any order, rather than in its own.
    pub shuffled: bool,
    /// When the host chose it.
    pub chosen_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

//! The playlist that what was played in a room is written into.

use sea_orm::entity::prelude::*;

/// A playlist of the account that drives the room, and how far it has come.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "saved_playlist")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The room.
    #[sea_orm(unique)]
    pub room_id: i64,
    /// The account whose playlist it is.
    pub connection_id: i64,
    /// Stands in the playlist's description: one whose making was not confirmed is found by it.
    pub marker: String,
    /// Spotify's ID of the playlist, once it is known.
    pub playlist_id: Option<String>,
    /// Its page on Spotify.
    pub url: Option<String>,
    /// The last play that is in it.
    pub added_play_id: i64,
    /// The last play of those that are about to be added: they may be in it or not.
    pub pending_play_id: Option<i64>,
    /// Until then somebody is at it.
    pub claimed_until: i64,
    /// When it was asked for first.
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

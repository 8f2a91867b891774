//! A Spotify application, and how long Spotify asked it to wait.

use sea_orm::entity::prelude::*;

/// A Spotify application.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "application")]
pub struct Model {
    /// `SPOTIFY_CLIENT_ID`
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    /// Until then the Web API must not be asked: it counts the calls of all rooms together.
    pub rate_limited_until: i64,
    /// Until then the accounts service must not be asked.
    pub accounts_limited_until: i64,
    /// Until then nothing must be searched for.
    pub search_limited_until: i64,
    /// Until then it must not be asked about single tracks.
    pub tracks_limited_until: i64,
    /// Until then it must not be asked about playlists.
    pub playlists_limited_until: i64,
}

impl ActiveModelBehavior for ActiveModel {}

//! A song of a room's fallback playlist.

use sea_orm::entity::prelude::*;

/// A song of a room's fallback playlist, with what people see of it.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "fallback_track")]
pub struct Model {
    /// Its key: they grow in the playlist's own order.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The room.
    pub room_id: i64,
    /// Spotify's URI of the track.
    pub uri: String,
    /// The title.
    pub name: String,
    /// The artists' names, as a JSON list.
    pub artists: String,
    /// Their URIs, as a JSON list: a host may block one.
    pub artist_uris: String,
    /// The album's name.
    pub album: Option<String>,
    /// Where its cover is.
    pub image_url: Option<String>,
    /// Its length.
    pub duration_ms: i64,
    /// Whether Spotify marks it as explicit.
    pub explicit: bool,
    /// Its page on Spotify.
    pub url: Option<String>,
    /// The recording's international code: recognises it under another URI.
    pub isrc: Option<String>,
    /// When it was put into the queue; nothing if that is still to come in this round.
    pub taken_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}

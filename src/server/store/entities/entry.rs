//! A song that somebody asked for.

use sea_orm::entity::prelude::*;

/// A song that somebody asked for, with what people see of it.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "entry")]
pub struct Model {
    /// Its key, which votes name.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The room.
    pub room_id: i64,
    /// Who asked for it.
    pub member_id: i64,
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
    /// Whether nobody asked for it: it is from the fallback playlist.
    pub from_fallback: bool,
    /// When it was asked for.
    pub added_at: i64,
    /// When the host had it played next, if they did.
    pub promoted_at: Option<i64>,
    /// When it was recorded as about to be handed to Spotify.
    pub sent_at: Option<i64>,
    /// What played then, if anything did.
    pub sent_play_id: Option<i64>,
    /// When it stopped waiting.
    pub ended_at: Option<i64>,
    /// Why it does not wait any more.
    pub ended_by: Option<EndedBy>,
}

/// Why a song does not wait any more.
#[derive(Clone, Copy, Debug, DeriveActiveEnum, EnumIter, Eq, PartialEq)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum EndedBy {
    /// It began to play.
    #[sea_orm(string_value = "played")]
    Played,
    /// Whoever asked for it took it back.
    #[sea_orm(string_value = "withdrawn")]
    Withdrawn,
    /// The host removed it.
    #[sea_orm(string_value = "removed")]
    Removed,
    /// The host cleared the queue.
    #[sea_orm(string_value = "cleared")]
    Cleared,
    /// Spotify took it and never played it.
    #[sea_orm(string_value = "dropped")]
    Dropped,
    /// The rules of the moment at which its turn came forbade it.
    #[sea_orm(string_value = "forbidden")]
    Forbidden,
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The songs that wait in `room`.
    pub fn waiting(room_id: i64) -> Select<Self> {
        Self::find().filter(Column::RoomId.eq(room_id)).filter(Column::EndedAt.is_null())
    }
}

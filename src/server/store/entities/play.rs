//! One playing of a track in a room.

use sea_orm::entity::prelude::*;

/// One playing of a track. Votes belong to it, never to the track.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "play")]
pub struct Model {
    /// Its key, which votes name.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The room.
    pub room_id: i64,
    /// Spotify's URI of the track.
    pub uri: String,
    /// When it began, as far as it was seen.
    pub started_at: i64,
    /// When it was seen to be over.
    pub ended_at: Option<i64>,
    /// Why it is over.
    pub ended_by: Option<EndedBy>,
    /// When its skip was decided, by votes or by the host; the room's task sends it.
    pub skip_claimed_at: Option<i64>,
    /// When its skip was last recorded as about to be sent.
    pub skip_sent_at: Option<i64>,
    /// When the next three were true.
    pub seen_at: i64,
    /// Where it was.
    pub seen_progress_ms: i64,
    /// Whether it was playing.
    pub seen_playing: bool,
    /// The track's length.
    pub duration_ms: i64,
    /// Which of the songs that people asked for it is, if it is one.
    pub entry_id: Option<i64>,
    /// The title, if Spotify named it.
    pub name: Option<String>,
    /// The artists' names, as a JSON list.
    pub artists: Option<String>,
    /// Where its cover is.
    pub image_url: Option<String>,
    /// Its page on Spotify.
    pub url: Option<String>,
    /// How many had voted to skip it when it was over.
    pub skip_votes: Option<i32>,
}

/// Why a play is over.
#[derive(Clone, Copy, Debug, DeriveActiveEnum, EnumIter, Eq, PartialEq)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum EndedBy {
    /// It played to its end.
    #[sea_orm(string_value = "finished")]
    Finished,
    /// Auxroom sent the skip.
    #[sea_orm(string_value = "skipped")]
    Skipped,
    /// Something else was started, in the host's own Spotify for example.
    #[sea_orm(string_value = "replaced")]
    Replaced,
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The play that goes on in `room`: the schema allows one.
    pub fn going_on(room_id: i64) -> Select<Self> {
        Self::find().filter(Column::RoomId.eq(room_id)).filter(Column::EndedAt.is_null())
    }

    /// Deletes what was played in `room`, and the votes with it: both go with the account that
    /// played it.
    pub async fn forget(transaction: &impl ConnectionTrait, room_id: i64) -> Result<(), DbErr> {
        Self::delete_many().filter(Column::RoomId.eq(room_id)).exec(transaction).await?;
        Ok(())
    }
}

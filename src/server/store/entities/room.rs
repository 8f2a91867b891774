//! A room.

use sea_orm::{QuerySelect as _, QueryTrait as _, entity::prelude::*};

use super::former_code;
use crate::model::{Order, RoomCode, Settings, SongRules};

/// A room and what its host allows.
#[sea_orm::model]
#[derive(Clone, Debug, DeriveEntityModel, Eq, PartialEq)]
#[sea_orm(table_name = "room")]
pub struct Model {
    /// Its key.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What people type to join.
    #[sea_orm(unique)]
    pub code: String,
    /// How many votes skip a song.
    pub votes_to_skip: i32,
    /// The share of the people who are here that skips a song, in percent, if that is the rule.
    pub skip_share: Option<i32>,
    /// Whether guests may play and pause.
    pub guest_can_pause: bool,
    /// When it was created.
    pub created_at: i64,
    /// When a member last did something, to the hour.
    pub used_at: i64,
    /// When it was closed, if it was.
    pub closed_at: Option<i64>,
    /// Grows with every change: what was read before one may be out of date.
    pub revision: i64,
    /// Whether nobody new is let in.
    pub joining_stopped: bool,
    /// Which rule orders the queue, by the model's word.
    pub song_order: String,
    /// Whether guests can ask for songs.
    pub requests_open: bool,
    /// Whether songs may be explicit.
    pub explicit_allowed: bool,
    /// How many songs of one member may wait at once.
    pub songs_per_person: Option<i32>,
    /// The longest song, in minutes.
    pub longest_minutes: Option<i32>,
    /// How long a song is not repeated after its end, in minutes.
    pub no_repeat_minutes: Option<i32>,
    /// Spotify's ID of the device that the host chose last, of the account that drives the room.
    pub device_id: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// The room with this code, closed or not.
    pub fn with_code(code: &RoomCode) -> Select<Self> {
        Self::find().filter(Column::Code.eq(code.as_str()))
    }

    /// The room that had this code before, closed or not.
    pub fn with_former_code(code: &RoomCode) -> Select<Self> {
        let former = former_code::Entity::find()
            .select_only()
            .column(former_code::Column::RoomId)
            .filter(former_code::Column::Code.eq(code.as_str()))
            .into_query();
        Self::find().filter(Column::Id.in_subquery(former))
    }

    /// Rooms that are not closed.
    pub fn open() -> Select<Self> {
        Self::find().filter(Column::ClosedAt.is_null())
    }
}

impl Model {
    /// What the host decided.
    pub fn settings(&self) -> Settings {
        Settings {
            // The column only ever holds what a form was checked for.
            votes_to_skip: u32::try_from(self.votes_to_skip)
                .ok()
                .and_then(|votes| votes.try_into().ok())
                .unwrap_or_default(),
            skip_share: self.skip_share.and_then(|percent| {
                u32::try_from(percent).ok().and_then(|percent| percent.try_into().ok())
            }),
            guest_can_pause: self.guest_can_pause,
            songs: self.song_rules(),
        }
    }

    fn song_rules(&self) -> SongRules {
        let number = |column: Option<i32>| column.and_then(|number| u32::try_from(number).ok());
        SongRules {
            order: Order::from_word(&self.song_order).unwrap_or_default(),
            requests_open: self.requests_open,
            explicit_allowed: self.explicit_allowed,
            songs_per_person: number(self.songs_per_person),
            longest_minutes: number(self.longest_minutes),
            no_repeat_minutes: number(self.no_repeat_minutes),
        }
    }
}

//! What the pages need to draw themselves.

use serde::{Deserialize, Serialize};

use super::{Outcome, RoomCode, SearchResults, Settings, Snapshot, You};
use crate::error::AppError;

/// The home page: the rooms that this browser is in.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct HomeView {
    /// The rooms' codes, the one joined last first, and whether the visitor is the host.
    pub rooms: Vec<(RoomCode, bool)>,
}

/// The room page.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum RoomView {
    /// The visitor is a member.
    Member(Box<MemberView>),
    /// The visitor may join.
    Stranger,
}

/// The room page of a member.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct MemberView {
    /// The room's state.
    pub snapshot: Snapshot,
    /// What differs for this member.
    pub you: You,
    /// The room's link, to share.
    pub link: String,
    /// The other room that the host's Spotify account drives, if it could move here.
    pub movable_from: Option<RoomCode>,
    /// What the page was asked to search for, if it was.
    pub search: Option<SearchView>,
    /// What a demo adds to the page, as HTML; empty where it adds nothing.
    pub demo: String,
}

/// What the browser takes a member's room page over with.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct RoomPage {
    /// What is on it.
    pub view: MemberView,
    /// What led to it.
    pub answered: Answered,
}

/// What the form did that led to a page, or why it was refused.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Answered {
    /// What it did.
    pub done: Option<Outcome>,
    /// Its endpoint, and why it was refused.
    pub refused: Option<(String, AppError)>,
}

impl Answered {
    /// Why it was refused, if it was for an endpoint below `path`.
    pub fn refusal_below(&self, path: &str) -> Option<AppError> {
        self.refused.as_ref().filter(|(endpoint, _)| endpoint.starts_with(path)).map(|row| row.1)
    }
}

/// What a search on a room's page came to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SearchView {
    /// The words.
    pub q: String,
    /// The songs, or why there are none.
    pub found: Result<SearchResults, AppError>,
}

/// The settings page and the page that closes a room.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct SettingsView {
    /// The room.
    pub code: RoomCode,
    /// What the host decided, or a preset suggests.
    pub settings: Settings,
    /// Whether nobody new is let in.
    pub joining_stopped: bool,
    /// Whether Spotify is connected.
    pub spotify: SpotifyState,
    /// What fills in the settings' fields.
    pub presets: Vec<Preset>,
    /// That a preset has filled them in and is not saved, in words.
    pub preset_notice: Option<String>,
    /// How everything did when the page was loaded, line by line. In words already: the browser has
    /// no use for the figures, and brings no texts for them.
    pub health: String,
}

/// Settings that fit an occasion, in words already as the health is.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Preset {
    /// The address of the settings page with its fields filled in.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub purpose: String,
}

/// A room's Spotify account.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum SpotifyState {
    /// There is none.
    NotConnected,
    /// It drives the room.
    Connected,
    /// Its sign-in ended.
    SignInLost,
    /// It belongs to another Spotify application than the configured one.
    OtherApplication,
}

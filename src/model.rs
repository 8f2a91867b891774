//! What crosses the wire between server and browser, and what the room's rules know of Spotify.
//! Depends on nothing but `error`.

mod changes;
mod ids;
mod millis;
mod outcome;
pub mod paths;
mod queue;
mod room_code;
mod settings;
mod snapshot;
mod song_rules;
mod spotify;
mod track_id;
mod views;

pub use changes::{Changes, EntryChanges};
pub use ids::{ConnectionId, EntryId, MemberId, PlayId, RoomId, VisitorId};
pub use millis::Millis;
pub use outcome::Outcome;
pub use queue::{Found, Loss, Order, QueueEntry, Refused, SearchResults, SongRules, Why};
pub use room_code::RoomCode;
pub(crate) use settings::parse_switch;
pub use settings::{Settings, SettingsChange, SkipFields, SkipShare, VotesToSkip};
pub use snapshot::{
    Build, Ended, EndedReason, FallbackPlaylist, Kind, Lost, Pending, Playback, Role, Skip,
    Snapshot, Status, StatusKind, Track, You,
};
pub use song_rules::{Limit, SongChange, SongFields, SongRule};
pub use spotify::{CatalogueTrack, Device, Item, Player, Playlist, SpotifyError};
pub use track_id::{Pasted, TrackId};
pub use views::{
    Answered, HomeView, MemberView, Preset, RoomPage, RoomView, SearchView, SettingsView,
    SpotifyState,
};

//! What was played in a room.

use super::health::span;

pub const FINISHED: &str = "played to the end";
/// Who a song is from that nobody asked for.
pub const FROM_PLAYLIST: &str = "from the fallback playlist";
pub const GOES_ON: &str = "playing now";
pub const NOTHING: &str = "Nothing was played here yet.";
pub const SAVING: &str = "Writes the songs that were played here into a private playlist of your Spotify account. Press again later to add what was played since. Spotify asks you first whether Auxroom may do that.";
pub const REPLACED: &str = "another song was started";
/// What was played before its title was kept.
pub const UNKNOWN: &str = "A song";

/// What the playlist is called. The day is written as 2026-11-28.
pub fn playlist(code: &str, day: &str) -> String {
    format!("Room {code}, {day}")
}

/// What the playlist's description says. It is found by the marker.
pub fn about(code: &str, marker: &str) -> String {
    format!("What was played in room {code}. {marker}")
}

pub fn title(code: &str) -> String {
    format!("History of room {code}")
}

/// How long ago it began.
pub fn ago(ms: u64) -> String {
    format!("{} ago", span(ms / 1_000))
}

/// Who asked for it.
pub fn by(name: &str) -> String {
    format!("asked for by {name}")
}

/// How many wanted it skipped when it was.
pub fn skipped(votes: u32) -> String {
    match votes {
        0 => "skipped by the host".to_owned(),
        1 => "skipped, with 1 vote".to_owned(),
        votes => format!("skipped, with {votes} votes"),
    }
}

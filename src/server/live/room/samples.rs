//! Tracks and players for the tests of the rules.

use crate::model::{Item, Kind, Player, Track};

/// A track of this length.
pub(super) fn track(uri: &str, duration_ms: u64) -> Track {
    Track {
        uri: uri.to_owned(),
        name: uri.to_owned(),
        artists: Vec::new(),
        album: None,
        image_url: None,
        duration_ms,
        explicit: false,
        url: None,
    }
}

/// A player with a track of three minutes.
pub(super) fn player(uri: &str, progress_ms: u64, is_playing: bool) -> Player {
    let item = Some(Item { track: track(uri, 180_000), isrc: None });
    Player { is_playing, progress_ms, kind: Kind::Track, item }
}

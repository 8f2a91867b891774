//! Tracks and players for the tests of the rules.

use super::{CurrentPlay, Observation};
use crate::model::{Item, Kind, PlayId, Player, Track};

/// A play that began when it was observed, and that nobody wants skipped.
pub(super) fn play(id: i64, uri: &str, observed: Observation) -> CurrentPlay {
    CurrentPlay {
        id: PlayId(id),
        uri: uri.to_owned(),
        began_at: observed.at,
        is_from_queue: false,
        observed,
        skip: None,
    }
}

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
    Player { is_playing, progress_ms, repeats: false, kind: Kind::Track, item }
}

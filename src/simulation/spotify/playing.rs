//! One playing of a track, or of an advertisement.

use std::sync::Arc;

use auxroom::model::{Item, Kind, Player, Track};

/// One playing of something.
#[derive(Clone, Debug)]
pub(super) struct Playing {
    pub(super) instance: u64,
    pub(super) item: Content,
    pub(super) is_playing: bool,
    pub(super) progress_ms: u64,
    pub(super) since: u64,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Track {
        track: Arc<Track>,
        /// What it really lasts: of some files Spotify does not know it.
        length_ms: u64,
        /// It goes on under another URI.
        is_relinked: bool,
    },
    Ad(u64),
}

impl Playing {
    pub(super) fn length(&self) -> u64 {
        match &self.item {
            Content::Track { length_ms, .. } => *length_ms,
            Content::Ad(ms) => *ms,
        }
    }

    pub(super) fn progress(&self, now: u64) -> u64 {
        let elapsed = if self.is_playing { now.saturating_sub(self.since) } else { 0 };
        (self.progress_ms + elapsed).min(self.length())
    }

    /// As Spotify reports it; it leaves the item out for a moment now and then.
    pub(super) fn player(&self, now: u64, leaves_out: bool) -> Player {
        let (kind, item) = match &self.item {
            Content::Track { track, is_relinked, .. } => {
                let mut track = Track::clone(track);
                let isrc = Some(format!("isrc-{}", track.uri));
                if *is_relinked {
                    track.uri.push_str("-relinked");
                }
                (Kind::Track, Some(Item { track, isrc }))
            }
            Content::Ad(_) => (Kind::Ad, None),
        };
        let item = item.filter(|_| !leaves_out);
        let (is_playing, progress_ms) = (self.is_playing, self.progress(now));
        Player { is_playing, progress_ms, repeats: false, kind, item }
    }
}

/// A made-up track, and its true length.
pub(crate) fn made_up(number: u64, variety: u64) -> (Track, u64) {
    const LENGTHS_MS: [u64; 10] =
        [0, 180_000, 21_000, 45_000, 90_000, 150_000, 200_000, 210_000, 240_000, 400_000];
    let length_ms = LENGTHS_MS[usize::try_from(variety % 10).unwrap_or_default()];
    let track = Track {
        uri: format!("t{number}"),
        name: format!("Song {number}"),
        artists: Vec::new(),
        album: None,
        image_url: None,
        duration_ms: length_ms,
        explicit: false,
        url: None,
    };
    // Of a local file nobody knows the length.
    (track, if length_ms == 0 { 170_000 } else { length_ms })
}

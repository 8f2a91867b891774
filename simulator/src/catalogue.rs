//! The made-up songs, albums and artists that a simulated account can play and find.

mod songs;

use std::collections::HashMap;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

pub use songs::{local_file, no_cover, relinked, songs};

/// The podcast episode.
pub const EPISODE_URI: &str = "spotify:episode:4Fq0mZ7cXbT1yKdE2sWn9L";
/// An advertisement: players say that one runs, never which.
pub const AD_URI: &str = "spotify:ad:000000012c603a6600000020316a17a1";
/// Something that players report as of type `unknown`.
pub const UNKNOWN_URI: &str = "spotify:unknown:0";

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A song, or a file of the listener's own, as a player plays it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Song {
    /// 22 base62 characters; none for a local file.
    pub id: Option<String>,
    /// What players and queues are told to play.
    pub uri: String,
    /// The title.
    pub name: &'static str,
    /// At least one.
    pub artists: &'static [&'static str],
    /// Where it was published.
    pub album: Album,
    /// Length in milliseconds.
    pub duration_ms: u64,
    /// Whether the lyrics are marked as explicit.
    pub explicit: bool,
    /// Place on the album, from 1.
    pub track_number: usize,
    /// The code of the recording: the same for a song and what it is relinked to.
    pub isrc: String,
    /// The URI that players report in place of the one they were asked to play.
    pub plays_as: Option<String>,
}

/// A collection of songs with one cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Album {
    /// 22 base62 characters; none for a local file.
    pub id: Option<String>,
    /// The title.
    pub name: &'static str,
    /// `YYYY-MM-DD`.
    pub release_date: &'static str,
    /// How many of its songs are in the catalogue.
    pub total_tracks: usize,
    /// Whether there is cover art.
    pub has_cover: bool,
}

/// What a URI stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item {
    Song(&'static Song),
    Episode,
    Ad,
    Unknown,
    /// Well-formed, but nothing that this account could play.
    Missing,
}

impl Item {
    pub(crate) fn of(uri: &str) -> Self {
        match uri.split(':').nth(1) {
            Some("track" | "local") => song(uri).map_or(Self::Missing, Self::Song),
            Some("episode") if uri == EPISODE_URI => Self::Episode,
            Some("episode") => Self::Missing,
            Some("ad") => Self::Ad,
            _ => Self::Unknown,
        }
    }

    pub(crate) fn duration_ms(self) -> u64 {
        match self {
            Self::Song(song) => song.duration_ms,
            Self::Episode => 31 * 60_000,
            Self::Ad | Self::Unknown | Self::Missing => 30_000,
        }
    }
}

/// The song with this URI, special ones included.
pub fn song(uri: &str) -> Option<&'static Song> {
    static BY_URI: LazyLock<HashMap<&str, &Song>> = LazyLock::new(|| {
        let all = songs().iter().chain(songs::special());
        all.map(|song| (song.uri.as_str(), song)).collect()
    });
    BY_URI.get(uri).copied()
}

/// The URI of what tests name: a URI, a place in [`songs()`], or one of `episode`, `ad`, `local`, `no_cover`, `relinked`, `unknown`.
pub fn uri_of(item: &str) -> Option<String> {
    let uri = match item {
        "episode" => EPISODE_URI,
        "ad" => AD_URI,
        "unknown" => UNKNOWN_URI,
        "local" => &local_file().uri,
        "no_cover" => &no_cover().uri,
        "relinked" => &relinked().uri,
        uri if uri.starts_with("spotify:") => uri,
        place => &songs().get(place.parse::<usize>().ok()?)?.uri,
    };
    Some(uri.to_owned())
}

/// Songs in which every word of `query` occurs, in the order of the catalogue.
pub(crate) fn search(query: &str) -> Vec<&'static Song> {
    let words: Vec<String> = query.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let found = |song: &&Song| {
        let text =
            format!("{} {} {}", song.name, song.artists.join(" "), song.album.name).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    songs().iter().chain([relinked()]).filter(found).collect()
}

/// The URIs that a playlist or album holds, in order; every playlist holds the whole catalogue in an order of its own.
pub(crate) fn context(uri: &str) -> Option<Vec<String>> {
    let (kind, id) = uri.strip_prefix("spotify:")?.split_once(':')?;
    let mut songs: Vec<&Song> = songs().iter().collect();
    match kind {
        "playlist" if is_id(id) => {
            songs.sort_by_cached_key(|song| Sha256::digest(format!("{id}{}", song.uri)))
        }
        "album" => songs.retain(|song| song.album.id.as_deref() == Some(id)),
        _ => return None,
    }
    (!songs.is_empty()).then(|| songs.iter().map(|song| song.uri.clone()).collect())
}

/// Whether `text` has the form of the platform's ids.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|byte| BASE62.contains(&byte))
}

/// The id of the thing of this kind and name: always the same.
pub(crate) fn id(kind: &str, name: &str) -> String {
    let hash = Sha256::digest(format!("{kind}:{name}"));
    let mut number =
        hash.iter().take(16).fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
    let digits = std::iter::repeat_with(|| {
        let digit = BASE62[(number % 62) as usize];
        number /= 62;
        char::from(digit)
    });
    digits.take(22).collect()
}

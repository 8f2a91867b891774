//! The made-up songs, albums and artists that a simulated account can play and find.

mod ids;
mod invented;
mod playlists;
mod song;
mod songs;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use ids::{id, is_id};
pub(crate) use playlists::{PLAYLISTS, Playlist, playlist_id};
pub use song::{Album, Song};
pub use songs::{local_file, no_cover, relinked, songs};

/// The podcast episode.
pub const EPISODE_URI: &str = "spotify:episode:4Fq0mZ7cXbT1yKdE2sWn9L";
/// An advertisement: players report that one plays, never which.
pub const AD_URI: &str = "spotify:ad:000000012c603a6600000020316a17a1";
/// Something that players report as of type `unknown`.
pub const UNKNOWN_URI: &str = "spotify:unknown:0";

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

/// The URI of an item as tests name it: a URI, an index into [`songs()`], or one of `episode`, `ad`, `local`, `no_cover`, `relinked`, `unknown`.
pub fn uri_of(item: &str) -> Option<String> {
    let uri = match item {
        "episode" => EPISODE_URI,
        "ad" => AD_URI,
        "unknown" => UNKNOWN_URI,
        "local" => &local_file().uri,
        "no_cover" => &no_cover().uri,
        "relinked" => &relinked().uri,
        uri if uri.starts_with("spotify:") => uri,
        index => &songs().get(index.parse::<usize>().ok()?)?.uri,
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

/// The URIs that a playlist or album holds, in order; a playlist with a made-up id holds thirty songs in an order of its
/// own.
pub(crate) fn context(uri: &str) -> Option<Vec<String>> {
    let (kind, id) = uri.strip_prefix("spotify:")?.split_once(':')?;
    let uris = match kind {
        "playlist" if is_id(id) => match Playlist::with_id(id) {
            Some(playlist) => playlist.uris(),
            None => playlists::any(id),
        },
        "album" => {
            let on_it = songs().iter().filter(|song| song.album.id.as_deref() == Some(id));
            on_it.map(|song| song.uri.clone()).collect()
        }
        _ => return None,
    };
    (!uris.is_empty()).then_some(uris)
}

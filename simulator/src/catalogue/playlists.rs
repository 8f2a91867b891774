//! The playlists that every account has: of every length, and one that belongs to somebody else.

use sha2::{Digest, Sha256};

use super::EPISODE_URI;
use super::ids::{id, is_id};
use super::songs::{local_file, songs};

/// What the ids of such playlists begin with, before the playlist's number.
const MARK: &str = "simPlaylist";

/// A playlist of an account.
#[derive(Debug)]
pub(crate) struct Playlist {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Whether the account may see what it holds.
    pub(crate) is_own: bool,
    pub(crate) is_collaborative: bool,
    pub(crate) is_public: bool,
    holds: Holds,
}

/// What a playlist holds.
#[derive(Debug)]
enum Holds {
    /// So many songs, each as far behind the last one as the second number says.
    Songs(usize, usize),
    /// Every song, and what is none: an episode, a file of the listener's own, and what is gone.
    Everything,
}

pub(crate) const PLAYLISTS: [Playlist; 6] = [
    Playlist::own("Saturday Night", "Loud, then louder", Holds::Songs(120, 7)),
    Playlist::own("Sonntag, ganz langsam", "", Holds::Songs(45, 11)),
    Playlist::own("夜更かし", "", Holds::Songs(12, 23)),
    Playlist {
        is_collaborative: true,
        is_public: false,
        ..Playlist::own("Everything We Own", "Add what you like", Holds::Everything)
    },
    Playlist::own("New playlist", "", Holds::Songs(0, 1)),
    Playlist {
        is_own: false,
        ..Playlist::own("Office Radio", "What the office hears", Holds::Songs(60, 13))
    },
];

impl Playlist {
    const fn own(name: &'static str, description: &'static str, holds: Holds) -> Self {
        let (is_own, is_collaborative, is_public) = (true, false, true);
        Self { name, description, is_own, is_collaborative, is_public, holds }
    }

    /// The playlist with this id, whosever it is.
    pub(crate) fn with_id(id: &str) -> Option<&'static Self> {
        let number = id.strip_prefix(MARK).filter(|_| is_id(id))?.get(..1)?;
        PLAYLISTS.get(number.parse::<usize>().ok()?)
    }

    /// The URIs that it holds, in order.
    pub(crate) fn uris(&self) -> Vec<String> {
        let all = songs();
        match self.holds {
            Holds::Songs(count, step) => {
                (0..count).map(|place| all[place * step % all.len()].uri.clone()).collect()
            }
            Holds::Everything => {
                let gone = format!("spotify:track:{}", id("track", "gone"));
                let others = [EPISODE_URI.to_owned(), local_file().uri.clone(), gone];
                others.into_iter().chain(all.iter().map(|song| song.uri.clone())).collect()
            }
        }
    }
}

/// The id of an account's playlist with this number.
pub(crate) fn playlist_id(account: &str, number: usize) -> String {
    let rest = id("playlist", &format!("{account}/{number}"));
    format!("{MARK}{number}{}", &rest[..22 - MARK.len() - 1])
}

/// What a made-up id of a playlist stands for: thirty songs in an order of its own.
pub(crate) fn any(id: &str) -> Vec<String> {
    let mut uris: Vec<&str> = songs()[..30].iter().map(|song| song.uri.as_str()).collect();
    uris.sort_by_cached_key(|uri| Sha256::digest(format!("{id}{uri}")));
    uris.into_iter().map(str::to_owned).collect()
}

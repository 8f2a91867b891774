//! Playlists that apps make for a listener.

use serde::{Deserialize, Serialize};

use crate::catalogue;

/// More than any app makes; whoever goes on making them must not fill the disk.
const MOST_PLAYLISTS: usize = 50;
/// Spotify's own limit.
const MOST_ITEMS: usize = 10_000;
/// How many items can be added at once.
const MOST_AT_ONCE: usize = 100;

/// A playlist that an app made.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct MadePlaylist {
    /// Its ID.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What is said about it.
    pub description: String,
    /// Whether it is on its owner's profile.
    pub is_public: bool,
    /// What it holds, in order.
    pub uris: Vec<String>,
}

/// The body that makes a playlist.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    public: Option<bool>,
}

/// The body that adds items.
#[derive(Deserialize)]
pub(crate) struct Additions {
    uris: Vec<String>,
    position: Option<usize>,
}

impl Wanted {
    /// Public, unless told otherwise.
    pub(crate) fn is_public(&self) -> bool {
        self.public.unwrap_or(true)
    }

    /// The playlist with this ID; why not, if there cannot be one more.
    pub(crate) fn make(
        self,
        id: String,
        others: &mut Vec<MadePlaylist>,
    ) -> Result<MadePlaylist, &'static str> {
        if self.name.trim().is_empty() {
            return Err("Missing required field: name");
        }
        if others.len() >= MOST_PLAYLISTS {
            return Err("Playlist limit reached");
        }
        let made = MadePlaylist {
            id,
            is_public: self.is_public(),
            name: self.name,
            description: self.description.unwrap_or_default(),
            uris: Vec::new(),
        };
        others.push(made.clone());
        Ok(made)
    }
}

impl MadePlaylist {
    /// Adds items: all of them, or none and why not.
    pub(crate) fn add(&mut self, additions: Additions) -> Result<(), String> {
        let Additions { uris, position } = additions;
        if uris.len() > MOST_AT_ONCE {
            return Err("You can add a maximum of 100 tracks per request.".to_owned());
        }
        if let Some(uri) = uris.iter().find(|uri| !is_addable(uri)) {
            return Err(format!("Invalid track uri: {uri}"));
        }
        if uris.is_empty() {
            return Err("No uris provided".to_owned());
        }
        if self.uris.len() + uris.len() > MOST_ITEMS {
            return Err("Playlist size limit reached".to_owned());
        }
        let position = position.unwrap_or(self.uris.len());
        if position > self.uris.len() {
            return Err("Index out of bounds.".to_owned());
        }
        self.uris.splice(position..position, uris);
        Ok(())
    }
}

fn is_addable(uri: &str) -> bool {
    let id = uri.strip_prefix("spotify:track:").or_else(|| uri.strip_prefix("spotify:episode:"));
    id.is_some_and(catalogue::is_id)
}

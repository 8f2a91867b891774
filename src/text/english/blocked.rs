//! Songs and artists that a host does not want to hear.

pub const ARTIST: &str = "an artist: none of their songs";
pub const HOW: &str = "In Spotify, Share and then Copy link. You can then block the song, or everything by one of its artists.";
pub const NOTHING: &str = "Nothing is blocked yet.";
pub const PURPOSE: &str = "What you block cannot be asked for in this room, is taken out of the queue, and is left out of the fallback playlist.";
pub const SONG: &str = "a song";

pub fn title(code: &str) -> String {
    format!("Blocked in room {code}")
}

/// The button that blocks a song.
pub fn block_song(name: &str) -> String {
    format!("Block the song {name}")
}

/// The button that blocks everything by an artist.
pub fn block_artist(name: &str) -> String {
    format!("Block everything by {name}")
}

/// The button that takes that back.
pub fn unblock(name: &str) -> String {
    format!("Unblock {name}")
}

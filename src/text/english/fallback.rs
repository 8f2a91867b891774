//! The playlist that goes on when nobody asks for anything.

pub const ASKS_FIRST: &str =
    "Spotify asks you first whether this room may see your playlists. It only reads them.";
pub const CHANGES: &str = "Songs that the room's rules forbid are left out. If you change the playlist in Spotify, choose it here again.";
pub const NONE: &str = "No playlist is chosen: the music may stop when the queue is empty.";
pub const NOTHING: &str =
    "There is no playlist in your Spotify library yet. Make one there, and load this page again.";
pub const PURPOSE: &str = "When nobody has asked for a song, one of your playlists goes on, so that the music never stops.";

pub fn title(code: &str) -> String {
    format!("Fallback playlist of room {code}")
}

/// What goes on now.
pub fn goes_on(name: &str, songs: usize, shuffled: bool) -> String {
    let order = if shuffled { "shuffled" } else { "in order" };
    let songs = u32::try_from(songs).unwrap_or(u32::MAX);
    format!("“{name}” goes on, {order}: {}.", self::songs(songs))
}

/// How many songs a playlist has.
pub fn songs(songs: u32) -> String {
    match songs {
        1 => "1 song".to_owned(),
        songs => format!("{songs} songs"),
    }
}

/// Who a song is from that nobody asked for.
pub fn the_playlist(name: &str) -> String {
    format!("the playlist “{name}”")
}

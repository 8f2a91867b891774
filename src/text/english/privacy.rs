//! What the server knows about its visitor, and what it means to be forgotten.

pub const HEADING: &str = "What this server knows about you";
pub const STRANGER: &str = "Nothing: this browser has created and joined no room here.";
pub const BROWSER: &str =
    "This browser: a number, since when, and a hash of its cookie, which is the only one.";
pub const NOT_KNOWN: &str = "No e-mail address, no network address, no statistics, and no name but the one that you choose in a room, if any.";
pub const FORGET: &str = "Forget me";
pub const CONSEQUENCES: &str = "This ends your visit in every tab, takes you and your vote out of every room, and deletes all of the above at once. Rooms that you host close for everybody and are deleted, with what was played there and with the Spotify account that plays in them.";
/// Where the form came without its tick.
pub const NOT_CONFIRMED: &str = "Nothing is deleted yet: tick the box first.";
pub const STAYS: &str = "What it cannot undo";
pub const REMAINS: [&str; 3] = [
    "Songs that were skipped stay skipped, also one that your vote has decided.",
    "What others saw while you were here, they have seen.",
    "Whoever runs this server may have made backups before. They know how long they keep them.",
];
pub const AT_SPOTIFY: &str = "If you connected Spotify, its own list still names this application until you remove it there:";
pub const SPOTIFY_APPS: &str = "spotify.com/account/apps";
pub const SPOTIFY_APPS_URL: &str = "https://www.spotify.com/account/apps/";

/// The rooms that the visitor hosts.
pub fn hosted(codes: &str) -> String {
    format!(
        "Rooms that you host: {codes}. With their settings, your name there if you said one, and what was played when."
    )
}

/// The rooms that the visitor is in as a guest.
pub fn joined(codes: &str) -> String {
    format!(
        "Rooms that you joined: {codes}. Since when, your name there if you said one, the songs that you asked for, and your votes."
    )
}

/// How many rooms the visitor was in.
pub fn former(rooms: usize) -> String {
    format!("Rooms that you left, or that were closed: {rooms}. From when until when.")
}

/// How many Spotify accounts the visitor connected.
pub fn accounts(accounts: u64) -> String {
    format!(
        "Spotify accounts that you connected: {accounts}. Its ID, what you agreed to and when, and \
         its tokens, encrypted."
    )
}

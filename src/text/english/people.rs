//! Who is in a room.

use super::health::span;

/// The host, if they said no name.
pub const HOST: &str = "Host";
pub const REMOVING: &str = "Removing somebody takes their votes and their waiting songs with them, and they cannot come back with this browser. To keep out who comes back with another one, let nobody new in, or change the code.";

/// A guest who said no name.
pub fn guest(number: usize) -> String {
    format!("Guest {number}")
}

pub fn title(code: &str) -> String {
    format!("People in room {code}")
}

/// The button that removes somebody.
pub fn remove(name: &str) -> String {
    format!("Remove {name}")
}

/// Since when somebody is here, and what they asked for and voted for.
pub fn facts(since_ms: u64, songs: u64, votes: u64) -> String {
    let here = span(since_ms / 1_000);
    let songs = match songs {
        0 => "no songs asked for".to_owned(),
        1 => "1 song asked for".to_owned(),
        songs => format!("{songs} songs asked for"),
    };
    let votes = match votes {
        0 => "no votes in the queue".to_owned(),
        1 => "1 vote in the queue".to_owned(),
        votes => format!("{votes} votes in the queue"),
    };
    format!("here for {here} · {songs} · {votes}")
}

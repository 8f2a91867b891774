//! Where pages are: the one place that writes their addresses.

use super::{Outcome, PlayId, RoomCode};

/// The home page.
pub const HOME: &str = "/";
/// The form to create a room.
pub const CREATE: &str = "/create";
/// The form to join a room by its code.
pub const JOIN: &str = "/join";
/// What the server knows about its visitor, and how to have it deleted.
pub const PRIVACY: &str = "/privacy";
/// Where Spotify sends people back to.
pub const CALLBACK: &str = "/spotify/callback";
/// The query that keeps a room's page from refreshing itself where scripts do not run.
pub const WITHOUT_REFRESH: &str = "refresh=off";

/// A room's page. A code in another spelling leads to the right address, and what cannot be a code
/// to the form that asks for one.
pub fn room(code: &str) -> String {
    in_room(code, "")
}

/// The page with a room's settings.
pub fn settings(code: &str) -> String {
    in_room(code, "/settings")
}

/// The page with a room's settings, filled in by a preset.
pub fn settings_preset(code: &str, preset: &str) -> String {
    with_query(&settings(code), &format!("preset={preset}"))
}

/// The page that asks before it closes a room.
pub fn close(code: &str) -> String {
    in_room(code, "/close")
}

/// The page with who is in a room.
pub fn people(code: &str) -> String {
    in_room(code, "/people")
}

/// The page with the songs and artists that the host does not want to hear.
pub fn blocked(code: &str) -> String {
    in_room(code, "/blocked")
}

/// The same, with what of a song can be blocked. `song` is escaped already.
pub fn blocked_song(code: &str, song: &str) -> String {
    with_query(&blocked(code), &format!("song={song}"))
}

/// The page where the host chooses the playlist that goes on when nobody asks for anything.
pub fn fallback(code: &str) -> String {
    in_room(code, "/playlist")
}

/// The page with the speakers of a room's account.
pub fn speakers(code: &str) -> String {
    in_room(code, "/speakers")
}

/// The page with what was played in a room.
pub fn history(code: &str) -> String {
    in_room(code, "/history")
}

/// The page with what was played before a play.
pub fn history_before(code: &str, play: PlayId) -> String {
    with_query(&history(code), &format!("before={play}"))
}

/// A room's event stream.
pub fn events(code: &str) -> String {
    in_room(code, "/events")
}

fn in_room(code: &str, rest: &str) -> String {
    match code.parse::<RoomCode>() {
        Ok(code) => format!("/room/{code}{rest}"),
        Err(_) => JOIN.to_owned(),
    }
}

/// A room's page with the songs that a search finds, from `offset` on. `q` is escaped already.
pub fn search(code: &str, q: &str, offset: u32) -> String {
    let path = with_query(&room(code), &format!("q={q}"));
    if offset == 0 { path } else { with_query(&path, &format!("offset={offset}")) }
}

/// A page that does not refresh itself.
pub fn without_refresh(path: &str) -> String {
    with_query(path, WITHOUT_REFRESH)
}

/// A page that says what was done.
pub fn with_done(path: &str, done: Outcome) -> String {
    with_query(path, &format!("done={}", done.word()))
}

fn with_query(path: &str, query: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_a_room_spell_its_code_right() {
        for code in ["ABC234", "abc-234", " a b c 2 3 4 "] {
            assert_eq!(room(code), "/room/ABC234");
            assert_eq!(settings(code), "/room/ABC234/settings");
            assert_eq!(close(code), "/room/ABC234/close");
            assert_eq!(history(code), "/room/ABC234/history");
            assert_eq!(people(code), "/room/ABC234/people");
            assert_eq!(speakers(code), "/room/ABC234/speakers");
            assert_eq!(events(code), "/room/ABC234/events");
        }
    }

    #[test]
    fn paths_without_a_code_lead_to_the_form_that_asks_for_it() {
        for code in ["", "ABC23", "../../etc", "O0O0O0"] {
            assert_eq!((room(code), settings(code)), (JOIN.to_owned(), JOIN.to_owned()), "{code}");
        }
    }

    #[test]
    fn paths_take_one_query_after_another() {
        let still = without_refresh(&room("ABC234"));
        assert_eq!(still, "/room/ABC234?refresh=off");
        assert_eq!(search("abc 234", "a%20b", 0), "/room/ABC234?q=a%20b");
        assert_eq!(search("ABC234", "a", 10), "/room/ABC234?q=a&offset=10");
        assert_eq!(with_done(HOME, Outcome::Left), "/?done=left");
        assert_eq!(with_done(&still, Outcome::Voted), "/room/ABC234?refresh=off&done=voted");
    }
}

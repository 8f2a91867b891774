//! The room's page.

use crate::model::{EndedReason, RoomCode, SkipShare, Snapshot};

/// Before the code.
pub const CODE: &str = "Code ";
pub const COPIED: &str = "Copied";
pub const INVITE: &str = "Invite people";
pub const INVITED: &str =
    "You are invited: see what is playing, and vote to skip it. No account, no app.";
pub const LOST_CONNECTION: &str = "The connection was lost. Reconnecting…";
pub const REFRESHES: &str = "This page refreshes itself.";
pub const REFRESHES_NO_LONGER: &str = "This page no longer refreshes itself.";
pub const SIGN_IN: &str = "The room plays what your Spotify account plays. Premium is needed.";
/// Before the code, as the heading of the room's page.
pub const ROOM: &str = "Room ";
pub const SHOW_HERE: &str = "Show it here";
pub const START_REFRESHING: &str = "Start refreshing";
pub const STOP_REFRESHING: &str = "Stop refreshing";

/// What a room is called.
pub fn name(code: &str) -> String {
    format!("Room {code}")
}

/// The title of the page while the track of this name plays.
pub fn title(track: &str, code: &str) -> String {
    format!("{track} · Room {code}")
}

/// The title of the page for somebody who may join.
pub fn join(code: &str) -> String {
    format!("Join room {code}")
}

/// The link back to the room's page.
pub fn back(code: &str) -> String {
    format!("Back to room {code}")
}

/// Where the host's account plays now.
pub fn movable_from(other: &RoomCode) -> String {
    format!("Your Spotify account plays in room {other}.")
}

/// Who is here and what the rules are, in one line.
pub fn facts(snapshot: &Snapshot) -> String {
    let people = match snapshot.members {
        1 => "1 person here".to_owned(),
        members => format!("{members} people here"),
    };
    let votes = match (snapshot.skip_share.map(SkipShare::percent), snapshot.votes_to_skip) {
        (Some(50), _) => "more than half of the people here skip a song".to_owned(),
        (Some(percent), _) => format!("more than {percent} % of the people here skip a song"),
        (None, 1) => "1 vote skips a song".to_owned(),
        (None, votes) => format!("{votes} votes skip a song"),
    };
    let pause =
        if snapshot.guest_can_pause { "guests can pause" } else { "only the host can pause" };
    format!("{people} · {votes} · {pause}")
}

/// How long it is until Spotify is asked again; nothing once the time has come.
pub fn time_left(seconds: u64) -> Option<String> {
    match seconds {
        0 => None,
        1..120 => Some(format!(" ({seconds} s)")),
        _ => Some(format!(" ({} min)", seconds / 60)),
    }
}

/// Heading and text of the page once the room is over for this person.
pub fn ended(reason: EndedReason) -> (&'static str, &'static str) {
    match reason {
        EndedReason::Left => ("You left this room", "Come back whenever you like."),
        EndedReason::Removed => (
            "You were removed from this room",
            "The host decides who is in it, so you cannot come back.",
        ),
        EndedReason::Closed => {
            ("This room is closed", "The host closed it. Thank you for being here.")
        }
        EndedReason::Superseded => {
            ("Open in too many tabs", "This page no longer follows the room.")
        }
    }
}

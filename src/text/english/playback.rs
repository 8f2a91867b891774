//! What plays, and what happens to it.

use crate::model::{Kind, Pending, Skip, Track};

/// How many votes there are, and how many are needed.
pub fn votes_to_skip(skip: Skip) -> String {
    let Skip { votes, needed, people } = skip;
    match people {
        None => format!("{votes} of {needed} votes to skip"),
        Some(1) => format!("{votes} of {needed} votes to skip (1 person here)"),
        Some(people) => format!("{votes} of {needed} votes to skip ({people} people here)"),
    }
}

/// A length of time in minutes and seconds, like 3:07.
pub fn clock(ms: u64) -> String {
    let seconds = ms / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// A command that Spotify received and has not shown yet.
pub fn pending(pending: Pending) -> &'static str {
    match pending {
        Pending::Play => "Starting…",
        Pending::Pause => "Pausing…",
        Pending::Skip => "Skipping…",
    }
}

pub mod now_playing {
    use super::{Kind, Track};

    pub const NOTHING: &str = "Nothing is playing";
    /// While nobody knows yet.
    pub const ASKING: &str = "Asking Spotify…";
    /// While nobody can know: the room's status says why.
    pub const UNKNOWN: &str = "No news from Spotify";
    pub const LOCAL_FILE: &str = "A local file on the host's device, played by Spotify";
    pub const EXPLICIT: &str = "Explicit";

    /// Something that Spotify does not name.
    pub fn unnamed(kind: Kind) -> &'static str {
        match kind {
            Kind::Ad => "Advertisement",
            Kind::Episode => "A podcast",
            Kind::Track | Kind::Unknown => "Spotify is playing something",
        }
    }

    /// What is read out when another song begins.
    pub fn announcement(Track { name, artists, .. }: &Track) -> String {
        if artists.is_empty() {
            format!("Now playing: {name}")
        } else {
            format!("Now playing: {name} by {}", artists.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn times_are_minutes_and_seconds() {
        assert_eq!(clock(0), "0:00");
        assert_eq!(clock(187_999), "3:07");
        assert_eq!(clock(3_600_000), "60:00");
    }
}

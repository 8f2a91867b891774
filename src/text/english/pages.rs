//! All pages but the room's, and what is around every one.

pub const APP: &str = "Auxroom";

/// What is around every page.
pub mod frame {
    pub const DEMO: &str = "Demo: a simulated Spotify that makes no sound.";
    pub const CONNECT_THE_REAL_ONE: &str =
        " Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to connect the real one.";
    pub const DESCRIPTION: &str = "One speaker, many opinions: vote on what plays.";
    pub const FOOTER: &str =
        "Music and covers come from Spotify. Auxroom is not made or endorsed by Spotify.";

    /// By what the host finds in the log what went wrong.
    pub fn reference(id: &str) -> String {
        format!("Reference: {id}")
    }

    /// What the browser shows on the tab.
    pub fn title(page: &str) -> String {
        if page.is_empty() { super::APP.to_owned() } else { format!("{page} · {}", super::APP) }
    }
}

pub mod home {
    pub const HEADING: &str = "One speaker, many opinions";
    pub const LEAD: &str = "Everyone in the room sees what is playing and can vote to skip it. Guests need no account and no app, just the room's code.";
    pub const YOUR_ROOMS: &str = "Your rooms";

    /// What the visitor is in one of their rooms.
    pub fn role(is_host: bool) -> &'static str {
        if is_host { "you host" } else { "you are a guest" }
    }
}

pub mod create {
    pub const HINT: &str = "Next you connect your Spotify account and share the room's code. You can change all of this later.";
}

pub mod join {
    pub const HINT: &str = "Your host's screen shows the code: six letters and digits.";
    pub const NAME_HINT: &str = "Optional. Everyone in the room can see it.";
}

pub mod settings {
    use crate::model::SpotifyState;

    pub const GUESTS: &str = "Guests";
    pub const NEW_CODE: &str = "If the code or link has reached the wrong people, change the code. Everyone who is here stays.";
    pub const SPOTIFY: &str = "Spotify";
    pub const HEALTH: &str = "Health";
    pub const FAIR_TURNS_HINT: &str = "One song of everybody's in each round.";
    pub const FIRST_COME_HINT: &str = "In the order in which people asked.";
    pub const LONGEST_MINUTES_HINT: &str = "Longer ones are refused. Empty: any length.";
    pub const MOST_VOTES_HINT: &str = "What most people want comes next.";
    pub const NO_REPEAT_MINUTES_HINT: &str =
        "How long a song rests after it was played. Empty: it may come again at once.";
    pub const PRESETS_HINT: &str =
        "Fill in the form for an occasion. Nothing changes until you press Save.";
    pub const SONGS_PER_PERSON_HINT: &str =
        "How many songs of one person may wait at once. Empty: any number.";
    pub const NUMBER_OF_VOTES_HINT: &str = "As many as above says, however many people are here.";
    pub const SHARE_OF_PEOPLE_HINT: &str =
        "Who has the room open, or did something in it in the last minutes, is here.";
    pub const SKIP_SHARE_HINT: &str = "From 10 to 90: more than this share of the people here must agree. Only if the share is the rule.";
    pub const VOTES_HINT: &str = "How many people must agree before a song is skipped.";

    pub fn title(code: &str) -> String {
        format!("Settings of room {code}")
    }

    /// Who can join.
    pub fn joining(is_stopped: bool) -> &'static str {
        match is_stopped {
            false => "Anyone with the room's code or link can join.",
            true => "Nobody new can join. Whoever has been in the room can still come back.",
        }
    }

    /// What the room's Spotify account is doing.
    pub fn spotify(state: SpotifyState) -> &'static str {
        match state {
            SpotifyState::NotConnected => "No account is connected. Connect one in the room.",
            SpotifyState::Connected => {
                "An account is connected. Disconnecting deletes what is stored about it; the room stays."
            }
            SpotifyState::OtherApplication => {
                "An account of another Spotify application is connected. Connect Spotify again in the room, or disconnect to delete what is stored about the account."
            }
            SpotifyState::SignInLost => {
                "The sign-in has ended. Reconnect in the room, or disconnect to delete what is stored about the account."
            }
        }
    }
}

pub mod close {
    pub const CONSEQUENCES: &str = "Everybody leaves, Spotify is disconnected, and the code stops working. The music keeps playing in Spotify.";

    pub fn title(code: &str) -> String {
        format!("Close room {code}")
    }

    pub fn question(code: &str) -> String {
        format!("Close room {code}?")
    }
}

pub mod callback {
    pub const TITLE: &str = "Connecting Spotify";
}

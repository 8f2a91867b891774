//! The songs that people asked for.

use serde::{Deserialize, Serialize};

use super::{EntryId, Track};

/// A song that waits, as everybody in the room sees it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct QueueEntry {
    /// Names it; votes are for it.
    pub entry: EntryId,
    /// The song.
    pub track: Track,
    /// What whoever asked for it is called.
    pub by: String,
    /// How many people want it, whoever asked for it included.
    pub votes: u32,
    /// Why it stands where it stands.
    pub why: Why,
}

/// Why a song stands where it stands in the queue.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Why {
    /// Spotify was told already to play it next.
    Sent,
    /// The host had it played next.
    Promoted,
    /// So many people want it.
    Votes,
    /// It is its owner's turn after so many whole rounds; 0 is the round that is being played.
    Turn {
        /// How many.
        rounds: u64,
    },
    /// It was asked for after what is before it.
    Age,
    /// Nobody asked for it: it is from the host's fallback playlist.
    Fallback,
}

/// Which rule orders the queue.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// What most people want comes first; of equals, what was asked for first.
    #[default]
    MostVotes,
    /// Whoever has songs waiting has one played in each round.
    FairTurns,
    /// What was asked for first comes first.
    FirstCome,
}

impl Order {
    const WORDS: [(Self, &'static str); 3] = [
        (Self::MostVotes, "most_votes"),
        (Self::FairTurns, "fair_turns"),
        (Self::FirstCome, "first_come"),
    ];

    /// The word in forms and in the database.
    pub fn word(self) -> &'static str {
        let row = Self::WORDS.iter().find(|row| row.0 == self);
        row.map_or("", |row| row.1)
    }

    /// Reads the word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|row| row.1 == word).map(|row| row.0)
    }
}

/// What a host decided about songs. Nothing is forbidden by default.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SongRules {
    /// What orders the queue.
    pub order: Order,
    /// Whether guests can ask for songs.
    pub requests_open: bool,
    /// Whether songs may be explicit.
    pub explicit_allowed: bool,
    /// How many songs of one member may wait at once.
    pub songs_per_person: Option<u32>,
    /// The longest song, in minutes.
    pub longest_minutes: Option<u32>,
    /// How long a song is not repeated after its end, in minutes.
    pub no_repeat_minutes: Option<u32>,
}

impl Default for SongRules {
    fn default() -> Self {
        Self {
            order: Order::default(),
            requests_open: true,
            explicit_allowed: true,
            songs_per_person: None,
            longest_minutes: None,
            no_repeat_minutes: None,
        }
    }
}

/// Why a song is not taken. People read it, so it says all that they need to choose another one.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// Guests cannot ask for songs at the moment.
    RequestsClosed,
    /// It cannot be played in the host's country.
    NotPlayable,
    /// The host blocked it, or one of its artists.
    Blocked,
    /// It is explicit.
    Explicit,
    /// It is longer than songs may be here.
    TooLong {
        /// Its length, in milliseconds.
        length_ms: u64,
        /// The longest that may be, in milliseconds.
        longest_ms: u64,
    },
    /// It waits already: one can vote for it.
    Queued(EntryId),
    /// It plays.
    Playing,
    /// It was played a short time ago.
    PlayedAgo {
        /// How long ago it ended, in milliseconds.
        ago_ms: u64,
    },
    /// So many of the member's songs wait already.
    TooMany(u32),
    /// So many songs wait already, whoever asked for them.
    QueueFull(u32),
}

/// Why a song waits no more that somebody asked for and nobody heard. They read it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Loss {
    /// The host removed it.
    Removed,
    /// The host cleared the queue.
    Cleared,
    /// Spotify took it and never played it.
    Dropped,
    /// The host blocked it, or one of its artists.
    Blocked,
    /// It is explicit, which songs may not be any more.
    Explicit,
    /// It is longer than songs may be now.
    TooLong,
    /// It did not follow the rules when its turn came; it would now.
    Forbidden,
}

/// What a search found: one page of it.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct SearchResults {
    /// The songs, the best first.
    pub tracks: Vec<Found>,
    /// Where the next page begins, if there is one.
    pub next: Option<u32>,
}

/// A song that a search found.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Found {
    /// The song.
    #[serde(flatten)]
    pub track: Track,
    /// Why it cannot be added, in words; nothing if it can.
    pub refused: Option<String>,
    /// The entry that it waits as, if it does: one can vote for it.
    pub entry: Option<EntryId>,
}

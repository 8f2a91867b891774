//! What may be played in a room, by what its host decided.

use std::collections::BTreeSet;

use crate::model::{EntryId, MemberId, Millis};

/// What a host decided about songs. Nothing is forbidden by default.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rules {
    /// Whether guests can ask for songs.
    pub are_requests_open: bool,
    /// How many songs of one member may wait at once.
    pub songs_per_member: Option<usize>,
    /// The longest song, in milliseconds.
    pub longest_ms: Option<u64>,
    /// Whether songs may be explicit.
    pub is_explicit_allowed: bool,
    /// How long a song is not repeated after its end, in milliseconds.
    pub no_repeat_ms: Option<u64>,
    /// The URIs of tracks and artists that nobody wants to hear.
    pub blocked: BTreeSet<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            are_requests_open: true,
            songs_per_member: None,
            longest_ms: None,
            is_explicit_allowed: true,
            no_repeat_ms: None,
            blocked: BTreeSet::new(),
        }
    }
}

/// A track that somebody asks for, or that the fallback playlist has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Wanted {
    /// Spotify's name of it.
    pub uri: String,
    /// The URIs of its artists.
    pub artists: Vec<String>,
    /// Its length, in milliseconds.
    pub duration_ms: u64,
    /// Whether Spotify marks it as explicit.
    pub is_explicit: bool,
    /// Whether it can be played in the host's country.
    pub is_playable: bool,
}

/// A track that waits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Waiting {
    /// The entry.
    pub entry: EntryId,
    /// Whose it is.
    pub by: MemberId,
    /// What it is.
    pub uri: String,
}

/// A track that was played, or plays.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Played {
    /// What it was.
    pub uri: String,
    /// When it was over; nothing if it still plays.
    pub ended_at: Option<Millis>,
}

/// What a room has played and is about to play.
#[derive(Clone, Copy, Debug)]
pub struct Programme<'a> {
    /// What waits.
    pub queue: &'a [Waiting],
    /// What was played, and plays.
    pub played: &'a [Played],
    /// The time.
    pub now: Millis,
}

/// Why a track is not taken. People read it, so it says all that they need to choose another one.
#[derive(Clone, Debug, Eq, PartialEq)]
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
    TooMany(usize),
}

impl Rules {
    /// Whether a member may add the track to the queue. The host's own requests are not closed, and
    /// theirs are not counted.
    ///
    /// # Errors
    /// The first reason why not, of those that the member can do least about.
    pub fn may_add(
        &self,
        wanted: &Wanted,
        by: MemberId,
        is_host: bool,
        programme: Programme<'_>,
    ) -> Result<(), Refused> {
        if !self.are_requests_open && !is_host {
            return Err(Refused::RequestsClosed);
        }
        self.may_play(wanted, programme)?;
        if let Some(waiting) = programme.queue.iter().find(|waiting| waiting.uri == wanted.uri) {
            return Err(Refused::Queued(waiting.entry));
        }
        let own = programme.queue.iter().filter(|waiting| waiting.by == by).count();
        match self.songs_per_member {
            Some(most) if own >= most && !is_host => Err(Refused::TooMany(most)),
            _ => Ok(()),
        }
    }

    /// Whether the track may be played, whoever wants it: asked once more when its turn comes, and of
    /// what the fallback playlist has.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn may_play(&self, wanted: &Wanted, programme: Programme<'_>) -> Result<(), Refused> {
        if !wanted.is_playable {
            return Err(Refused::NotPlayable);
        }
        let names = wanted.artists.iter().chain([&wanted.uri]);
        if names.into_iter().any(|uri| self.blocked.contains(uri)) {
            return Err(Refused::Blocked);
        }
        if wanted.is_explicit && !self.is_explicit_allowed {
            return Err(Refused::Explicit);
        }
        let length_ms = wanted.duration_ms;
        if let Some(longest_ms) = self.longest_ms.filter(|longest_ms| length_ms > *longest_ms) {
            return Err(Refused::TooLong { length_ms, longest_ms });
        }
        self.may_repeat(wanted, programme)
    }

    fn may_repeat(&self, wanted: &Wanted, programme: Programme<'_>) -> Result<(), Refused> {
        let Some(no_repeat_ms) = self.no_repeat_ms else { return Ok(()) };
        let same = programme.played.iter().filter(|played| played.uri == wanted.uri);
        let ends = same.map(|played| played.ended_at);
        // `None`, the one that plays, is less than any end.
        match ends.max_by_key(|ended_at| (ended_at.is_none(), *ended_at)) {
            None => Ok(()),
            Some(None) => Err(Refused::Playing),
            Some(Some(ended_at)) => {
                let ago_ms = programme.now.since(ended_at);
                if ago_ms < no_repeat_ms { Err(Refused::PlayedAgo { ago_ms }) } else { Ok(()) }
            }
        }
    }
}

#[cfg(test)]
mod tests;

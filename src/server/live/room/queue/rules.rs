//! What may be played in a room, by what its host decided.

use std::collections::BTreeSet;

use crate::model::{EntryId, MemberId, Millis, Refused, SongRules};

/// More songs than this never wait.
pub const MOST_WAITING: usize = 200;

/// What a host decided about songs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Rules {
    /// What is so for every song.
    pub songs: SongRules,
    /// The URIs of tracks and artists that nobody wants to hear.
    pub blocked: BTreeSet<String>,
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
    /// What was played, and the play that has not ended.
    pub played: &'a [Played],
    /// The URI of what is heard at this moment.
    pub plays: Option<&'a str>,
    /// The time.
    pub now: Millis,
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
        // Votes count while requests are closed.
        let waiting = programme.queue.iter().find(|waiting| waiting.uri == wanted.uri);
        if waiting.is_none() && !self.songs.requests_open && !is_host {
            return Err(Refused::RequestsClosed);
        }
        self.may_play(wanted, programme)?;
        if let Some(waiting) = waiting {
            return Err(Refused::Queued(waiting.entry));
        }
        if programme.plays == Some(&wanted.uri) {
            return Err(Refused::Playing);
        }
        if programme.queue.len() >= MOST_WAITING {
            return Err(Refused::QueueFull(MOST_WAITING as u32));
        }
        let own = programme.queue.iter().filter(|waiting| waiting.by == by).count();
        match self.songs.songs_per_person {
            Some(most) if own >= most as usize && !is_host => Err(Refused::TooMany(most)),
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
        let Wanted { uri, artists, duration_ms, is_explicit, .. } = wanted;
        match self.forbids(uri, artists, *duration_ms, *is_explicit) {
            Some(refused) => Err(refused),
            None => self.may_repeat(wanted, programme),
        }
    }

    /// Why a track may not be played, whatever else was played and is about to be; nothing if it may.
    pub fn forbids(
        &self,
        uri: &str,
        artists: &[String],
        length_ms: u64,
        is_explicit: bool,
    ) -> Option<Refused> {
        let mut names = artists.iter().map(String::as_str).chain([uri]);
        if names.any(|uri| self.blocked.contains(uri)) {
            return Some(Refused::Blocked);
        }
        if is_explicit && !self.songs.explicit_allowed {
            return Some(Refused::Explicit);
        }
        let longest_ms = self.songs.longest_minutes.map(in_ms);
        let longest_ms = longest_ms.filter(|longest_ms| length_ms > *longest_ms)?;
        Some(Refused::TooLong { length_ms, longest_ms })
    }

    fn may_repeat(&self, wanted: &Wanted, programme: Programme<'_>) -> Result<(), Refused> {
        let Some(no_repeat_ms) = self.songs.no_repeat_minutes.map(in_ms) else { return Ok(()) };
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

fn in_ms(minutes: u32) -> u64 {
    u64::from(minutes) * 60_000
}

#[cfg(test)]
mod tests;

//! Songs from the queue: each is played once, and none is lost.

use std::collections::HashMap;

use auxroom::{
    model::{EntryId, Millis},
    server::live::room::{
        Command, Event, JobId,
        queue::{Ended, How},
    },
};

use super::{Checks, Verdict};
use crate::{
    party::Party,
    spotify::Spotify,
    store::{Store, queue::Song},
};

#[derive(Default)]
pub(crate) struct Songs {
    in_flight: HashMap<(u64, JobId), How>,
    /// How often each song was seen to begin.
    begun: HashMap<EntryId, u32>,
}

impl Songs {
    /// A song is handed over: it was recorded, and waits.
    pub(super) fn hands_over(
        &mut self,
        job: (u64, JobId),
        (uri, how): (&str, How),
        store: &Store,
    ) -> Verdict {
        self.in_flight.insert(job, how);
        let song = store.songs.rows.iter().find(|song| song.item.track.uri == uri);
        match song {
            Some(song) if song.sent.is_some() => Ok(()),
            _ => Err(format!("{uri} is handed over, and that is not recorded: {song:?}")),
        }
    }

    /// A song is recorded as about to be handed over: nothing from the playlist, while somebody's song has
    /// waited for long enough to be known.
    pub(super) fn records(&self, entry: EntryId, store: &Store, known_at: Millis) -> Verdict {
        let song = store.songs.song(entry);
        // What Spotify has already may be recorded once more; what the host had played next goes first.
        let is_new = |song: &&Song| song.sent.is_none() && song.entry.promoted_at.is_none();
        let is_fallback = song.filter(is_new).is_some_and(|song| song.entry.is_fallback);
        let mut asked_for = store.songs.waiting().filter(|song| !song.entry.is_fallback);
        match asked_for.find(|song| is_fallback && song.entry.added_at < known_at) {
            Some(song) => Err(format!("the playlist goes on while song {} waits", song.entry.id)),
            None => Ok(()),
        }
    }

    /// A play is recorded as that of a song.
    pub(crate) fn begins(&mut self, entry: EntryId, store: &Store, spotify: &Spotify) -> Verdict {
        let begun = self.begun.entry(entry).or_default();
        *begun += 1;
        let uri = store.songs.song(entry).map(|song| &song.item.track.uri);
        match uri.map(|uri| spotify.playings(uri)) {
            _ if *begun > 1 => Err(format!("song {entry} is recorded as played twice")),
            Some(_) => Ok(()),
            None => Err(format!("song {entry} is recorded as played, and there is none")),
        }
    }

    /// A song is given up: Spotify has it not.
    pub(super) fn ends(
        &self,
        (entry, reason): (EntryId, Ended),
        store: &Store,
        spotify: &Spotify,
    ) -> Verdict {
        let uri = store.songs.song(entry).map(|song| &song.item.track.uri);
        match uri {
            Some(uri) if reason == Ended::Dropped && spotify.has_queued(uri) => {
                Err(format!("song {entry} is given up, and Spotify is about to play it"))
            }
            _ => Ok(()),
        }
    }
}

impl Checks {
    /// What becomes of a song on its way may be what somebody waits for.
    pub(super) fn hears_of_songs(&mut self, incarnation: u64, event: &Event, now: u64) {
        let Event::HandedOver(job, result) = event else { return };
        let how = self.songs.in_flight.remove(&(incarnation, *job));
        let is_start = how.is_some_and(|how| how != How::Enqueue);
        if result.is_ok() && is_start {
            self.commands.received(Command::Play, now);
        }
    }
}

impl Party {
    /// No song is played twice.
    pub(super) fn check_songs(&self) -> Verdict {
        let twice = |song: &&Song| self.spotify.playings(&song.item.track.uri) > 1;
        match self.store.songs.rows.iter().find(twice) {
            Some(song) => Err(format!("song {} is played twice", song.entry.id)),
            None => Ok(()),
        }
    }

    /// While nothing fails, music from the queue follows on what plays.
    pub(crate) fn check_starvation(&mut self, ended_at: u64) -> Verdict {
        const SETTLED_MS: u64 = 60_000;
        let is_calm = ended_at > self.end + SETTLED_MS;
        let waits = self
            .store
            .songs
            .waiting()
            .filter(|song| !song.entry.is_fallback)
            .any(|song| self.true_time(song.entry.added_at) + SETTLED_MS < ended_at);
        // Spotify may have taken one and never play it.
        let is_swallowed = self.store.songs.waiting().any(|song| song.sent.is_some());
        let can = !is_swallowed
            && self.store.connection.is_some_and(|row| row.is_usable)
            && !self.store.closed
            && self.true_time(self.rate_limited_until) + SETTLED_MS < ended_at;
        let follows = self.store.songs.fallback.is_some()
            && self.store.plays.last().is_some_and(|play| play.current.is_from_queue);
        if is_calm
            && follows
            && can
            && self.store.songs.waiting().next().is_none()
            && self.spotify.can_be_asked_since(ended_at - SETTLED_MS)
        {
            return Err("something else plays, and the fallback playlist could go on".to_owned());
        }
        if is_calm && waits && can && self.spotify.can_be_asked_since(ended_at - SETTLED_MS) {
            let waiting: Vec<_> = self.store.songs.waiting().map(|song| song.entry.id).collect();
            return Err(format!("something else plays, and {waiting:?} wait"));
        }
        Ok(())
    }
}

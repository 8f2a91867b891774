//! Songs from the queue: each is played once, and none is lost.

use std::collections::HashMap;

use auxroom::{
    model::{EntryId, Millis},
    server::live::room::{
        Command, Event, Fallback, JobId,
        queue::{Ended, How},
    },
};

use super::{Checks, Verdict};
use crate::{
    kind::Kind,
    party::Party,
    spotify::{Spotify, TrackEnd},
    store::{Store, queue::Song},
};

#[derive(Default)]
pub(crate) struct Songs {
    in_flight: HashMap<(u64, JobId), How>,
    /// How often each song was seen to begin.
    begun: HashMap<EntryId, u32>,
    /// When the music went silent last, and since when the room can know that, if it can.
    silence: Option<(u64, Option<u64>)>,
}

impl Songs {
    /// Since when the room can know that nothing plays: at once if it knew what played then. What the host
    /// played unseen may be over unseen too.
    fn knows_since(&mut self, ended_at: u64, is_known: bool, now: u64) -> Option<u64> {
        let since = match self.silence.filter(|(at, _)| *at == ended_at) {
            None => ended_at,
            Some((_, since)) => since.unwrap_or(now),
        };
        let since = is_known.then_some(since);
        self.silence = Some((ended_at, since));
        since
    }

    /// A song is handed over: it was recorded, and waits.
    pub(super) fn hands_over(
        &mut self,
        job: (u64, JobId),
        (uri, how): (&str, How),
        store: &Store,
    ) -> Verdict {
        self.in_flight.insert(job, how);
        match store.songs.with_uri(uri) {
            Some(song) if song.sent.is_some() => Ok(()),
            song => Err(format!("{uri} is handed over, and that is not recorded: {song:?}")),
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
        match self.spotify.played_again() {
            Some(uri) => Err(format!("{uri} is played twice")),
            None => Ok(()),
        }
    }

    /// Nothing is silent for longer than a poll, while nothing else fails and there is something to play.
    pub(super) fn check_gap(&mut self) -> Verdict {
        /// What is polled at a track's end, the statement before the song is sent, and its way there.
        const LONGEST_GAP_MS: u64 = 20_000;
        const SETTLED_MS: u64 = 60_000;
        let ended = self.spotify.silent.as_ref().filter(|_| self.kind != Kind::Hour);
        let Some(ended) = ended.cloned() else { return Ok(()) };
        let is_known = self.is_known(&ended);
        let since = self.checks.songs.knows_since(ended.at, is_known, self.now);
        let Some(since) = since else { return Ok(()) };
        // Since when there is something to play, by the rules of the room. A playlist that is chosen in
        // silence waits for somebody to begin.
        let songs = &self.store.songs;
        let goes_on = |fallback: &Fallback| self.true_time(fallback.chosen_at) < since;
        let is_fallback = songs.fallback.as_ref().is_some_and(goes_on);
        let asked_at = songs.waiting().map(|song| self.true_time(song.entry.added_at)).min();
        let Some(since) = is_fallback.then_some(since).or(asked_at.map(|at| at.max(since))) else {
            return Ok(());
        };
        let from = since.saturating_sub(SETTLED_MS);
        let is_quiet = self.checks.troubled_at < from
            && self.store.connection.is_some_and(|row| row.is_usable)
            && self.spotify.can_be_asked_since(from);
        // Spotify may have taken one and never play it.
        let is_swallowed = songs.waiting().any(|song| song.sent.is_some());
        let silent_ms = self.now.saturating_sub(since);
        if silent_ms > LONGEST_GAP_MS && is_quiet && !is_swallowed {
            return Err(format!("nothing has played for {silent_ms} ms"));
        }
        Ok(())
    }

    /// Whether the room knows what has ended. One that nobody watches sleeps until just before the end of
    /// what it knows to play: what the host starts meanwhile may come and go.
    fn is_known(&self, ended: &TrackEnd) -> bool {
        let last = self.store.plays.last();
        last.is_some_and(|play| play.current.uri.trim_end_matches("-relinked") == ended.uri)
    }

    /// While nothing fails, music from the queue follows on what plays.
    pub(crate) fn check_starvation(&mut self, ended: &TrackEnd) -> Verdict {
        const SETTLED_MS: u64 = 60_000;
        let ended_at = ended.at;
        let is_quiet = ended_at > self.checks.troubled_at + SETTLED_MS;
        let is_known = self.is_known(ended);
        let is_calm =
            ended_at > self.end + SETTLED_MS || (self.kind != Kind::Hour && is_quiet && is_known);
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
        let is_settled =
            |fallback: &Fallback| self.true_time(fallback.chosen_at) + SETTLED_MS < ended_at;
        let follows = self.store.songs.fallback.as_ref().is_some_and(is_settled)
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

//! The songs that people asked for, as the table holds them.

use std::{collections::HashMap, sync::Arc};

use auxroom::{
    model::{EntryId, Item, MemberId, Millis, PlayId},
    server::live::room::{
        Fallback,
        queue::{Ballot, Entry, Queue, QueuedSong, Sent, Turns},
    },
};

use crate::spotify::made_up;

/// Requested tracks are numbered from here on: no other list has them.
pub(crate) const FIRST_REQUESTED: u64 = 1_000;
const MOST_WAITING: usize = 12;

/// A song that somebody asked for.
#[derive(Clone, Debug)]
pub(crate) struct Song {
    pub(crate) entry: Entry,
    pub(crate) item: Item,
    pub(crate) voters: Vec<MemberId>,
    pub(crate) sent: Option<Sent>,
    pub(crate) end: Option<End>,
}

impl Song {
    fn queued(&self) -> QueuedSong {
        let by = "somebody".to_owned();
        let (entry, item, artist_uris) = (self.entry, self.item.clone(), Vec::new());
        QueuedSong { entry, item, artist_uris, by, sent: self.sent }
    }
}

/// Why a song waits no more.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    Played(PlayId),
    TakenBack,
    Dropped,
}

/// All songs that were ever asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Songs {
    pub(crate) rows: Vec<Song>,
    /// Where in `rows` those are that wait.
    waiting: Vec<usize>,
    turns: Turns,
    /// The playlist that goes on when nothing else waits.
    pub(crate) fallback: Option<Fallback>,
}

impl Songs {
    /// Somebody asks for a song, unless enough wait.
    pub(crate) fn add(&mut self, by: MemberId, variety: u64, now: Millis) -> Option<EntryId> {
        if self.waiting().count() >= MOST_WAITING {
            return None;
        }
        let number = self.rows.len() as u64;
        let id = EntryId(i64::try_from(number).unwrap_or_default() + 1);
        // Whose length everybody knows.
        let (track, _) = made_up(FIRST_REQUESTED + number, 1 + variety % 9);
        let isrc = Some(format!("isrc-{}", track.uri));
        let entry =
            Entry { id, by, added_at: now, votes: 1, promoted_at: None, is_fallback: false };
        let item = Item { track, isrc };
        self.waiting.push(self.rows.len());
        self.rows.push(Song { entry, item, voters: vec![by], sent: None, end: None });
        Some(id)
    }

    /// The playlist's next song waits, unless anything else does.
    pub(crate) fn refill(&mut self, by: MemberId, now: Millis) -> Option<QueuedSong> {
        if self.fallback.is_none() || self.waiting().next().is_some() {
            return None;
        }
        let entry = self.add(by, self.rows.len() as u64, now)?;
        let song = self.waiting_mut(entry)?;
        song.entry = Entry { votes: 0, is_fallback: true, ..song.entry };
        song.voters.clear();
        Some(song.queued())
    }

    /// The host chooses a playlist, or none: what waits of the one before waits no more.
    pub(crate) fn choose(&mut self, fallback: Option<Fallback>) {
        self.take_back(|song| song.entry.is_fallback && song.sent.is_none());
        self.fallback = fallback;
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Song> {
        self.waiting.iter().map(|place| &self.rows[*place])
    }

    pub(crate) fn song(&self, entry: EntryId) -> Option<&Song> {
        self.rows.get(place(entry))
    }

    /// The song of this URI: each has its own.
    pub(crate) fn with_uri(&self, uri: &str) -> Option<&Song> {
        self.rows.iter().rev().find(|song| song.item.track.uri == uri)
    }

    /// A song that waits.
    pub(crate) fn waiting_mut(&mut self, entry: EntryId) -> Option<&mut Song> {
        self.rows.get_mut(place(entry)).filter(|song| song.end.is_none())
    }

    /// The same, that is not on its way to Spotify: people can change it.
    pub(crate) fn free_mut(&mut self, entry: EntryId) -> Option<&mut Song> {
        self.waiting_mut(entry).filter(|song| song.sent.is_none())
    }

    /// A member's vote, or its withdrawal.
    pub(crate) fn vote(&mut self, entry: EntryId, by: MemberId) {
        let Some(song) = self.free_mut(entry) else { return };
        match song.voters.iter().position(|voter| *voter == by) {
            Some(place) => drop(song.voters.swap_remove(place)),
            None => song.voters.push(by),
        }
        song.entry.votes = u32::try_from(song.voters.len()).unwrap_or_default();
    }

    pub(crate) fn record(&mut self, entry: EntryId, sent: Sent) -> bool {
        if self.waiting().any(|song| song.sent.is_some() && song.entry.id != entry) {
            return false;
        }
        let song = self.waiting_mut(entry);
        let is_recorded = song.is_some();
        if let Some(song) = song {
            song.sent = Some(sent);
        }
        is_recorded
    }

    pub(crate) fn release(&mut self, entry: EntryId) {
        if let Some(song) = self.waiting_mut(entry) {
            song.sent = None;
        }
    }

    /// No song is on its way to the Spotify account that drives the room now.
    pub(crate) fn release_all(&mut self) {
        self.waiting.iter().for_each(|place| self.rows[*place].sent = None);
    }

    pub(crate) fn end(&mut self, entry: EntryId, end: End) {
        if let Some(song) = self.waiting_mut(entry) {
            song.end = Some(end);
            let entry = song.entry;
            self.waiting.retain(|waiting| *waiting != place(entry.id));
            if matches!(end, End::Played(_)) {
                self.turns.play(&entry);
            }
        }
    }

    /// They go with the account that would have played them.
    pub(crate) fn forget(&mut self) {
        self.take_back(|_| true);
        self.fallback = None;
    }

    fn take_back(&mut self, which: impl Fn(&Song) -> bool) {
        let entries: Vec<_> =
            self.waiting().filter(|song| which(song)).map(|song| song.entry.id).collect();
        entries.into_iter().for_each(|entry| self.end(entry, End::TakenBack));
    }

    /// How many began to play.
    pub(crate) fn played(&self) -> usize {
        self.rows.iter().filter(|song| matches!(song.end, Some(End::Played(_)))).count()
    }

    /// What a reader finds.
    pub(crate) fn queue(&self) -> Arc<Queue> {
        let mut ballots: HashMap<MemberId, Ballot> = HashMap::new();
        for song in self.waiting() {
            ballots.entry(song.entry.by).or_default().own.push(song.entry.id);
            for voter in &song.voters {
                ballots.entry(*voter).or_default().voted.push(song.entry.id);
            }
        }
        let songs = self.waiting().map(Song::queued).collect();
        Arc::new(Queue { songs, turns: self.turns.clone(), ballots })
    }
}

/// Where a song is among those that were ever asked for: they are numbered from 1 on.
fn place(entry: EntryId) -> usize {
    usize::try_from(entry.0).unwrap_or_default().wrapping_sub(1)
}

//! The songs that people asked for: which may be played, and in which order they come.

pub mod fallback;
pub(super) mod feed;
mod lost;
mod order;
mod rules;

use std::{collections::HashMap, sync::Arc};

pub use self::{
    feed::How,
    lost::{LostSong, TOLD_MS, told},
    order::{Entry, Place, Turns, order},
    rules::{MOST_WAITING, Played, Programme, Rules, Waiting, Wanted},
};
use crate::model::{EntryId, Item, MemberId, Millis, Order, PlayId, QueueEntry, Track, Why};

/// What people asked for in a room, as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    /// The songs that wait, in any order.
    pub songs: Vec<QueuedSong>,
    /// Whose songs were played.
    pub turns: Turns,
    /// What each member wants, of those who want anything.
    pub ballots: HashMap<MemberId, Ballot>,
}

/// A song that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedSong {
    /// What decides where it stands.
    pub entry: Entry,
    /// What it is.
    pub item: Item,
    /// The URIs of its artists.
    pub artist_uris: Vec<String>,
    /// What whoever asked for it is called.
    pub by: String,
    /// Its way to Spotify, once it was recorded as about to be handed over.
    pub sent: Option<Sent>,
}

/// Why a song waits no more, though nobody took it back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ended {
    /// Spotify took it and never played it.
    Dropped,
    /// The rules of the moment at which its turn came forbade it.
    Forbidden,
}

/// A song's way to Spotify.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sent {
    /// When it was recorded as about to be handed over.
    pub at: Millis,
    /// What played then, if anything did.
    pub play: Option<PlayId>,
}

/// What a member wants, and what they wanted and did not get.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ballot {
    /// The songs that they voted for.
    pub voted: Vec<EntryId>,
    /// The songs that they asked for.
    pub own: Vec<EntryId>,
    /// The songs that they asked for and nobody heard, the latest first.
    pub lost: Vec<LostSong>,
}

impl QueuedSong {
    /// Whether the rules of the moment let it be played: they may have changed since it was added.
    pub fn is_allowed(&self, rules: &Rules) -> bool {
        let Track { uri, duration_ms, explicit, .. } = &self.item.track;
        rules.forbids(uri, &self.artist_uris, *duration_ms, *explicit).is_none()
    }
}

impl Queue {
    /// The songs in the order in which they come: what Spotify has already, then by the rule.
    pub fn in_order(&self, by: Order) -> Vec<(&QueuedSong, Why)> {
        let (sent, waiting): (Vec<_>, Vec<_>) =
            self.songs.iter().partition(|song| song.sent.is_some());
        let entries: Vec<_> = waiting.iter().map(|song| song.entry).collect();
        let mut turns = self.turns.clone();
        sent.iter().for_each(|song| turns.play(&song.entry));
        let by_id: HashMap<_, _> = waiting.iter().map(|song| (song.entry.id, *song)).collect();
        let places = order(&entries, by, &turns).into_iter();
        let waiting = places.map(|place| (by_id[&place.entry], place.why));
        sent.into_iter().map(|song| (song, Why::Sent)).chain(waiting).collect()
    }

    /// The same as everybody in the room sees it.
    pub fn shown(&self, by: Order) -> Arc<[QueueEntry]> {
        let shown = |(song, why): (&QueuedSong, Why)| QueueEntry {
            entry: song.entry.id,
            track: song.item.track.clone(),
            by: song.by.clone(),
            votes: song.entry.votes,
            why,
        };
        self.in_order(by).into_iter().map(shown).collect()
    }

    /// The song that was recorded as about to be handed to Spotify, and has not begun to play.
    pub fn sent(&self) -> Option<(&QueuedSong, Sent)> {
        self.songs.iter().find_map(|song| Some((song, song.sent?)))
    }

    /// The song that comes next, of those that were not handed to Spotify.
    pub fn next(&self, by: Order) -> Option<&QueuedSong> {
        let mut waiting = self.in_order(by).into_iter().map(|(song, _)| song);
        waiting.find(|song| song.sent.is_none())
    }

    pub(super) fn song_mut(&mut self, entry: EntryId) -> Option<&mut QueuedSong> {
        self.songs.iter_mut().find(|song| song.entry.id == entry)
    }

    /// A song waits no more; it has its turn if it begins to play.
    pub(super) fn take(&mut self, entry: EntryId, plays: bool) {
        let Some(index) = self.songs.iter().position(|song| song.entry.id == entry) else { return };
        let taken = self.songs.swap_remove(index).entry;
        for ballot in self.ballots.values_mut() {
            ballot.voted.retain(|voted| *voted != entry);
            ballot.own.retain(|own| *own != entry);
        }
        if plays {
            self.turns.play(&taken);
        }
    }

    /// What a member wants.
    pub fn ballot(&self, member: MemberId) -> Ballot {
        self.ballots.get(&member).cloned().unwrap_or_default()
    }
}

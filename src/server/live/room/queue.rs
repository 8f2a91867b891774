//! The songs that people asked for: which may be played, and in which order they come.

mod order;
mod rules;

use std::{collections::HashMap, sync::Arc};

pub use self::{
    order::{Entry, Place, Turns, order},
    rules::{MOST_WAITING, Played, Programme, Rules, Waiting, Wanted},
};
use crate::model::{EntryId, Item, MemberId, Millis, Order, QueueEntry, Why};

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
    /// What whoever asked for it is called.
    pub by: String,
    /// When it was recorded as about to be handed to Spotify.
    pub sent_at: Option<Millis>,
}

/// What a member wants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ballot {
    /// The songs that they voted for.
    pub voted: Vec<EntryId>,
    /// The songs that they asked for.
    pub own: Vec<EntryId>,
}

impl Queue {
    /// The songs in the order in which they come: what Spotify has already, then by the rule.
    pub fn in_order(&self, by: Order) -> Vec<(&QueuedSong, Why)> {
        let (sent, waiting): (Vec<_>, Vec<_>) =
            self.songs.iter().partition(|song| song.sent_at.is_some());
        let entries: Vec<_> = waiting.iter().map(|song| song.entry).collect();
        let mut turns = self.turns.clone();
        sent.iter().for_each(|song| turns.play(song.entry.by));
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

    /// What a member wants.
    pub fn ballot(&self, member: MemberId) -> Ballot {
        self.ballots.get(&member).cloned().unwrap_or_default()
    }
}

//! The order in which the queue is played, and why each entry stands where it stands.

use std::collections::{BTreeMap, VecDeque};

use crate::model::{EntryId, MemberId, Millis, Order, Why};

/// A song that waits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Its key. Of two that were added in the same millisecond, the smaller one came first.
    pub id: EntryId,
    /// Who asked for it.
    pub by: MemberId,
    /// When.
    pub added_at: Millis,
    /// How many people want it, whoever asked for it included.
    pub votes: u32,
    /// When the host had it played next, if they did.
    pub promoted_at: Option<Millis>,
    /// Whether nobody asked for it: it is from the fallback playlist, and comes after all others.
    pub is_fallback: bool,
}

/// Where an entry stands, first to last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place {
    /// Which one.
    pub entry: EntryId,
    /// Why there.
    pub why: Why,
}

/// Whose turns were played, in rounds: in each one everybody who has a song waiting has one played, in
/// the order in which they had their turns before. So between two turns of one member everybody else
/// who waits has one.
///
/// Who comes late joins the round that is being played. They are not owed those before, or they alone
/// would be heard for as long.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Turns {
    /// The latest round that a song was played in, the current play's included.
    round: u64,
    /// How many songs were played.
    played: u64,
    last: BTreeMap<MemberId, LastTurn>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct LastTurn {
    round: u64,
    /// Which song it was, of all that were played.
    number: u64,
}

impl Turns {
    /// A member's song begins to play. Songs that the host had played next count too: whoever is
    /// favoured has had their turn.
    pub fn play(&mut self, entry: &Entry) {
        // What nobody asked for is nobody's turn.
        if !entry.is_fallback {
            self.count(entry.by);
        }
    }

    /// The same of a song that was played before, by whom it was.
    pub fn count(&mut self, by: MemberId) {
        let round = self.next_round(by);
        self.played += 1;
        self.last.insert(by, LastTurn { round, number: self.played });
        self.round = round;
    }

    /// In which round the member's next song is played.
    fn next_round(&self, by: MemberId) -> u64 {
        let present = self.round.max(1);
        self.last.get(&by).map_or(present, |last| present.max(last.round + 1))
    }

    /// Whose turn is next has the lowest.
    fn rank(&self, by: MemberId) -> (u64, u64) {
        (self.next_round(by), self.last.get(&by).map_or(0, |last| last.number))
    }
}

/// The order in which the entries come, by the rule that the host chose. What the host had played next
/// comes before all others, the last of these first.
pub fn order(entries: &[Entry], by: Order, turns: &Turns) -> Vec<Place> {
    let (mut promoted, mut others): (Vec<_>, Vec<_>) =
        entries.iter().copied().partition(|entry| entry.promoted_at.is_some());
    promoted.sort_by_key(|entry| (std::cmp::Reverse(entry.promoted_at), age(entry)));
    others.sort_by_key(age);
    let (fallback, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|entry| entry.is_fallback);
    let mut turns = turns.clone();
    promoted.iter().for_each(|entry| turns.play(entry));
    let promoted = promoted.into_iter().map(|entry| place(&entry, Why::Promoted));
    let fallback = fallback.into_iter().map(|entry| place(&entry, Why::Fallback));
    promoted.chain(sorted(others, by, &turns)).chain(fallback).collect()
}

/// Sorts entries of which the oldest is first.
fn sorted(mut entries: Vec<Entry>, by: Order, turns: &Turns) -> Vec<Place> {
    match by {
        Order::FirstCome => entries.iter().map(|entry| place(entry, Why::Age)).collect(),
        Order::MostVotes => {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.votes));
            entries.iter().map(|entry| place(entry, Why::Votes)).collect()
        }
        Order::FairTurns => in_turns(entries, turns.clone()),
    }
}

/// Plays the queue to its end, in thought.
fn in_turns(entries: Vec<Entry>, mut turns: Turns) -> Vec<Place> {
    let present = turns.round.max(1);
    let mut waiting: BTreeMap<MemberId, VecDeque<Entry>> = BTreeMap::new();
    for entry in entries {
        waiting.entry(entry.by).or_default().push_back(entry);
    }
    let mut places = Vec::new();
    let next = |turns: &Turns, waiting: &BTreeMap<MemberId, VecDeque<Entry>>| {
        let first = waiting.values().filter_map(VecDeque::front);
        first.min_by_key(|entry| (turns.rank(entry.by), age(entry))).copied()
    };
    while let Some(entry) = next(&turns, &waiting) {
        let why = Why::Turn { rounds: turns.next_round(entry.by) - present };
        places.push(place(&entry, why));
        turns.count(entry.by);
        waiting.get_mut(&entry.by).map(VecDeque::pop_front);
    }
    places
}

fn age(entry: &Entry) -> (Millis, EntryId) {
    (entry.added_at, entry.id)
}

fn place(entry: &Entry, why: Why) -> Place {
    Place { entry: entry.id, why }
}

#[cfg(test)]
mod tests;

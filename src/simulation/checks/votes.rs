//! A vote that was acknowledged is kept for its play, and counts for no other.

use std::collections::{HashMap, HashSet};

use auxroom::model::{MemberId, PlayId};

use super::Verdict;
use crate::store::Store;

/// Who was told that their vote counts.
#[derive(Default)]
pub(crate) struct Votes(HashMap<PlayId, HashSet<MemberId>>);

impl Votes {
    pub(crate) fn cast(&mut self, member: MemberId, play: PlayId, on: bool) {
        let voters = self.0.entry(play).or_default();
        if on {
            voters.insert(member);
        } else {
            voters.remove(&member);
        }
    }

    /// Whoever leaves takes their vote with them.
    pub(crate) fn left(&mut self, member: MemberId) {
        for voters in self.0.values_mut() {
            voters.remove(&member);
        }
    }

    /// How many were told that their vote for this play counts.
    pub(super) fn of(&self, play: PlayId) -> usize {
        self.0.get(&play).map_or(0, HashSet::len)
    }

    /// What the store holds is what people were told. That no play ends before its time, and so takes
    /// votes with it, `plays` sees to.
    pub(super) fn check(&self, store: &Store) -> Verdict {
        for row in &store.plays {
            let play = row.current.id;
            let told = self.0.get(&play);
            let is_told = |member: &MemberId| told.is_some_and(|voters| voters.contains(member));
            if row.votes.len() != self.of(play) || !row.votes.iter().all(is_told) {
                return Err(format!(
                    "{} votes count for play {play}, {} were given",
                    row.votes.len(),
                    self.of(play)
                ));
            }
        }
        Ok(())
    }
}

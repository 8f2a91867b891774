//! A vote that was acknowledged is kept for its play, and counts for no other.

use std::collections::HashSet;

use auxroom::model::{MemberId, PlayId};

use super::Verdict;
use crate::store::Store;

/// Who was told that their vote counts.
#[derive(Default)]
pub(crate) struct Votes(HashSet<(PlayId, MemberId)>);

impl Votes {
    pub(crate) fn cast(&mut self, member: MemberId, play: PlayId, on: bool) {
        if on {
            self.0.insert((play, member));
        } else {
            self.0.remove(&(play, member));
        }
    }

    /// Whoever leaves takes their vote with them.
    pub(crate) fn left(&mut self, member: MemberId) {
        self.0.retain(|(_, voter)| *voter != member);
    }

    /// How many were told that their vote for this play counts.
    pub(super) fn of(&self, play: PlayId) -> usize {
        self.0.iter().filter(|(voted, _)| *voted == play).count()
    }

    /// What the store holds is what people were told. That no play ends before its time, and so takes
    /// votes with it, `plays` sees to.
    pub(super) fn check(&self, store: &Store) -> Verdict {
        for row in &store.plays {
            let play = row.current.id;
            let stored: HashSet<_> = row.votes.iter().map(|member| (play, *member)).collect();
            if stored.len() != self.of(play) || !stored.is_subset(&self.0) {
                return Err(format!(
                    "{} votes count for play {play}, {} were given",
                    stored.len(),
                    self.of(play)
                ));
            }
        }
        Ok(())
    }
}

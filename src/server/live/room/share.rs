//! The skip by a share of the people who are here: the room counts them, since the store does not know
//! who is here.

use super::{Effect, Reload, Room, STORE_RETRY_MS};
use crate::model::{Millis, PlayId};

/// People go without a word: those who are here are counted anew this often.
const RECOUNT_MS: u64 = 30_000;

/// What the room remembers of it.
#[derive(Debug, Default)]
pub(super) struct Share {
    /// The decision was asked of the store: not again before then.
    asks_at: Millis,
    /// So many votes for this play decided a skip that came to nothing. The next one decides anew.
    spent: Option<(PlayId, u32)>,
    counted_at: Millis,
}

impl Share {
    /// The people were counted.
    pub(super) fn counted(&mut self, now: Millis) {
        self.counted_at = now;
    }

    /// What waits for the clock does not wait longer.
    pub(super) fn clock_was_set_back(&mut self, now: Millis) {
        self.asks_at = self.asks_at.min(now);
        self.counted_at = self.counted_at.min(now);
    }
}

impl Room {
    /// Decides the skip, if more than the share of those who are here want it.
    pub(super) fn decide_by_share(&mut self, now: Millis) {
        if let Some(at) = self.recounts_at()
            && now >= at
        {
            self.share.counted_at = now;
            self.changed();
        }
        let Some((play, needed)) = self.decidable() else { return };
        // What is being read may show that it is decided.
        if now >= self.share.asks_at && self.reload == Reload::UpToDate {
            self.share.asks_at = now + STORE_RETRY_MS;
            self.out.push_back(Effect::Decide(play, needed, now));
            self.changed();
            self.reread();
        }
    }

    /// The decision came to nothing: the same votes do not decide it again.
    pub(super) fn share_is_spent(&mut self) {
        let play = self.facts.play.as_ref().filter(|_| self.facts.settings.skip_share.is_some());
        self.share.spent = play.map(|play| (play.id, self.facts.votes()));
    }

    /// When something is to be decided, or the people are to be counted anew.
    pub(super) fn share_is_due_at(&self) -> Option<Millis> {
        let may_ask = self.reload == Reload::UpToDate;
        let asks_at = self.decidable().filter(|_| may_ask).map(|_| self.share.asks_at);
        asks_at.into_iter().chain(self.recounts_at()).min()
    }

    /// What has the votes that it needs, and how many those are.
    fn decidable(&self) -> Option<(PlayId, u32)> {
        let (Some(_), needed) = self.facts.needed() else { return None };
        let play = self.facts.play.as_ref().filter(|play| play.skip.is_none())?;
        let votes = self.facts.votes();
        let is_named = self.play_id() == Some(play.id);
        let is_spent = self.share.spent == Some((play.id, votes));
        (is_named && votes >= needed && !is_spent).then_some((play.id, needed))
    }

    fn recounts_at(&self) -> Option<Millis> {
        let counts = self.counts_people() && !self.facts.closed;
        counts.then(|| self.share.counted_at + RECOUNT_MS)
    }
}

//! What the server acknowledged, and what went wrong when.

use std::collections::{BTreeMap, HashMap, HashSet};

use auxroom::model::EntryId;

/// A stretch of time in which music may be missing, in Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excuse {
    pub(crate) from_ms: u64,
    pub(crate) until_ms: u64,
    pub(crate) why: &'static str,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// How often each song was acknowledged as asked for.
    pub(crate) added: BTreeMap<String, usize>,
    /// How often nobody answered to that: the server was being killed.
    pub(crate) perhaps_added: BTreeMap<String, usize>,
    /// What those who had asked for it took back.
    pub(crate) withdrawn: HashSet<EntryId>,
    /// The last word of each guest about each song: whether they vote for it. Nothing if the last
    /// word was not answered.
    pub(crate) votes: HashMap<(i64, EntryId), Option<bool>>,
    /// What people did, and how often.
    pub(crate) acts: BTreeMap<&'static str, usize>,
    /// What was let go wrong, and how often.
    pub(crate) faults: BTreeMap<&'static str, usize>,
    /// When music may be missing.
    pub(crate) excuses: Vec<Excuse>,
    /// Answers that say that the server failed, and when: it may while hardly anything of it runs.
    pub(crate) failures: Vec<(u64, String)>,
    /// What must not be.
    pub(crate) violations: Vec<String>,
    /// Answers of Spotify's by what they were asked for.
    pub(crate) calls: BTreeMap<String, usize>,
    /// How many of them failed.
    pub(crate) failed_calls: usize,
}

impl Ledger {
    pub(crate) fn did(&mut self, act: &'static str) {
        *self.acts.entry(act).or_default() += 1;
    }

    pub(crate) fn excuse(&mut self, from_ms: u64, until_ms: u64, why: &'static str) {
        self.excuses.push(Excuse { from_ms, until_ms, why });
    }

    pub(crate) fn violates(&mut self, what: String) {
        self.violations.push(what);
    }

    /// How long of a stretch nothing excuses, in milliseconds.
    pub(crate) fn unexcused_ms(&self, from_ms: u64, until_ms: u64) -> u64 {
        let mut excuses: Vec<_> = self.excuses.iter().map(|it| (it.from_ms, it.until_ms)).collect();
        excuses.sort_unstable();
        let (mut reached, mut unexcused_ms) = (from_ms, 0);
        for (begins, ends) in excuses {
            let begins = begins.clamp(reached, until_ms.max(reached));
            unexcused_ms += begins - reached;
            reached = reached.max(ends.min(until_ms)).max(begins);
        }
        unexcused_ms + until_ms.saturating_sub(reached)
    }

    /// What excuses a part of a stretch.
    pub(crate) fn excuses_of(&self, from_ms: u64, until_ms: u64) -> Vec<&'static str> {
        let overlaps = |it: &&Excuse| it.from_ms < until_ms && it.until_ms > from_ms;
        let mut all: Vec<_> = self.excuses.iter().filter(overlaps).map(|it| it.why).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

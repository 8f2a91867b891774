//! What was heard, as a witness in the room would write it down.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// What was heard longer ago is forgotten.
const CAPACITY: usize = 10_000;

/// Something that was heard without a break.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Heard {
    /// What it was.
    pub uri: String,
    /// Since when, in Unix milliseconds.
    pub from_ms: u64,
    /// From which position on, in milliseconds: 0 unless it was resumed or started in its middle.
    pub position_ms: u64,
    /// Whether it went on with what stood, rather than began: also at its start, where a list had ended.
    pub resumed: bool,
    /// Until when, and why no longer; nothing if it goes on.
    pub ended: Option<(u64, Ending)>,
}

/// Why something was heard no longer.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It played to its end.
    Finished,
    /// Somebody skipped it.
    Skipped,
    /// It was paused, or its device went away.
    Paused,
    /// Something else was started.
    Replaced,
}

/// All that was heard of one account, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record(VecDeque<Heard>);

impl Record {
    pub(crate) fn all(&self) -> Vec<Heard> {
        self.0.iter().cloned().collect()
    }

    /// Something begins at this position.
    pub(super) fn begins(&mut self, uri: &str, position_ms: u64, now: u64) {
        self.starts(uri, position_ms, false, now);
    }

    /// What stood at this position goes on.
    pub(super) fn resumes(&mut self, uri: &str, position_ms: u64, now: u64) {
        self.starts(uri, position_ms, true, now);
    }

    fn starts(&mut self, uri: &str, position_ms: u64, resumed: bool, now: u64) {
        self.stops(now);
        self.ends(now, Ending::Replaced);
        if self.0.len() == CAPACITY {
            self.0.pop_front();
        }
        let uri = uri.to_owned();
        self.0.push_back(Heard { uri, from_ms: now, position_ms, resumed, ended: None });
    }

    /// What is heard, if anything is, ends.
    pub(super) fn ends(&mut self, now: u64, ending: Ending) {
        let last = self.0.back_mut().filter(|heard| heard.ended.is_none());
        if let Some(last) = last {
            last.ended = Some((now, ending));
        }
    }

    /// A list is at its end: its first item begins, or stands at its start.
    pub(super) fn starts_over(&mut self, uri: &str, begins: bool, now: u64) {
        self.stops(now);
        if begins {
            self.begins(uri, 0, now);
        }
    }

    /// What was about to begin does not.
    fn stops(&mut self, now: u64) {
        self.0.pop_back_if(|heard| heard.from_ms == now && heard.ended.is_none());
    }
}

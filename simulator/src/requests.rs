//! The log of requests, for tests to count and to wait for.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// Older requests are forgotten, so that a simulator can run for months.
const CAPACITY: usize = 10_000;

/// A request that arrived. Never holds tokens, codes or states: of the accounts service only the path is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Received {
    /// Such as `GET`.
    pub method: String,
    /// Below the mount point, such as `/v1/me/player`.
    pub path: String,
    /// The query of a Web API request, without the question mark.
    pub query: Option<String>,
    /// The status of the answer; `None` while it hangs, and when the connection was closed instead.
    pub status: Option<u16>,
    /// When it arrived, in Unix milliseconds.
    pub at_ms: u64,
    /// Id of the account whose token it carried.
    pub account: Option<String>,
}

/// The latest requests, oldest first.
#[derive(Default)]
pub(crate) struct Log(VecDeque<Received>);

impl Log {
    pub(crate) fn add(&mut self, received: Received) {
        if self.0.len() == CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(received);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.0.iter().cloned().collect()
    }

    /// How many requests there were of each `METHOD /path`.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        self.0.iter().fold(BTreeMap::new(), |mut counts, received| {
            *counts.entry(format!("{} {}", received.method, received.path)).or_default() += 1;
            counts
        })
    }

    /// How many requests matched `on`.
    pub(crate) fn count(&self, on: &str) -> usize {
        self.0.iter().filter(|received| matches(on, &received.method, &received.path)).count()
    }
}

/// Whether the pattern `on` matches this request: `METHOD /path`, where `*` is any text.
pub(crate) fn matches(on: &str, method: &str, path: &str) -> bool {
    let request = format!("{method} {path}");
    let mut parts = on.split('*');
    let Some(mut rest) = parts.next().and_then(|first| request.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(start) => rest = &rest[start + part.len()..],
            None => return false,
        }
    }
    true
}

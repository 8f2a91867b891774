//! The log of what was asked, for tests to count and to wait for.

use std::collections::{BTreeMap, VecDeque};

use axum::extract::Request;
use serde::Serialize;

use crate::{Simulator, web_api};

/// Older requests are forgotten, so that a simulator may run for months.
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
    /// What was answered; none while it hangs, and for a connection that was closed.
    pub status: Option<u16>,
    /// When it arrived, in Unix milliseconds.
    pub at_ms: u64,
    /// Id of the account whose token it carried.
    pub account: Option<String>,
}

impl Received {
    /// A request that waits for its answer.
    pub(crate) fn new(simulator: &Simulator, request: &Request) -> Self {
        let path = request.uri().path();
        let query = request.uri().query().filter(|_| path.starts_with("/v1/"));
        Self {
            method: request.method().to_string(),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            status: None,
            at_ms: simulator.now(),
            account: web_api::account_of(simulator, request.headers()),
        }
    }
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

    fn matching(&self, on: &str) -> usize {
        self.0.iter().filter(|received| matches(on, &received.method, &received.path)).count()
    }
}

impl Simulator {
    /// The latest requests (up to 10,000), oldest first, each logged when it was carried out or began to hang.
    pub fn requests(&self) -> Vec<Received> {
        self.log().0.iter().cloned().collect()
    }

    /// How many requests there were of each `METHOD /path`.
    pub fn request_counts(&self) -> BTreeMap<String, usize> {
        self.log().0.iter().fold(BTreeMap::new(), |mut counts, received| {
            *counts.entry(format!("{} {}", received.method, received.path)).or_default() += 1;
            counts
        })
    }

    /// How many requests matched `on`, which is `METHOD /path` with `*` for any text.
    pub fn count(&self, on: &str) -> usize {
        self.log().matching(on)
    }

    /// Forgets the requests so far.
    pub fn reset_requests(&self) {
        self.log().0.clear();
    }

    /// Returns once at least `count` requests matching `on` are logged.
    pub async fn wait_for_request(&self, on: &str, count: usize) {
        let mut changes = self.inner.logged.subscribe();
        // Fails only without a sender, which lives as long as this simulator.
        let _ = changes.wait_for(|()| self.count(on) >= count).await;
    }
}

/// Whether `on` stands for this request: `METHOD /path`, where `*` is any text.
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

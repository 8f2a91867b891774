//! What tests see: accounts, and the requests that were made.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::player::Heard;
use crate::playlists::MadePlaylist;
use crate::requests::Received;
use crate::simulator::Simulator;
use crate::state::Account;

/// An account, and what plays on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountSummary {
    /// What `GET /me` calls `id`.
    pub id: String,
    /// What `GET /me` calls `account_id`.
    pub account_id: String,
    /// The name that people see.
    pub display_name: String,
    /// URI of what plays or is paused.
    pub uri: Option<String>,
    /// Whether it plays.
    pub is_playing: bool,
    /// How far it is, in milliseconds.
    pub progress_ms: u64,
    /// URIs of the next twenty items.
    pub coming: Vec<String>,
}

impl Simulator {
    /// All accounts, oldest first, as they really are, whatever stale reads show.
    pub fn accounts(&self) -> Vec<AccountSummary> {
        let now = self.now();
        self.read(|state| {
            let summary = |account: &Account| {
                let mut player = account.player.clone();
                player.advance(now);
                let current = player.session().map(|(_, current)| current);
                AccountSummary {
                    id: account.id.clone(),
                    account_id: account.account_id.clone(),
                    display_name: account.display_name.clone(),
                    uri: current.map(|current| current.entry.uri.clone()),
                    is_playing: current.is_some_and(|current| current.is_playing),
                    progress_ms: current.map_or(0, |current| current.progress_ms(now)),
                    coming: player.upcoming().take(20).map(|entry| entry.uri.clone()).collect(),
                }
            };
            state.accounts.iter().map(summary).collect()
        })
    }

    /// What was heard of the account with this id, oldest first (up to 10,000 stretches without a break, since the
    /// simulator was started), as it really was, whatever stale reads show.
    pub fn heard(&self, account: &str) -> Vec<Heard> {
        let now = self.now();
        let heard = |account: &Account| {
            let mut player = account.player.clone();
            player.advance(now);
            player.record.all()
        };
        self.read(|state| state.account(account).map(heard).unwrap_or_default())
    }

    /// The playlists that apps made for the account with this id, the oldest first.
    pub fn made_playlists(&self, account: &str) -> Vec<MadePlaylist> {
        let made = |account: &Account| account.made_playlists.clone();
        self.read(|state| state.account(account).map(made).unwrap_or_default())
    }

    /// The latest requests (up to 10,000), oldest first, each logged when it was carried out or began to hang, which is before it is answered.
    pub fn requests(&self) -> Vec<Received> {
        self.log().all()
    }

    /// How many requests there were of each `METHOD /path`.
    pub fn request_counts(&self) -> BTreeMap<String, usize> {
        self.log().counts()
    }

    /// How many requests matched `on`, which is `METHOD /path` with `*` for any text.
    pub fn count(&self, on: &str) -> usize {
        self.log().count(on)
    }

    /// Returns once at least `count` requests matching `on` are logged.
    pub async fn wait_for_request(&self, on: &str, count: usize) {
        let mut changes = self.logged();
        // Fails only without a sender, which lives as long as this simulator.
        let _ = changes.wait_for(|()| self.count(on) >= count).await;
    }

    /// How many requests are on the way to their answer: see [`Activity::in_progress`](crate::Activity::in_progress).
    pub fn in_progress(&self) -> usize {
        self.activity().borrow().in_progress
    }

    /// How many requests hang: see [`Activity::hanging`](crate::Activity::hanging).
    pub fn hanging(&self) -> usize {
        self.activity().borrow().hanging
    }
}

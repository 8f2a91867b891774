//! How often Spotify is asked: never before it may be, not too often, and again soon enough.

use std::collections::VecDeque;

use auxroom::{
    model::{Millis, SpotifyError},
    server::live::room::{Effect, Event},
};

use super::Verdict;
use crate::party::Party;

/// Whatever fails, a watched room asks again this soon after it may.
const LONGEST_SILENCE_MS: u64 = 30_000;
/// Mid-track polls in a minute.
const MOST_POLLS: usize = 8;
/// So long after the last thing that quickens the pace a steady minute is over: six quick seconds
/// and one more, and the minute.
const SETTLED_MS: u64 = 67_000;
/// A clock that was set back is noticed when the room wakes.
const HEARTBEAT_MS: u64 = 30_000;

pub(crate) struct Asking {
    /// By the server's clock: a clock that is set forward ends every wait, and nobody can tell.
    limited_until: Millis,
    /// The same for the accounts service.
    accounts_limited_until: Millis,
    polls: VecDeque<u64>,
    asked_at: u64,
    watched_since: Option<u64>,
    /// Since when the store has tokens that can be used.
    usable_since: Option<u64>,
    touched_at: u64,
    stirred_at: u64,
    clock_stepped_at: u64,
    rollbacks: u64,
}

impl Asking {
    pub(super) fn new(now: u64) -> Self {
        Self {
            limited_until: Millis(0),
            accounts_limited_until: Millis(0),
            polls: VecDeque::new(),
            asked_at: now,
            watched_since: None,
            usable_since: None,
            touched_at: now,
            stirred_at: now,
            clock_stepped_at: 0,
            rollbacks: 0,
        }
    }

    /// Something happened that makes the room poll more often for a while.
    pub(crate) fn stirs(&mut self, now: u64) {
        self.stirred_at = now;
    }

    pub(super) fn started(&mut self, now: u64) {
        // The accounts layer remembers it, and answers in Spotify's place.
        self.accounts_limited_until = Millis(0);
        self.touched_at = now;
        self.asked_at = now;
    }

    /// A room that nobody watched a moment ago polls at once; to any other this is no news.
    pub(crate) fn touched(&mut self, now: u64) {
        if self.watched_since.is_none() && now - self.touched_at >= 30_000 {
            self.stirs(now);
        }
        self.touched_at = now;
    }

    pub(crate) fn watched(&mut self, before: usize, watchers: usize, now: u64) {
        match (before, watchers) {
            (0, 1..) => {
                self.touched(now);
                self.watched_since = Some(now);
            }
            (1.., 0) => {
                self.touched_at = now;
                self.watched_since = None;
            }
            _ => {}
        }
    }

    pub(super) fn clock_stepped(&mut self, now: u64) {
        self.clock_stepped_at = now;
    }

    /// The room notices that the clock was set back, and waits no longer for that.
    pub(crate) fn clock_rolled_back(&mut self, by_ms: u64) {
        self.limited_until = self.limited_until.before(by_ms);
        self.accounts_limited_until = self.accounts_limited_until.before(by_ms);
        self.rollbacks += 1;
    }

    pub(crate) fn limited(&mut self, until: Millis) {
        self.limited_until = self.limited_until.max(until);
    }

    /// What the store could not take is forgotten with the process.
    pub(super) fn crashed(&mut self, remembered: Millis) {
        self.limited_until = remembered;
    }

    /// Whether the event is trouble that changes the pace.
    pub(super) fn hears(&mut self, event: &Event, clock: Millis, now: u64) -> bool {
        let error = match event {
            Event::Polled(_, Err(error))
            | Event::Refreshed(_, Err(error))
            | Event::Sent(_, Err(error))
            | Event::HandedOver(_, Err(error))
            | Event::Looked(_, Err(error)) => Some(error),
            Event::Polled(_, Ok(player)) => {
                let is_steady = player.as_ref().is_some_and(|player| player.item.is_some());
                if !is_steady {
                    self.stirs(now); // an advertisement, or something that was left out, is short
                }
                None
            }
            Event::Refreshed(..) | Event::Sent(..) | Event::HandedOver(..) | Event::Looked(..) => {
                None
            }
            _ => return false,
        };
        self.asked_at = now;
        if let Some(SpotifyError::RateLimited { retry_after_ms: Some(ms) }) = error {
            match event {
                Event::Refreshed(..) => self.accounts_limited_until = clock + *ms,
                _ => self.limited(clock + *ms),
            }
        }
        error.is_some()
    }

    pub(super) fn wants(&mut self, effect: &Effect, clock: Millis, now: u64) -> Verdict {
        match effect {
            Effect::Poll(..) => self.polls.push_back(now),
            // Whoever decides a skip, or is too late for that, looks at once.
            Effect::Claim { .. } | Effect::Send(..) | Effect::HandOver { .. } => self.stirs(now),
            Effect::Refresh(..) => {}
            // What was not there is looked for once more where it may play by now.
            Effect::Look(..) => self.stirs(now),
            Effect::RateLimited(until) => {
                // Also without `Retry-After`: the room's own promise counts as much.
                self.limited(*until);
                return Ok(());
            }
            _ => return Ok(()),
        }
        self.asked_at = now;
        let limited_until = match effect {
            Effect::Refresh(..) => self.limited_until.max(self.accounts_limited_until),
            _ => self.limited_until,
        };
        if clock < limited_until {
            let early = limited_until.since(clock);
            return Err(format!("Spotify was asked {early} ms before it may be"));
        }
        while self.polls.front().is_some_and(|at| now - at >= 60_000) {
            self.polls.pop_front();
        }
        if self.polls.len() > MOST_POLLS && now - self.stirred_at > SETTLED_MS {
            return Err(format!("{} polls in a steady minute", self.polls.len()));
        }
        Ok(())
    }
}

impl Party {
    /// When the room may ask again, as it tells its members.
    pub(super) fn may_ask_at(&self) -> u64 {
        let told = self.view.as_ref().and_then(|view| view.snapshot.status.retry_at);
        self.true_time(self.limited_until().max(told.unwrap_or_default()))
    }

    fn limited_until(&self) -> Millis {
        let Asking { limited_until, accounts_limited_until, .. } = self.checks.asking;
        limited_until.max(accounts_limited_until).max(self.rate_limited_until)
    }

    /// Nobody is told to wait longer than Spotify asks for, or than the longest backoff.
    pub(super) fn check_wait(&self) -> Verdict {
        let told = self.view.as_ref().and_then(|view| view.snapshot.status.retry_at);
        let longest = self.limited_until().max(self.clock() + LONGEST_SILENCE_MS);
        // Each time that the clock is set back the wait may grow until the room notices.
        let slack_ms = self.checks.asking.rollbacks * HEARTBEAT_MS;
        let wait_ms = told.unwrap_or_default().since(longest);
        if wait_ms > slack_ms && self.now - self.checks.asking.clock_stepped_at > HEARTBEAT_MS {
            return Err(format!("waits {wait_ms} ms longer than it was asked to"));
        }
        Ok(())
    }

    /// Whatever fails, a watched room asks again soon after it may.
    pub(super) fn check_silence(&mut self) -> Verdict {
        let is_usable = self.store.connection.is_some_and(|row| row.is_usable);
        let since = &mut self.checks.asking.usable_since;
        *since = is_usable.then(|| since.unwrap_or(self.now));
        let asking = &self.checks.asking;
        let (Some(watched_since), Some(since), Some(_)) =
            (asking.watched_since, asking.usable_since, &self.process)
        else {
            return Ok(());
        };
        let mut from = asking.asked_at.max(watched_since).max(since).max(self.may_ask_at());
        if self.now - asking.clock_stepped_at < 2 * HEARTBEAT_MS {
            from = from.max(asking.clock_stepped_at + HEARTBEAT_MS);
        }
        let silent_ms = self.now.saturating_sub(from);
        if silent_ms > LONGEST_SILENCE_MS {
            return Err(format!("has not asked Spotify for {silent_ms} ms"));
        }
        Ok(())
    }
}

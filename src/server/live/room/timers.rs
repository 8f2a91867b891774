//! Until when, and from when on.

use super::{DecidedSkip, Health, PURSUIT_MS, Reload, Room, WATCHED_MS};
use crate::model::Millis;

#[derive(Debug)]
pub(super) struct Timers {
    pub(super) last_event: Millis,
    pub(super) next_poll: Millis,
    /// Something is expected to change until then.
    pub(super) quick_until: Millis,
    pub(super) watched_until: Millis,
    /// Spotify gave an old answer: it is not asked again before then.
    pub(super) stale_until: Millis,
    /// The store failed: until then nothing is written again.
    pub(super) store_retry_at: Millis,
}

impl Room {
    /// Whether somebody watches, or did until a moment ago.
    pub(super) fn is_watched(&self, now: Millis) -> bool {
        self.watchers > 0 || now < self.timers.watched_until
    }

    /// Whether Spotify is polled at all.
    pub(super) fn is_polled(&self, now: Millis) -> bool {
        let pursues = |skip: DecidedSkip| {
            self.link.token().is_some() && now.since(skip.claimed_at) < PURSUIT_MS
        };
        self.is_watched(now) || self.decided_skip().is_some_and(pursues)
    }

    pub(super) fn decided_skip(&self) -> Option<DecidedSkip> {
        self.facts.play.as_ref()?.skip
    }

    pub(super) fn touch(&mut self, now: Millis) {
        self.timers.watched_until = self.timers.watched_until.max(now + WATCHED_MS);
    }

    /// Nothing waits for a time that a clock that was set back reaches much later.
    pub(super) fn reset_deadlines_after_clock_rollback(&mut self, now: Millis) {
        let before = std::mem::replace(&mut self.timers.last_event, now);
        if now >= before {
            return;
        }
        let shifted = |at: Millis| now + at.since(before);
        self.timers.next_poll = now;
        self.timers.quick_until = now;
        self.timers.stale_until = now;
        self.timers.store_retry_at = now;
        self.timers.watched_until = shifted(self.timers.watched_until);
        self.observed.pending = None;
        self.observed.ended = None;
        self.observed.polled_at = self.observed.polled_at.map(|at| at.min(now));
        if let Reload::FailedUntil(at) = &mut self.reload {
            *at = now;
        }
        match &mut self.health {
            Health::Failing { retry_at: at, .. } | Health::RateLimited { until: at, .. } => {
                *at = shifted(*at);
            }
            Health::Ok | Health::Hindered(_) => {}
        }
    }
}

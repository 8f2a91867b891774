//! Until when, and from when on.

use super::{DecidedSkip, Health, PURSUIT_MS, Reload, Room, WATCHED_MS, commands::GuestsCommands};
use crate::model::Millis;

/// What the room waits for, besides what `Health` and `Reload` know.
#[derive(Debug)]
pub(super) struct Timers {
    pub(super) last_event: Millis,
    /// When the room started, or its clock was set back last.
    counts_from: Millis,
    pub(super) next_poll: Millis,
    /// Something is expected to change until then.
    pub(super) quick_until: Millis,
    pub(super) watched_until: Millis,
    /// An answer of Spotify's did not count, being old or not saved: whatever wants another waits until then.
    pub(super) no_poll_before: Millis,
    /// How long the commands that were sent would have taken, a second each.
    pub(super) commands_until: Millis,
    pub(super) guests_commands: GuestsCommands,
    /// The store failed: until then nothing is written again.
    pub(super) store_retry_at: Millis,
    /// How often in a row what plays could not be saved.
    pub(super) saves_failed: u32,
}

impl Timers {
    pub(super) fn new(now: Millis) -> Self {
        Self {
            last_event: now,
            counts_from: now,
            next_poll: now,
            quick_until: Millis(0),
            watched_until: now + WATCHED_MS,
            no_poll_before: Millis(0),
            commands_until: Millis(0),
            guests_commands: GuestsCommands::default(),
            store_retry_at: Millis(0),
            saves_failed: 0,
        }
    }

    /// When something happened that is over. The store may say "later": then the clock was set back
    /// since, and what waits for it counts from there.
    pub(super) fn past(&self, at: Millis, now: Millis) -> Millis {
        if at > now { self.counts_from } else { at }
    }
}

impl Room {
    /// Whether somebody watches, or did until a moment ago.
    pub(super) fn is_watched(&self, now: Millis) -> bool {
        self.watchers > 0 || now < self.timers.watched_until
    }

    /// Whether Spotify is polled at all.
    pub(super) fn is_polled(&self, now: Millis) -> bool {
        let pursues = |skip: DecidedSkip| {
            let claimed_at = self.timers.past(skip.claimed_at, now);
            self.link.token().is_some() && now.since(claimed_at) < PURSUIT_MS
        };
        self.is_watched(now) || self.decided_skip().is_some_and(pursues)
    }

    fn decided_skip(&self) -> Option<DecidedSkip> {
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
        self.timers.counts_from = now;
        self.timers.next_poll = now;
        self.timers.quick_until = now;
        self.timers.no_poll_before = now;
        self.timers.commands_until = shifted(self.timers.commands_until);
        self.timers.guests_commands.shift(before, now);
        for command in &mut self.commands {
            command.expires_at = shifted(command.expires_at);
        }
        self.timers.store_retry_at = now;
        self.feeding.clock_was_set_back(now);
        self.share.clock_was_set_back(now);
        self.timers.watched_until = shifted(self.timers.watched_until);
        self.observed.pending = None;
        self.observed.proves_until = Millis(0);
        self.observed.near_end_since = None;
        self.observed.ended.clear();
        self.observed.polled_at = self.observed.polled_at.map(|at| at.min(now));
        if let Some((_, at)) = &mut self.observed.item {
            *at = now.min(*at);
        }
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

#[cfg(test)]
mod tests {
    use crate::{
        model::Millis,
        server::live::room::{Event, Facts, HEARTBEAT_MS, Room},
    };

    const T0: Millis = Millis(1_800_000_000_000);

    #[test]
    fn room_without_an_account_wakes_while_it_waits_to_notice_a_clock_that_is_set_back() {
        let mut room = Room::new(Facts::default(), T0 + 20 * 3_600_000, T0);
        room.handle(Event::Watchers(1), T0);

        let wakes_at = room.next_timeout();

        assert!(wakes_at.is_some_and(|at| at <= T0 + HEARTBEAT_MS), "{wakes_at:?}");
    }
}

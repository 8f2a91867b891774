//! What becomes of a request to Spotify that failed.

use super::{Effect, Health, Room, pace};
use crate::model::{Millis, SpotifyError, StatusKind};

impl Room {
    /// A poll failed: the next one comes later each time.
    pub(super) fn poll_failed(&mut self, error: &SpotifyError, now: Millis) {
        match error {
            SpotifyError::RateLimited { retry_after_ms } => {
                self.rate_limited(self.health.attempts() + 1, *retry_after_ms, now);
            }
            _ => self.request_failed(error, now),
        }
    }

    /// A poll or a refresh failed: the room asks again later each time. If it was a refresh that has
    /// to wait, rooms whose tokens are good may go on.
    pub(super) fn request_failed(&mut self, error: &SpotifyError, now: Millis) {
        let attempts = self.health.attempts() + 1;
        if let SpotifyError::RateLimited { retry_after_ms } = error {
            self.wait(attempts, *retry_after_ms, now);
            return;
        }
        let retry_at = pace::after_failure(now, attempts);
        self.timers.next_poll = retry_at;
        self.set_health(Health::Failing { attempts, kind: error.status(), retry_at }, now);
    }

    /// A command failed: the room says why, and polls soon.
    pub(super) fn command_failed(&mut self, error: &SpotifyError, now: Millis) {
        let attempts = self.health.attempts() + 1;
        let health = match (error, error.status()) {
            (SpotifyError::RateLimited { retry_after_ms }, _) => {
                return self.rate_limited(attempts, *retry_after_ms, now);
            }
            (_, kind @ StatusKind::Unreachable) => {
                Health::Failing { attempts, kind, retry_at: self.timers.next_poll }
            }
            (_, kind) => Health::Hindered(kind),
        };
        self.set_health(health, now);
    }

    /// Spotify asks to wait in the answer to a command for a sign-in that drives the room no more.
    pub(super) fn heed_wait(&mut self, error: Option<&SpotifyError>, now: Millis) {
        if let Some(SpotifyError::RateLimited { retry_after_ms }) = error {
            self.rate_limited(self.health.attempts() + 1, *retry_after_ms, now);
        }
    }

    fn rate_limited(&mut self, attempts: u32, retry_after_ms: Option<u64>, now: Millis) {
        let until = self.wait(attempts, retry_after_ms, now);
        self.out.push_back(Effect::RateLimited(until));
    }

    fn wait(&mut self, attempts: u32, retry_after_ms: Option<u64>, now: Millis) -> Millis {
        let until = pace::after_rate_limit(now, attempts, retry_after_ms);
        self.set_health(Health::RateLimited { attempts, until }, now);
        self.timers.next_poll = until;
        until
    }
}

//! What the task learns from what it did.

use std::sync::atomic::Ordering;

use super::{FIRST_QUICK_MS, Finished, RATE_WINDOW_MS, Task};
use crate::{
    model::{Outcome, Player, SpotifyError, StatusKind},
    server::live::hub::{
        knowledge::Trouble,
        orders::{Command, Order},
        pace,
    },
};

impl Task {
    pub(super) async fn settle(&mut self, outcome: Finished) {
        match outcome {
            Finished::Refreshed(Ok(())) => {
                self.refreshed_in_vain = self.token_refused;
                self.token_refused = false;
                self.read().await;
            }
            Finished::Refreshed(Err(error)) => {
                self.fail(&error, false);
                self.read().await;
                // Who waits hears it; the next look tries again.
                for order in std::mem::take(&mut self.orders) {
                    if order.command == Command::Skip && order.retried && order.is_by_person() {
                        self.release_skip().await;
                    }
                    order.answer(Err(error.of_command()));
                }
            }
            Finished::Looked(Ok(player)) => self.looked(player).await,
            // A fresh token that is refused too will not get better by another one.
            Finished::Looked(Err(SpotifyError::Unauthorized)) if !self.refreshed_in_vain => {
                self.token_refused = true;
            }
            Finished::Looked(Err(error)) => {
                self.fail(&error, false);
                // Only those are left that waited for this look.
                for order in self.orders.drain(..) {
                    order.answer(Err(error.of_command()));
                }
            }
            Finished::Sent(order, result) => self.sent(order, result).await,
        }
        self.publish();
    }

    async fn looked(&mut self, player: Option<Player>) {
        let now = self.tools.clock.now();
        match self.known.look(&self.tools.database, player, now).await {
            Ok(true) => {
                self.failures = 0;
                self.refreshed_in_vain = false;
                self.next_look = pace::next_look(self.known.player.as_ref(), now, self.quick_until);
            }
            Ok(false) => {
                self.failures = self.failures.max(1);
                self.next_look = now + pace::QUICK_MS;
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "What plays could not be recorded");
                self.failures += 1;
                self.next_look = pace::after_failure(now, self.failures);
            }
        }
    }

    async fn sent(&mut self, order: Order, result: Result<(), SpotifyError>) {
        let now = self.tools.clock.now();
        let is_skip = order.command == Command::Skip;
        self.quick_until = now + pace::QUICK_FOR_MS;
        self.next_look = now + FIRST_QUICK_MS;
        match result {
            Ok(()) => {
                self.known.trouble = None;
                self.known.pending = Some((order.command.pending(), now));
                let done = order.command.done();
                order.answer(Ok(done));
            }
            Err(SpotifyError::Unauthorized) if !order.retried => {
                self.token_refused = true;
                self.orders.push_front(order.again());
            }
            // The player is already so, or does not allow it: the next look tells.
            Err(SpotifyError::Restricted) => {
                self.next_look = now;
                if is_skip {
                    self.release_skip().await;
                }
                order.answer(Ok(Outcome::Unchanged));
            }
            Err(error) => {
                // What may have happened is looked after; what waits is sent later; all other
                // refusals are final, and the next vote or press decides anew.
                let must_wait = matches!(error, SpotifyError::RateLimited { .. });
                let is_sent_later = must_wait && !order.is_by_person();
                if is_skip && !error.may_have_happened() && !is_sent_later {
                    self.release_skip().await;
                }
                self.fail(&error, true);
                if !must_wait {
                    self.next_look = now + FIRST_QUICK_MS;
                }
                order.answer(if is_skip && error.may_have_happened() {
                    Ok(Outcome::Unconfirmed)
                } else {
                    Err(error.of_command())
                });
            }
        }
    }

    /// Says what stands in the way, and when to try again.
    fn fail(&mut self, error: &SpotifyError, by_command: bool) {
        let now = self.tools.clock.now();
        self.failures += 1;
        self.next_look = pace::after_failure(now, self.failures);
        tracing::warn!(error = %error, "Spotify did not do what it was asked");
        let kind = error.status();
        let retry_at = match error {
            SpotifyError::RateLimited { retry_after_ms } => {
                let wait = retry_after_ms.unwrap_or(RATE_WINDOW_MS << (self.failures - 1).min(7));
                let at = now.saturating_add(wait);
                self.next_look = at;
                self.hub.0.not_before.fetch_max(at, Ordering::Relaxed);
                Some(at)
            }
            _ => (kind == StatusKind::Unreachable).then_some(self.next_look),
        };
        self.known.trouble = Some(Trouble { kind, retry_at, by_command });
    }
}

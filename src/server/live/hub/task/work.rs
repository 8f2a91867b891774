//! What the task does next with Spotify.

use std::sync::atomic::Ordering;

use futures::future::FutureExt as _;

use super::{Finished, Task, UnderWay};
use crate::{
    error::AppError,
    model::{Outcome, StatusKind},
    server::{
        accounts::tokens::{self, Opened},
        live::hub::{
            Tools,
            knowledge::Trouble,
            orders::{Command, Order},
        },
        rooms::skip::{self, Step},
    },
};

impl Task {
    pub(super) fn skip_step(&self, now: u64) -> Step {
        match (&self.known.play, self.known.looked_at) {
            // Only while Spotify names it: sent in an advertisement, it would hit what comes after.
            (Some(play), Some(looked_at)) if self.known.play_id().is_some() => {
                skip::step(play, looked_at, now)
            }
            _ => Step::Nothing,
        }
    }

    /// When Spotify may be asked again after it failed, or asked to wait; before that only a person's
    /// command is tried.
    pub(super) fn next_attempt(&self) -> u64 {
        if self.failures > 0 { self.next_look } else { 0 }
    }

    /// Decides what to do next with Spotify: commands go before skips by votes, those before looks.
    pub(super) async fn next_work(&mut self) -> Option<UnderWay> {
        let now = self.tools.clock.now();
        if self.known.is_closed() {
            return None;
        }
        self.heed_rate_limit(now);
        self.refuse_hopeless_orders(now);
        let opened = self.tokens.clone()?;
        if self.known.not_before().is_some_and(|at| now < at) {
            return None;
        }
        let step = self.skip_step(now);
        let look_is_due = self.live.is_watched(now) && now >= self.next_look;
        // A decided skip is looked after once it is due, whatever the pace.
        let step_needs_look =
            matches!(step, Step::Wait { until } if now >= until.max(self.next_attempt()));
        let wanted =
            !self.orders.is_empty() || step == Step::Send || look_is_due || step_needs_look;
        if wanted && (self.token_refused || opened.expires_at <= now + tokens::EARLY_MS) {
            if now < self.next_attempt() && self.orders.is_empty() {
                return None;
            }
            return Some(self.refresh(opened));
        }
        if self.orders.front().is_some_and(|order| self.waits_for_look(order)) {
            return Some(self.look(&opened));
        }
        if let Some(order) = self.next_order(now).await {
            return Some(self.send(order, &opened));
        }
        match step {
            Step::Send if self.record_sending(now).await => {
                return Some(self.send(Order::by_votes(), &opened));
            }
            Step::GiveUp => self.release_skip().await,
            _ => {}
        }
        (look_is_due || step_needs_look).then(|| self.look(&opened))
    }

    /// Waits as long as Spotify asked any room to, now or while nobody watched this one.
    fn heed_rate_limit(&mut self, now: u64) {
        let at = self.hub.0.not_before.load(Ordering::Relaxed);
        let is_news = self.known.not_before().is_none_or(|known| known < at);
        if now < at && is_news && self.tokens.is_some() {
            let kind = StatusKind::RateLimited;
            self.known.trouble = Some(Trouble { kind, retry_at: Some(at), by_command: false });
            self.next_look = at;
            self.publish();
        }
    }

    /// Answers orders that cannot be carried out now, whoever asks.
    fn refuse_hopeless_orders(&mut self, now: u64) {
        let error = match (&self.known.connection, &self.tokens) {
            (None, _) => AppError::NotConnected,
            (Some(_), None) => AppError::Reconnect,
            // Refused calls count too: asking early would lengthen the wait.
            _ if self.known.not_before().is_some_and(|at| now < at) => AppError::RateLimited,
            _ => return,
        };
        for order in self.orders.drain(..) {
            order.answer(Err(error));
        }
    }

    /// Whether the order is for what plays, and nobody knows yet what that is.
    pub(super) fn waits_for_look(&self, order: &Order) -> bool {
        order.command == Command::Skip && !order.retried && self.known.looked_at.is_none()
    }

    /// The next order that is worth sending.
    async fn next_order(&mut self, now: u64) -> Option<Order> {
        while let Some(order) = self.orders.pop_front() {
            if order.command != Command::Skip || order.retried {
                return Some(order);
            }
            let Some(play) = self.known.play.clone().filter(|_| self.known.play_id().is_some())
            else {
                let error = if self.known.player.is_some() {
                    AppError::NotSkippable
                } else {
                    AppError::NothingPlaying
                };
                order.answer(Err(error));
                continue;
            };
            match skip::claim(&self.tools.database.writer, play.id, now).await {
                Ok(true) => {}
                // The votes, or a second press, were first: one skip serves both.
                Ok(false) => {
                    order.answer(Ok(Outcome::Skipped));
                    continue;
                }
                Err(error) => {
                    order.answer(Err(anyhow::Error::from(error).into()));
                    continue;
                }
            }
            self.read().await;
            if self.record_sending(now).await {
                return Some(order);
            }
            order.answer(Ok(Outcome::Skipped));
        }
        None
    }

    async fn record_sending(&mut self, now: u64) -> bool {
        let Some(play) = &mut self.known.play else { return false };
        match skip::record_sending(&self.tools.database, play, now).await {
            Ok(recorded) => {
                if recorded {
                    play.skip_sent_at = i64::try_from(now).ok();
                }
                recorded
            }
            Err(error) => {
                tracing::error!(error = %error, "A skip could not be recorded");
                false
            }
        }
    }

    pub(super) async fn release_skip(&mut self) {
        let Some(play) = &mut self.known.play else { return };
        (play.skip_claimed_at, play.skip_sent_at) = (None, None);
        if let Err(error) = skip::release(&self.tools.database, play.id).await {
            tracing::error!(error = %error, "A decided skip could not be taken back");
        }
    }

    fn refresh(&self, opened: Opened) -> UnderWay {
        let tools = self.tools.clone();
        let connection = self.known.connection.clone();
        let refreshing = async move {
            let Some(connection) = connection else { return Ok(()) };
            let now = || tools.clock.now();
            let Tools { database, spotify, sealer, .. } = &tools;
            tokens::refresh(database, spotify, sealer, &connection, &opened, now).await
        };
        UnderWay { outcome: refreshing.map(Finished::Refreshed).boxed(), is_look: false }
    }

    fn look(&self, opened: &Opened) -> UnderWay {
        let (spotify, access) = (self.tools.spotify.clone(), opened.access.clone());
        let looking = async move { spotify.player(&access).await };
        UnderWay { outcome: looking.map(Finished::Looked).boxed(), is_look: true }
    }

    fn send(&self, order: Order, opened: &Opened) -> UnderWay {
        let (spotify, access) = (self.tools.spotify.clone(), opened.access.clone());
        let sending = async move {
            let result = match order.command {
                Command::Play => spotify.play(&access).await,
                Command::Pause => spotify.pause(&access).await,
                Command::Skip => spotify.next(&access).await,
            };
            Finished::Sent(order, result)
        };
        UnderWay { outcome: sending.boxed(), is_look: false }
    }
}

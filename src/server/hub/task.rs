//! One room's task: asks Spotify, carries orders out, publishes.

use std::{collections::VecDeque, pin::pin, sync::Arc, time::Duration};

use futures::future::{BoxFuture, FutureExt as _, OptionFuture};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{
    Hub, Live, Message, Tools,
    knowledge::{Knowledge, PENDING_MS, Trouble},
    orders::{Command, Order, refusal},
    pace,
};
use crate::{
    error::AppError,
    model::{Done, StatusKind},
    server::{
        skip::{self, Step},
        spotify::{Player, SpotifyError},
        tokens::{self, Opened},
    },
};

/// States follow each other at least this far apart, so that many votes at once make few events.
const GAP: Duration = Duration::from_millis(10);
/// Without `Retry-After`: Spotify counts calls over this window.
const RATE_WINDOW_MS: u64 = 30_000;
/// How soon a command is looked for.
const FIRST_QUICK_MS: u64 = 500;

pub(super) struct Task {
    hub: Hub,
    tools: Tools,
    room_id: i64,
    live: Live,
    known: Knowledge,
    tokens: Option<Opened>,
    orders: VecDeque<Order>,
    next_look: u64,
    quick_until: u64,
    failures: u32,
    /// Set when Spotify refused a token before its time.
    token_refused: bool,
    /// Who waits for the database's news to be published.
    waiting: Vec<oneshot::Sender<()>>,
    unread: bool,
    published_at: Instant,
}

/// What the task did with Spotify; one thing at a time.
enum Outcome {
    Refreshed(Result<(), SpotifyError>),
    Looked(Result<Option<Player>, SpotifyError>),
    Sent(Order, Result<(), SpotifyError>),
}

/// What is under way with Spotify.
struct UnderWay {
    outcome: BoxFuture<'static, Outcome>,
    /// A look may be dropped for a command; a command or a refresh must not be.
    is_look: bool,
}

impl Task {
    pub(super) fn new(hub: Hub, room_id: i64, live: Live, known: Knowledge) -> Self {
        let tools = hub.0.tools.clone();
        let next_look = tools.clock.now();
        Self {
            hub,
            tools,
            room_id,
            live,
            known,
            tokens: None,
            orders: VecDeque::new(),
            next_look,
            quick_until: 0,
            failures: 0,
            token_refused: false,
            waiting: Vec::new(),
            unread: false,
            published_at: Instant::now(),
        }
    }

    /// Runs until nobody watches, the room is closed or the process stops.
    #[tracing::instrument(name = "room", skip_all, fields(room.id = self.room_id))]
    pub(super) async fn run(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        let mut under_way: Option<UnderWay> = None;
        self.open_tokens().await;
        loop {
            if under_way.as_ref().is_some_and(|work| work.is_look) && !self.orders.is_empty() {
                under_way = None;
                self.next_look = self.tools.clock.now();
            }
            if under_way.is_none() {
                under_way = self.next_work().await;
            }
            if self.known.is_closed() {
                self.hub.forget(self.room_id);
                break;
            }
            let clock = self.tools.clock.clone();
            let mut wake = pin!(clock.sleep_until(self.wake_at(under_way.is_some())));
            let outcome = OptionFuture::from(under_way.as_mut().map(|work| &mut work.outcome));
            tokio::select! {
                () = self.tools.shutdown.cancelled() => break,
                message = messages.recv() => match message {
                    Some(message) => self.receive(message),
                    None => break,
                },
                Some(outcome) = outcome => {
                    under_way = None;
                    self.settle(outcome).await;
                }
                () = tokio::time::sleep_until(self.published_at + GAP), if self.unread => {
                    self.read_and_publish().await;
                }
                () = &mut wake => {
                    if under_way.is_none() && self.hub.retire(self.room_id, &messages) {
                        break;
                    }
                    self.publish();
                }
            }
        }
    }

    fn receive(&mut self, message: Message) {
        match message {
            Message::Changed(done) => {
                self.waiting.push(done);
                self.unread = true;
            }
            Message::Order(order) => self.orders.push_back(order),
        }
    }

    /// When to wake at the latest, without a message.
    fn wake_at(&self, is_busy: bool) -> u64 {
        let now = self.tools.clock.now();
        let watched = self.live.is_watched(now);
        // Readers may go away without a word.
        let retire = self.live.watched_until().max(now + if watched { pace::QUICK_MS } else { 0 });
        if is_busy {
            return now + PENDING_MS;
        }
        let look = if self.may_ask() && watched { self.next_look } else { u64::MAX };
        let skip = match self.skip_step(now) {
            Step::Wait { until } if self.may_ask() => {
                until.max(self.known.not_before().unwrap_or(0))
            }
            _ => u64::MAX,
        };
        let pending = self.known.pending.map_or(u64::MAX, |(_, since)| since + PENDING_MS);
        retire.min(look).min(skip.max(now)).min(pending.max(now + 1))
    }

    fn may_ask(&self) -> bool {
        self.tokens.is_some() && !self.known.is_closed()
    }

    fn skip_step(&self, now: u64) -> Step {
        match (&self.known.play, self.known.looked_at) {
            (Some(play), Some(looked_at)) if self.known.player.is_some() => {
                skip::step(play, looked_at, now)
            }
            _ => Step::Nothing,
        }
    }

    /// Decides what to do next with Spotify: commands go before skips by votes, those before looks.
    async fn next_work(&mut self) -> Option<UnderWay> {
        let now = self.tools.clock.now();
        if self.known.is_closed() {
            return None;
        }
        self.refuse_hopeless_orders(now);
        let opened = self.tokens.clone()?;
        if self.known.not_before().is_some_and(|at| now < at) {
            return None;
        }
        let step = self.skip_step(now);
        let look_is_due = self.live.is_watched(now) && now >= self.next_look;
        // A decided skip is looked after once it is overdue, whatever the pace.
        let step_needs_look = matches!(step, Step::Wait { until } if now >= until);
        let wanted =
            !self.orders.is_empty() || step == Step::Send || look_is_due || step_needs_look;
        if wanted && (self.token_refused || opened.expires_at <= now + tokens::EARLY_MS) {
            if now < self.next_look && self.failures > 0 && self.orders.is_empty() {
                return None;
            }
            return Some(self.refresh(opened));
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
                    order.answer(Ok(Done::Skipped));
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
            order.answer(Ok(Done::Skipped));
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

    async fn release_skip(&mut self) {
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
        UnderWay { outcome: refreshing.map(Outcome::Refreshed).boxed(), is_look: false }
    }

    fn look(&self, opened: &Opened) -> UnderWay {
        let (spotify, access) = (self.tools.spotify.clone(), opened.access.clone());
        let looking = async move { spotify.player(&access).await };
        UnderWay { outcome: looking.map(Outcome::Looked).boxed(), is_look: true }
    }

    fn send(&self, order: Order, opened: &Opened) -> UnderWay {
        let (spotify, access) = (self.tools.spotify.clone(), opened.access.clone());
        let sending = async move {
            let result = match order.command {
                Command::Play => spotify.play(&access).await,
                Command::Pause => spotify.pause(&access).await,
                Command::Skip => spotify.next(&access).await,
            };
            Outcome::Sent(order, result)
        };
        UnderWay { outcome: sending.boxed(), is_look: false }
    }

    async fn settle(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Refreshed(Ok(())) => {
                self.token_refused = false;
                self.read().await;
            }
            Outcome::Refreshed(Err(error)) => {
                self.fail(&error);
                self.read().await;
                // Who waits hears it; the next look tries again.
                for order in std::mem::take(&mut self.orders) {
                    order.answer(Err(refusal(&error)));
                }
            }
            Outcome::Looked(Ok(player)) => self.looked(player).await,
            Outcome::Looked(Err(SpotifyError::Unauthorized)) if !self.token_refused => {
                self.token_refused = true;
            }
            Outcome::Looked(Err(error)) => self.fail(&error),
            Outcome::Sent(order, result) => self.sent(order, result).await,
        }
        self.publish();
    }

    async fn looked(&mut self, player: Option<Player>) {
        let now = self.tools.clock.now();
        match self.known.look(&self.tools.database, player, now).await {
            Ok(true) => {
                self.failures = 0;
                self.next_look = pace::next_look(self.known.player.as_ref(), now, self.quick_until);
            }
            Ok(false) => self.next_look = now + pace::QUICK_MS,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "What plays could not be recorded");
                self.next_look = pace::after_failure(now, 1);
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
                order.answer(Ok(Done::Unchanged));
            }
            Err(error) => {
                // What may have happened is looked after; what waits is sent later; all other
                // refusals are final, and the next vote or press decides anew.
                let waits =
                    matches!(error, SpotifyError::RateLimited { .. }) && !order.is_by_person();
                if is_skip && !error.may_have_happened() && !waits {
                    self.release_skip().await;
                }
                self.fail(&error);
                self.next_look = self.next_look.min(now + FIRST_QUICK_MS);
                order.answer(Err(refusal(&error)));
            }
        }
    }

    /// Says what stands in the way, and when to try again.
    fn fail(&mut self, error: &SpotifyError) {
        let now = self.tools.clock.now();
        self.failures += 1;
        self.next_look = pace::after_failure(now, self.failures);
        tracing::warn!(error = %error, "Spotify did not do what it was asked");
        let (kind, retry_at) = match error {
            SpotifyError::NoDevice => (StatusKind::NoDevice, None),
            SpotifyError::PremiumRequired => (StatusKind::PremiumRequired, None),
            SpotifyError::NotRegistered => (StatusKind::NotRegistered, None),
            SpotifyError::RateLimited { retry_after_ms } => {
                let at = now + retry_after_ms.unwrap_or(RATE_WINDOW_MS);
                self.next_look = at;
                (StatusKind::RateLimited, Some(at))
            }
            SpotifyError::Unauthorized
            | SpotifyError::InvalidGrant
            | SpotifyError::Restricted
            | SpotifyError::Failed(_)
            | SpotifyError::NoAnswer(_) => (StatusKind::Unreachable, Some(self.next_look)),
        };
        self.known.trouble = Some(Trouble { kind, retry_at });
    }

    async fn read_and_publish(&mut self) {
        self.unread = false;
        let waiting = std::mem::take(&mut self.waiting);
        self.read().await;
        self.publish();
        for done in waiting {
            let _ = done.send(());
        }
    }

    async fn read(&mut self) {
        match self.known.reread(&self.tools.database).await {
            Ok(other_sign_in) => {
                if other_sign_in {
                    (self.failures, self.next_look) = (0, self.tools.clock.now());
                    self.token_refused = false;
                }
                self.open_tokens().await;
            }
            Err(error) => tracing::error!(error = format!("{error:#}"), "A room could not be read"),
        }
    }

    /// Opens the room's tokens. Those that another key sealed are dropped: the host has to sign in
    /// again.
    async fn open_tokens(&mut self) {
        self.tokens = None;
        let Some(connection) = &mut self.known.connection else { return };
        if connection.tokens.is_none() {
            return;
        }
        self.tokens = tokens::open(&self.tools.sealer, connection);
        if self.tokens.is_none() {
            tracing::error!("The secret key cannot open stored tokens: the host has to reconnect");
            if let Err(error) = tokens::drop_all(&self.tools.database, connection).await {
                tracing::error!(error = %error, "Tokens could not be dropped");
            }
            connection.tokens = None;
        }
    }

    fn publish(&mut self) {
        let now = self.tools.clock.now();
        let next = self.live.state.borrow().next(&self.known, now);
        if let Some(next) = next {
            self.live.state.send_replace(Arc::new(next));
            self.published_at = Instant::now();
        }
    }
}

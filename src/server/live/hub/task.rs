//! One room's task: asks Spotify, carries orders out, publishes.

mod settle;
mod work;

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures::future::{BoxFuture, OptionFuture};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use super::{
    Hub, Live, Message, Tools, WATCHED_MS,
    knowledge::{Knowledge, PENDING_MS},
    orders::Order,
    pace,
};
use crate::{
    model::{Player, SpotifyError},
    server::{
        accounts::tokens::{self, Opened},
        rooms::skip::Step,
    },
};

/// States follow each other at least this far apart, so that many votes at once make few events.
const GAP: Duration = Duration::from_millis(20);
/// The same, for each who follows: telling a crowd leaves time for what the crowd wants.
const GAP_EACH: Duration = Duration::from_micros(200);
/// Nobody waits longer than this for the news, however many follow.
const LONGEST_GAP: Duration = Duration::from_millis(250);
/// When a room that could not be read is read again.
const READ_AGAIN: Duration = Duration::from_secs(1);
/// Without `Retry-After`: Spotify counts calls over this window. Twice as long each time, up to an
/// hour: a used-up quota lasts longer.
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
    /// Set while the token that replaced a refused one has not been accepted yet.
    refreshed_in_vain: bool,
    /// Set when another sign-in, or none, drives the room.
    signed_in_anew: bool,
    /// Who waits for the database's news to be published.
    waiting: Vec<oneshot::Sender<()>>,
    unread: bool,
    /// When it is read at the earliest.
    next_read: Instant,
    /// What the clock showed last.
    last_seen: u64,
}

/// What the task did with Spotify; one thing at a time.
enum Finished {
    Refreshed(Result<(), SpotifyError>),
    Looked(Result<Option<Player>, SpotifyError>),
    Sent(Order, Result<(), SpotifyError>),
}

/// What is under way with Spotify.
struct UnderWay {
    outcome: BoxFuture<'static, Finished>,
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
            refreshed_in_vain: false,
            signed_in_anew: false,
            waiting: Vec::new(),
            unread: false,
            next_read: Instant::now(),
            last_seen: next_look,
        }
    }

    /// Runs until nobody watches, the room is closed or the process stops.
    #[tracing::instrument(name = "room", skip_all, fields(room.id = self.room_id))]
    pub(super) async fn run(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        let mut under_way: Option<UnderWay> = None;
        self.open_tokens();
        self.publish();
        loop {
            self.mind_the_clock();
            // A look makes way for a command, unless that waits for it, and counts for nothing
            // after another sign-in.
            let is_in_the_way =
                self.orders.front().is_some_and(|order| !self.waits_for_look(order));
            let is_over = is_in_the_way || std::mem::take(&mut self.signed_in_anew);
            if is_over && under_way.as_ref().is_some_and(|work| work.is_look) {
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
                () = tokio::time::sleep_until(self.next_read), if self.unread => {
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

    /// Nothing waits for a time that a clock that was set back reaches much later.
    fn mind_the_clock(&mut self) {
        let now = self.tools.clock.now();
        if now < self.last_seen {
            (self.next_look, self.quick_until) = (now, now);
            self.known.pending = None;
            self.live.watched_until.fetch_min(now + WATCHED_MS, Ordering::Relaxed);
        }
        self.last_seen = now;
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
            Step::Wait { until } if self.may_ask() => until.max(self.next_attempt()),
            _ => u64::MAX,
        };
        let pending = self.known.pending(now).map_or(u64::MAX, |(_, until)| until);
        retire.min(look).min(skip.max(now)).min(pending)
    }

    fn may_ask(&self) -> bool {
        self.tokens.is_some() && !self.known.is_closed()
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
        let Tools { database, spotify, .. } = &self.tools;
        let read = self.known.reread(database, spotify.client_id()).await;
        self.live.is_current.store(read.is_ok(), Ordering::Release);
        match read {
            Ok(other_sign_in) => {
                if other_sign_in {
                    (self.failures, self.next_look) = (0, self.tools.clock.now());
                    self.token_refused = false;
                    self.signed_in_anew = true;
                }
                self.open_tokens();
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "A room could not be read");
                self.unread = true;
                self.next_read = Instant::now() + READ_AGAIN;
            }
        }
    }

    /// Opens the room's tokens. Those that another key sealed count as none, and stay stored: that
    /// key may come back.
    fn open_tokens(&mut self) {
        self.tokens = None;
        let Some(connection) = &mut self.known.connection else { return };
        if connection.tokens.is_none() {
            return;
        }
        self.tokens = tokens::open(&self.tools.sealer, connection);
        if self.tokens.is_none() {
            tracing::error!("The secret key cannot open stored tokens: the host has to reconnect");
            connection.tokens = None;
        }
    }

    fn publish(&mut self) {
        let now = self.tools.clock.now();
        let next = self.live.state.borrow().next(&self.known, now);
        if let Some(next) = next {
            self.live.state.send_replace(Arc::new(next));
            let followers = u32::try_from(self.live.state.receiver_count()).unwrap_or(u32::MAX);
            let gap = GAP_EACH.saturating_mul(followers).clamp(GAP, LONGEST_GAP);
            self.next_read = self.next_read.max(Instant::now() + gap);
        }
    }
}

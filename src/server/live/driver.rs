//! One room's task: carries out what the room's rules want, and tells them what came of it.
//!
//! The rules decide (`room`); here is everything that takes time: requests to Spotify, one at a
//! time; statements to the store, one after the other; the clock; and the bus.

mod facts;
mod fallback;
mod lost;
mod queue;
mod requests;
mod statements;

use std::{collections::HashMap, pin::pin, time::Duration};

use futures::future::OptionFuture;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use self::{
    facts::Read,
    requests::{Access, Request},
    statements::Statements,
};
use super::{
    bus::{Bus, Owner},
    message::Message,
    published::Published,
    room::{CommandId, Effect, Event, Room, View},
};
use crate::{
    error::AppError,
    model::{Millis, Outcome, RoomId},
    server::{
        accounts::{limiter::Limiter, seal::Sealer, tokens::Refresher},
        clock::Clock,
        metrics::Metrics,
        spotify::{Service, Spotify},
        store::database::Database,
    },
};

/// What a room's task works with. Cheap to clone.
#[derive(Clone)]
pub struct Dependencies {
    /// Where everything is kept.
    pub database: Database,
    /// The Spotify client.
    pub spotify: Spotify,
    /// Opens tokens.
    pub sealer: Sealer,
    /// Renews tokens.
    pub refresher: Refresher,
    /// Keeps the application within its budget, and from asking while Spotify wants it to wait.
    pub limiter: Limiter,
    /// The time.
    pub clock: Clock,
    /// What is measured.
    pub metrics: Metrics,
    /// How soon after a state the room is read again, by how many watch, in milliseconds.
    pub fan_out_ms: fn(usize) -> u64,
    /// Ends every task, when what must not be lost is done.
    pub shutdown: CancellationToken,
    /// Ends every task at once.
    pub cut_off: CancellationToken,
}

/// Telling a crowd leaves time for what the crowd wants: 0.1 ms for each who watches, and 20 ms at
/// least. Nobody waits longer than 250 ms for news, nor, in a room that is full, a page for 50 ms.
pub fn fan_out_ms(watchers: usize) -> u64 {
    u64::try_from(watchers / 10).unwrap_or(u64::MAX).clamp(20, 250)
}

/// One room's task.
pub(super) struct Driver {
    dependencies: Dependencies,
    bus: Bus,
    room_id: RoomId,
    owner: Owner,
    code: String,
    room: Room,
    access: Access,
    /// What is asked of Spotify: one thing at a time.
    request: Option<Request>,
    statements: Statements,
    /// Who waits for what becomes of a command.
    callers: HashMap<CommandId, oneshot::Sender<Result<Outcome, AppError>>>,
    last_command: u64,
    is_over: bool,
}

/// What woke the task up.
enum Woken {
    Heard(Option<Message>),
    Answered(Event),
    Stored(Option<Event>),
    Timer,
    ShutDown,
}

impl Driver {
    /// Reads the room. Nothing if that fails: whoever waits is told by the channel's end.
    pub(super) async fn start(
        dependencies: Dependencies,
        bus: Bus,
        room_id: RoomId,
        owner: Owner,
    ) -> Option<Self> {
        let read = match facts::read(&dependencies, room_id).await {
            Ok(read) => read,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "A room could not be read");
                return None;
            }
        };
        let mut access = Access::default();
        let Read { mut facts, token, device } = read;
        let now = dependencies.clock.now();
        facts.mark_here(|| owner.here(now));
        access.keep(token);
        access.device = device;
        let code = facts.code.clone();
        let rate_limited_until = dependencies.limiter.rate_limit.until(Service::WebApi);
        let room = Room::new(facts, rate_limited_until, now);
        Some(Self {
            dependencies,
            bus,
            room_id,
            owner,
            code,
            room,
            access,
            request: None,
            statements: Statements::default(),
            callers: HashMap::new(),
            last_command: 0,
            is_over: false,
        })
    }

    /// The room's code.
    pub(super) fn code(&self) -> &str {
        &self.code
    }

    /// Runs until nobody watches and nothing is left to see to, the room is closed or the process
    /// stops.
    #[tracing::instrument(name = "room", skip_all, fields(room.id = self.room_id.0))]
    pub(super) async fn run(mut self) {
        let shutdown = self.dependencies.shutdown.clone();
        let mut is_shutting_down = false;
        loop {
            self.carry_out_all();
            // A poll may be cut off. What was begun besides is finished: a refreshed token or what
            // became of a skip would be lost.
            let may_end = self.room.may_be_interrupted() && self.statements.are_done();
            if may_end && (self.is_over || is_shutting_down) {
                break;
            }
            let woken = self.wait(&shutdown, is_shutting_down).await;
            self.owner.unpark();
            match woken {
                Woken::Heard(Some(message)) => self.hear(message),
                Woken::Heard(None) => break,
                Woken::Answered(event) | Woken::Stored(Some(event)) => self.handle(event),
                Woken::Stored(None) => {}
                Woken::Timer => self.handle(Event::Timer),
                Woken::ShutDown => is_shutting_down = true,
            }
        }
    }

    async fn wait(&mut self, shutdown: &CancellationToken, is_shutting_down: bool) -> Woken {
        let clock = self.dependencies.clock.clone();
        self.statements.begin(&self.dependencies, self.room_id, self.now());
        let timeout = self.room.next_timeout().unwrap_or(Millis::MAX);
        let wake_at = self.statements.next_at().map_or(timeout, |at| at.min(timeout));
        let wait_ms = wake_at.since(self.now());
        if !self.statements.are_in_flight() {
            let wakes_ms = clock.elapsed_ms().saturating_add(wait_ms);
            self.owner.park(wakes_ms, usize::from(self.request.is_some()));
        }
        let mut wake = pin!(clock.sleep(Duration::from_millis(wait_ms)));
        let answer = OptionFuture::from(self.request.as_mut().map(|request| &mut request.answer));
        tokio::select! {
            () = shutdown.cancelled(), if !is_shutting_down => Woken::ShutDown,
            stored = self.statements.answer() => {
                let event = stored.event(&mut self.access);
                Woken::Stored(event.map(|event| self.with_attendance(event)))
            }
            Some(answer) = answer => {
                self.request = None;
                if answer.is_of_spotify() {
                    self.owner.answered(clock.now());
                }
                Woken::Answered(answer.event(&mut self.access))
            }
            message = self.owner.hear(), if !self.is_over => Woken::Heard(message),
            () = &mut wake => Woken::Timer,
        }
    }

    /// What the store says of a room, with who is here.
    fn with_attendance(&self, mut event: Event) -> Event {
        if let Event::Reloaded(Ok(facts)) = &mut event {
            facts.mark_here(|| self.owner.here(self.now()));
        }
        event
    }

    fn now(&self) -> Millis {
        self.dependencies.clock.now()
    }

    fn handle(&mut self, event: Event) {
        let now = self.now();
        self.room.handle(event, now);
    }

    /// Takes in a message, and those that have come meanwhile.
    fn hear(&mut self, message: Message) {
        let mut next = Some(message);
        while let Some(message) = next {
            let event = match message {
                Message::Changed => Event::Changed,
                Message::Touched => Event::Touched,
                Message::SomebodyCame if self.room.counts_people() => Event::Changed,
                Message::SomebodyCame => {
                    next = self.owner.hear_now();
                    continue;
                }
                Message::Watchers => Event::Watchers(self.owner.watchers()),
                Message::SpeakerChosen => Event::SpeakerChosen,
                Message::RateLimited(until) => Event::RateLimited(until),
                Message::Command(role, command, play, caller) => {
                    self.last_command += 1;
                    let id = CommandId(self.last_command);
                    self.callers.insert(id, caller);
                    Event::Command(id, role, command, play)
                }
            };
            self.handle(event);
            self.carry_out_all();
            next = self.owner.hear_now();
        }
    }

    /// Does, or begins to do, all that the rules want.
    fn carry_out_all(&mut self) {
        while let Some(effect) = self.room.poll_effect() {
            match effect {
                Effect::Poll(..)
                | Effect::Refresh(..)
                | Effect::Send(..)
                | Effect::HandOver { .. }
                | Effect::Look(..) => {
                    self.request = requests::begin(&self.dependencies, &self.access, effect);
                }
                Effect::Cancel(job) => drop(self.request.take_if(|request| request.job == job)),
                Effect::Reload
                | Effect::Claim { .. }
                | Effect::Decide(..)
                | Effect::RecordSend { .. }
                | Effect::Release(..)
                | Effect::RecordHandover { .. }
                | Effect::ReleaseHandover(_)
                | Effect::EndEntry(..)
                | Effect::Refill(..)
                | Effect::SavePlay { .. } => self.statements.push(effect),
                Effect::RateLimited(until) => self.rate_limited(until),
                Effect::Publish(view) => self.publish(*view),
                Effect::Reply(id, outcome) => {
                    if let Some(caller) = self.callers.remove(&id) {
                        // Who went away meanwhile needs no answer.
                        let _ = caller.send(outcome);
                    }
                }
                Effect::Stop => self.is_over |= self.owner.retire(self.room.is_closed()),
            }
        }
    }

    /// Remembers how long Spotify asked to wait, and tells all rooms: it counts the calls of the
    /// whole application.
    fn rate_limited(&self, until: Millis) {
        if self.dependencies.limiter.rate_limit.extend(Service::WebApi, until) {
            self.bus.broadcast_rate_limit(until);
        }
    }

    fn publish(&mut self, view: View) {
        let before = self.owner.published();
        self.owner.publish(Published::new(view, before.as_deref()));
        let gap_ms = (self.dependencies.fan_out_ms)(self.owner.watchers());
        self.statements.delay_reading(self.now() + gap_ms);
    }
}

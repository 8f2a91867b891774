//! A room's rules as a pure state machine: events in, effects out, time as an argument.
//!
//! Nothing here waits, reads a clock or knows how Spotify and the store are reached. The driver
//! carries effects out and brings their results back as events; the simulation does the same with
//! a made-up world, and checks after every event what must always hold.

mod commands;
mod event;
mod facts;
mod health;
mod link;
mod pace;
mod play;
mod polling;
mod skip;
mod skipping;
mod view;

use std::collections::VecDeque;

use self::{
    commands::{Origin, QueuedCommand},
    health::Health,
    link::Link,
    skip::Step,
};
pub use self::{
    event::{Command, CommandId, Effect, Event, JobId, PlayChange, StoreFailed},
    facts::{Connection, Facts, Presence, SignIn},
    link::Token,
    play::{CurrentPlay, DecidedSkip, EndedBy, Observation},
    view::View,
};
use crate::{
    error::AppError,
    model::{Millis, Outcome, Pending, Player, SpotifyError, StatusKind},
};

/// A member's page or command keeps a room watched this long.
pub const WATCHED_MS: u64 = 30_000;
/// Spotify may take this long to show what it received.
const PENDING_MS: u64 = 8_000;
/// When a store that failed is tried again.
const STORE_RETRY_MS: u64 = 1_000;
/// A room that waits for something wakes up this often at least.
const HEARTBEAT_MS: u64 = 30_000;
/// A room that nobody watches sees to a decided skip this long; later whoever comes back does.
const PURSUIT_MS: u64 = 10 * 60_000;

/// One room.
#[derive(Debug)]
pub struct Room {
    facts: Facts,
    link: Link,
    health: Health,
    observed: Observed,
    job: Job,
    last_job: JobId,
    commands: VecDeque<QueuedCommand>,
    timers: Timers,
    watchers: usize,
    reload: Reload,
    published: Option<View>,
    out: VecDeque<Effect>,
    replies: Vec<Effect>,
}

/// What Spotify said last.
#[derive(Debug, Default)]
struct Observed {
    /// Nothing while no device is active.
    player: Option<Player>,
    /// When it said so; nothing before the first poll of this sign-in.
    polled_at: Option<Millis>,
    /// The URI of the play that ended last, and when.
    ended: Option<(String, Millis)>,
    /// A command that Spotify received, and when.
    pending: Option<(Pending, Millis)>,
}

/// What is in flight, one thing at a time.
#[derive(Debug)]
enum Job {
    Idle,
    Polling(JobId),
    /// What Spotify said, and when, while it is being recorded.
    Saving(JobId, Option<Player>, Millis, PlayChange),
    Refreshing(JobId, SignIn),
    Claiming(JobId, QueuedCommand, CurrentPlay, Millis),
    Recording(JobId, Origin, CurrentPlay, Millis),
    Sending(JobId, Command, Origin, SignIn),
}

#[derive(Debug)]
struct Timers {
    last_event: Millis,
    next_poll: Millis,
    /// Something is expected to change until then.
    quick_until: Millis,
    watched_until: Millis,
    /// Spotify gave an old answer: it is not asked again before then.
    stale_until: Millis,
    /// The store failed: until then nothing is written again.
    store_retry_at: Millis,
}

/// Whether the store has to be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Reload {
    UpToDate,
    InFlight { again: bool },
    FailedUntil(Millis),
}

impl Room {
    /// A room as it was read from the store, watched for a while.
    pub fn new(facts: Facts, rate_limited_until: Millis, now: Millis) -> Self {
        let mut room = Self {
            link: Link::new(facts.connection),
            facts,
            health: Health::Ok,
            observed: Observed::default(),
            job: Job::Idle,
            last_job: JobId(0),
            commands: VecDeque::new(),
            timers: Timers {
                last_event: now,
                next_poll: now,
                quick_until: Millis(0),
                watched_until: now + WATCHED_MS,
                stale_until: Millis(0),
                store_retry_at: Millis(0),
            },
            watchers: 0,
            reload: Reload::UpToDate,
            published: None,
            out: VecDeque::new(),
            replies: Vec::new(),
        };
        room.apply_rate_limit(rate_limited_until, now);
        room.proceed(now);
        room
    }

    /// Takes an event in.
    pub fn handle(&mut self, event: Event, now: Millis) {
        self.reset_deadlines_after_clock_rollback(now);
        match event {
            Event::Timer => {}
            Event::Watchers(watchers) => {
                if self.watchers > watchers {
                    // A page that was just closed may be coming back.
                    self.touch(now);
                }
                self.watchers = watchers;
            }
            Event::Touched => self.touch(now),
            Event::Changed => self.changed(),
            Event::Reloaded(Ok(facts)) => self.reloaded(*facts, now),
            Event::Reloaded(Err(StoreFailed)) => self.reload_failed(now),
            Event::Command(id, command) => self.enqueue(id, command, now),
            Event::RateLimited(until) => self.apply_rate_limit(until, now),
            Event::Polled(job, result) => self.polled(job, result, now),
            Event::Refreshed(job, result) => self.refreshed(job, result, now),
            Event::Claimed(job, result) => self.claimed(job, result, now),
            Event::Recorded(job, result) => self.recorded(job, result, now),
            Event::Saved(job, result) => self.saved(job, result, now),
            Event::Sent(job, result) => self.sent(job, result, now),
        }
        self.proceed(now);
    }

    /// The next thing to do, in order; nothing when all is said.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.out.pop_front()
    }

    /// When `Timer` is due, unless something else happens first.
    pub fn next_timeout(&self) -> Option<Millis> {
        let now = self.timers.last_event;
        let mut next = self.observed.pending.map(|(_, since)| since + PENDING_MS);
        let mut consider = |at: Millis| next = Some(next.map_or(at, |next| next.min(at)));
        if self.watchers == 0 && self.timers.watched_until > now {
            consider(self.timers.watched_until);
        }
        if let Reload::FailedUntil(at) = self.reload {
            consider(at);
        }
        if let Some(at) = self.next_job_at(now).filter(|at| *at > now) {
            consider(at);
        }
        // A clock that was set back is noticed when the room wakes: that must not take long.
        next.map(|at| at.min(now + HEARTBEAT_MS))
    }

    /// Whether somebody watches, or did until a moment ago.
    fn is_watched(&self, now: Millis) -> bool {
        self.watchers > 0 || now < self.timers.watched_until
    }

    /// Whether Spotify is polled at all.
    fn is_polled(&self, now: Millis) -> bool {
        let pursues = |skip: DecidedSkip| {
            self.link.token().is_some() && now.since(skip.claimed_at) < PURSUIT_MS
        };
        self.is_watched(now) || self.decided_skip().is_some_and(pursues)
    }

    fn decided_skip(&self) -> Option<DecidedSkip> {
        self.facts.play.as_ref()?.skip
    }

    fn touch(&mut self, now: Millis) {
        self.timers.watched_until = self.timers.watched_until.max(now + WATCHED_MS);
    }

    /// Nothing waits for a time that a clock that was set back reaches much later.
    fn reset_deadlines_after_clock_rollback(&mut self, now: Millis) {
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

    /// Starts what is to be done next, and says what has changed.
    fn proceed(&mut self, now: Millis) {
        if let Reload::FailedUntil(at) = self.reload
            && now >= at
        {
            self.changed();
        }
        self.observed.pending =
            self.observed.pending.filter(|(_, since)| now.since(*since) < PENDING_MS);
        if self.facts.closed {
            self.refuse_all(AppError::RoomClosed);
        } else {
            self.reject_undeliverable(now);
            self.preempt_poll(now);
            if matches!(self.job, Job::Idle) {
                self.job = self.next_job(now);
            }
        }
        self.publish(now);
        self.out.extend(self.replies.drain(..));
        let is_idle = matches!(self.job, Job::Idle) && self.commands.is_empty();
        let is_over = self.reload == Reload::UpToDate && !self.is_polled(now);
        if is_idle && (self.facts.closed || is_over) {
            self.out.push_back(Effect::Stop);
        }
    }

    /// Decides what to do next: commands go before skips by votes, those before polls.
    fn next_job(&mut self, now: Millis) -> Job {
        let Some((sign_in, token)) = self.link.token() else { return Job::Idle };
        if self.health.rate_limited_until(now).is_some() {
            return Job::Idle;
        }
        let step = self.skip_step(now);
        let is_due = |at: Option<Millis>| at.is_some_and(|at| now >= at);
        let may_write = now >= self.timers.store_retry_at;
        let polls = is_due(self.next_poll_at(now));
        let sends = step == Step::Send && may_write;
        if !self.commands.is_empty() || sends || polls {
            if self.link.needs_refresh(now) {
                if self.commands.is_empty() && now < self.health.next_attempt() {
                    return Job::Idle;
                }
                let job = self.new_job();
                self.out.push_back(Effect::Refresh(job, token));
                return Job::Refreshing(job, sign_in);
            }
            if self.commands.front().is_some_and(|command| self.waits_for_poll(command)) {
                return self.poll(token);
            }
        }
        if let Some(job) = self.next_command_job(now) {
            return job;
        }
        match (step, self.facts.play.clone()) {
            (Step::Send, Some(play)) if sends => return self.record(Origin::Votes, play, now),
            (Step::GiveUp, Some(_)) => {
                self.release_skip();
                self.set_health(Health::Hindered(StatusKind::SkipRefused), now);
            }
            _ => {}
        }
        if polls { self.poll(token) } else { Job::Idle }
    }

    /// When `next_job` has something to do, while nothing is in flight.
    fn next_job_at(&self, now: Millis) -> Option<Millis> {
        if !matches!(self.job, Job::Idle) || self.facts.closed {
            return None;
        }
        self.link.token()?;
        let polls_at = self.next_poll_at(now);
        let sends_at = (self.skip_step(now) == Step::Send).then_some(self.timers.store_retry_at);
        let at = polls_at.into_iter().chain(sends_at).min()?;
        let refreshes_at =
            if self.link.needs_refresh(at) { self.health.next_attempt() } else { Millis(0) };
        Some(at.max(refreshes_at).max(self.health.rate_limited_until(now).unwrap_or_default()))
    }

    fn poll(&mut self, token: Token) -> Job {
        let job = self.new_job();
        self.out.push_back(Effect::Poll(job, token));
        Job::Polling(job)
    }

    fn new_job(&mut self) -> JobId {
        self.last_job.0 += 1;
        self.last_job
    }

    /// Takes the job that is in flight, if it is this one: an answer to another counts for nothing.
    fn take_job(&mut self, id: JobId) -> Option<Job> {
        let in_flight = match &self.job {
            Job::Idle => None,
            Job::Polling(id)
            | Job::Saving(id, ..)
            | Job::Refreshing(id, _)
            | Job::Claiming(id, ..)
            | Job::Recording(id, ..)
            | Job::Sending(id, ..) => Some(*id),
        };
        (in_flight == Some(id)).then(|| std::mem::replace(&mut self.job, Job::Idle))
    }

    fn changed(&mut self) {
        match &mut self.reload {
            Reload::InFlight { again } => *again = true,
            Reload::UpToDate | Reload::FailedUntil(_) => {
                self.reload = Reload::InFlight { again: false };
                self.out.push_back(Effect::Reload);
            }
        }
    }

    fn reloaded(&mut self, facts: Facts, now: Millis) {
        let again = self.reload == Reload::InFlight { again: true };
        self.reload = Reload::UpToDate;
        if facts.connection.is_same(&self.facts.connection) {
            self.link = self.link.reloaded(facts.connection);
        } else {
            self.replace_sign_in(facts.connection, now);
        }
        let votes = |facts: &Facts| (facts.play.as_ref().map(|play| play.id), facts.votes());
        if votes(&facts) != votes(&self.facts) {
            self.health = self.health.without_refused_skip();
        }
        self.facts = facts;
        self.commands.iter_mut().for_each(QueuedCommand::reloaded);
        if again {
            self.changed();
        }
    }

    fn reload_failed(&mut self, now: Millis) {
        self.reload = Reload::FailedUntil(now + STORE_RETRY_MS);
        let (failed, rest) = std::mem::take(&mut self.commands)
            .into_iter()
            .partition::<VecDeque<_>, _>(QueuedCommand::waits_for_reload);
        self.commands = rest;
        for command in failed {
            self.reply(command.id, Err(AppError::Internal));
        }
    }

    /// Another sign-in, or none, drives the room: what the one before said is over.
    fn replace_sign_in(&mut self, connection: Connection, now: Millis) {
        self.link = Link::new(connection);
        self.observed = Observed::default();
        self.timers.next_poll = now;
        self.set_health(Health::Ok, now);
        match self.job {
            Job::Polling(id) => {
                self.out.push_back(Effect::Cancel(id));
                self.job = Job::Idle;
            }
            Job::Saving(..) => self.job = Job::Idle,
            _ => {}
        }
    }

    /// Waits as long as Spotify asked any room to, now or while nobody watched this one.
    fn apply_rate_limit(&mut self, until: Millis, now: Millis) {
        if now < until {
            let attempts = self.health.attempts();
            self.set_health(Health::RateLimited { attempts, until }, now);
        }
    }

    fn set_health(&mut self, health: Health, now: Millis) {
        self.health = self.health.then(health, now);
    }

    fn refreshed(&mut self, job: JobId, result: Result<Token, SpotifyError>, now: Millis) {
        let Some(Job::Refreshing(_, sign_in)) = self.take_job(job) else { return };
        if self.link.sign_in() != Some(sign_in) {
            return;
        }
        match result {
            Ok(token) => self.link.refreshed(token),
            Err(error) => {
                self.request_failed(&error, now);
                if error == SpotifyError::InvalidGrant {
                    self.facts.connection = Connection::Unusable(sign_in);
                    self.replace_sign_in(self.facts.connection, now);
                    self.changed();
                }
                // Who waits hears it; the next poll tries again.
                self.refuse_all(error.of_command());
            }
        }
    }

    fn reply(&mut self, id: CommandId, outcome: Result<Outcome, AppError>) {
        self.replies.push(Effect::Reply(id, outcome));
    }

    fn publish(&mut self, now: Millis) {
        if let Some(view) = self.next_view(now) {
            self.published = Some(view.clone());
            self.out.push_back(Effect::Publish(Box::new(view)));
        }
    }
}

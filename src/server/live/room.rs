//! A room's rules as a pure state machine: events in, effects out, time as an argument.
//!
//! Nothing here waits, reads a clock or knows how Spotify and the store are reached. The driver
//! carries effects out and brings their results back as events; the simulation does the same with
//! a made-up world, and checks after every event what must always hold.

mod commands;
mod connection;
mod event;
mod facts;
mod failures;
mod feeding;
mod health;
mod job;
mod link;
mod pace;
mod play;
mod polling;
#[cfg(test)]
mod properties;
pub mod queue;
mod reload;
#[cfg(test)]
mod samples;
mod sending;
mod share;
mod skip;
mod skipping;
mod timers;
mod view;

use std::{collections::VecDeque, sync::Arc};

use self::{
    commands::QueuedCommand, feeding::Feeding, health::Health, job::Job, link::Link,
    play::EndedPlay, reload::Reload, share::Share, timers::Timers,
};
pub use self::{
    connection::{Connection, SignIn, Token},
    event::{Command, CommandId, Effect, Event, JobId, PlayChange, StoreFailed},
    facts::{Facts, Fallback, Presence},
    feeding::GIVE_UP_MS,
    play::{CurrentPlay, DecidedSkip, EndedBy, Observation},
    skip::EVIDENCE_MS,
    view::View,
};
use crate::{
    error::AppError,
    model::{Item, Millis, Outcome, Pending, PlayId, Player, QueueEntry},
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

/// What the store did not take of what Spotify said last.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Unsaved {
    #[default]
    Nothing,
    /// The same play goes on, but not as it was expected to.
    Observation,
    /// Another play began: until that is saved nothing can be skipped.
    Play,
}

/// One room.
#[derive(Debug)]
pub struct Room {
    facts: Facts,
    link: Link,
    health: Health,
    observed: Observed,
    /// A sending that was recorded, and did not happen or was not carried out.
    unsent: Option<(PlayId, Millis)>,
    job: Job,
    last_job: JobId,
    commands: VecDeque<QueuedCommand>,
    timers: Timers,
    watchers: usize,
    reload: Reload,
    feeding: Feeding,
    share: Share,
    /// The queue as everybody sees it, made once for each change.
    shown_queue: Arc<[QueueEntry]>,
    published: Option<View>,
    out: VecDeque<Effect>,
    replies: Vec<Effect>,
}

/// What Spotify said last.
#[derive(Debug, Default)]
struct Observed {
    /// Nothing while no device is active.
    player: Option<Player>,
    unsaved: Unsaved,
    /// What it named last, and when: it leaves that out for a moment now and then.
    item: Option<(Item, Millis)>,
    /// When it said so; nothing before the first poll of this sign-in.
    polled_at: Option<Millis>,
    /// Whether it refused a command as if something else were so: the next poll tells.
    is_doubtful: bool,
    /// Until when that proves that the play goes on, unless its end is nearer.
    proves_until: Millis,
    /// Since when it has said so near the play's end, where a skip would come too late.
    near_end_since: Option<Millis>,
    /// The plays that ended a moment ago.
    ended: Vec<EndedPlay>,
    /// A command that Spotify received, and when.
    pending: Option<(Pending, Millis)>,
}

impl Observed {
    /// When what plays is over if it just plays on, if its length is known.
    fn ends_at(&self) -> Option<Millis> {
        let player = self.player.as_ref().filter(|player| player.is_playing)?;
        let length_ms = player.item.as_ref()?.track.duration_ms;
        let left_ms = length_ms.saturating_sub(player.progress_ms);
        self.polled_at.filter(|_| length_ms > 0).map(|polled_at| polled_at + left_ms)
    }
}

impl Room {
    /// A room as it was read from the store, watched for a while.
    pub fn new(facts: Facts, rate_limited_until: Millis, now: Millis) -> Self {
        let mut room = Self {
            link: Link::new(facts.connection),
            shown_queue: facts.queue.shown(facts.settings.songs.order),
            facts,
            health: Health::Ok,
            observed: Observed::default(),
            unsent: None,
            job: Job::Idle,
            last_job: JobId(0),
            commands: VecDeque::new(),
            timers: Timers::new(now),
            watchers: 0,
            reload: Reload::UpToDate,
            feeding: Feeding::default(),
            share: Share::default(),
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
            Event::Command(id, role, command, play) => self.enqueue(id, role, command, play, now),
            Event::SpeakerChosen => self.speaker_chosen(now),
            Event::RateLimited(until) => self.apply_rate_limit(until, now),
            Event::Polled(job, result) => self.polled(job, result, now),
            Event::Refreshed(job, result) => self.refreshed(job, result, now),
            Event::Claimed(job, result) => self.claimed(job, result, now),
            Event::Recorded(job, result) => self.recorded(job, result, now),
            Event::Saved(job, result) => self.saved(job, result, now),
            Event::Sent(job, result) => self.sent(job, result, now),
            Event::HandoverRecorded(job, result) => self.handover_recorded(job, result, now),
            Event::HandedOver(job, result) => self.handed_over(job, result, now),
            Event::Looked(job, result) => self.looked(job, result, now),
            Event::Refilled(job, result) => self.refilled(job, result, now),
        }
        self.proceed(now);
    }

    /// The next thing to do, in order; nothing when all is said.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.out.pop_front()
    }

    /// Whether what is in flight may be dropped without a loss.
    pub fn may_be_interrupted(&self) -> bool {
        matches!(self.job, Job::Idle | Job::Polling(_) | Job::Looking(..))
    }

    /// Whether it matters who is here.
    pub fn counts_people(&self) -> bool {
        self.facts.settings.skip_share.is_some()
    }

    /// Whether the room is closed.
    pub fn is_closed(&self) -> bool {
        self.facts.closed
    }

    /// When `Timer` is due, unless something else happens first.
    pub fn next_timeout(&self) -> Option<Millis> {
        let now = self.timers.last_event;
        let mut next = self.observed.pending.map(|(_, since)| since + PENDING_MS);
        let mut consider = |at: Millis| next = Some(next.map_or(at, |next| next.min(at)));
        if self.watchers == 0 && self.timers.watched_until > now {
            consider(self.timers.watched_until);
        }
        let guests_commands_until = self.timers.guests_commands.count_until();
        if self.watchers == 0 && guests_commands_until > now {
            consider(guests_commands_until);
        }
        if let Reload::FailedUntil(at) = self.reload {
            consider(at);
        }
        if let Some(at) = self.commands.iter().map(|command| command.expires_at).min() {
            consider(at);
        }
        if let Some(at) = self.next_job_at(now).filter(|at| *at > now) {
            consider(at);
        }
        if let Some(at) = self.share_is_due_at().filter(|at| *at > now) {
            consider(at);
        }
        // Without an account nothing else is due, and the wait is told all the same.
        if let Some(until) = self.health.rate_limited_until(now) {
            consider(until);
        }
        // A clock that was set back is noticed when the room wakes: that must not take long.
        next.map(|at| at.min(now + HEARTBEAT_MS))
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
            self.give_up_commands(now);
            self.decide_by_share(now);
            self.preempt_poll(now);
            if matches!(self.job, Job::Idle) {
                self.job = self.next_job(now);
            }
        }
        self.publish(now);
        self.out.extend(self.replies.drain(..));
        let is_idle = matches!(self.job, Job::Idle) && self.commands.is_empty();
        // What guests pressed counts on: another task would let them press anew.
        let is_over = self.reload == Reload::UpToDate
            && !self.is_polled(now)
            && !self.feeds(now)
            && self.timers.guests_commands.count_until() <= now;
        if is_idle && (self.facts.closed || is_over) {
            self.out.push_back(Effect::Stop);
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

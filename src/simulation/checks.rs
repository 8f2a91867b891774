//! What must always hold, whatever fails: checked after every event.

use std::collections::{HashMap, VecDeque};

use auxroom::{
    error::AppError,
    model::{Millis, Outcome, PlayId, SpotifyError, StatusKind},
    server::live::room::{Command, CommandId, Effect, Event, JobId},
};

use crate::{
    party::{Failure, Party},
    store::Store,
};

/// Whatever fails, the room asks again this soon after it may.
const LONGEST_SILENCE_MS: u64 = 31_000;
/// Mid-track polls in a minute.
const MOST_POLLS: usize = 8;
/// So long after anything happened the pace is steady.
const SETTLED_MS: u64 = 75_000;
/// More events than this at one instant are a loop.
const MOST_AT_ONCE: u32 = 300;

/// What was seen so far.
pub(crate) struct Checks {
    failure: Option<String>,
    asked: HashMap<CommandId, Asked>,
    /// What is being sent: the answer tells whether Spotify received it.
    sending: HashMap<JobId, (Command, Option<PlayId>)>,
    /// Commands that Spotify received, in all, and the play that it skipped last.
    received: HashMap<Command, u64>,
    received_skip_of: Option<PlayId>,
    /// How often each decision was sent, and how many polls had been answered at its first sending.
    sent: HashMap<(PlayId, Millis), (u32, u64)>,
    recorded: Option<PlayId>,
    polls_answered: u64,
    is_refreshing: bool,
    /// Whether the room may know an old state, because the store failed since it was read.
    store_failed: bool,
    /// Whether the last poll named something that can be skipped.
    names_item: bool,
    limited_until: Millis,
    polls: VecDeque<u64>,
    last_asked_at: u64,
    watched_since: Option<u64>,
    watched_until: u64,
    stirred_at: u64,
    /// How much longer it may wait because a clock that was set back is noticed late.
    clock_slack_ms: u64,
    events_at: (u64, u32),
    pub(crate) pending_changes: u32,
}

struct Asked {
    command: Command,
    play: Option<PlayId>,
    at: u64,
    received_before: u64,
}

impl Checks {
    pub(crate) fn new(now: u64) -> Self {
        Self {
            failure: None,
            asked: HashMap::new(),
            sending: HashMap::new(),
            received: HashMap::new(),
            received_skip_of: None,
            sent: HashMap::new(),
            recorded: None,
            polls_answered: 0,
            is_refreshing: false,
            store_failed: false,
            names_item: false,
            limited_until: Millis(0),
            polls: VecDeque::new(),
            last_asked_at: now,
            watched_since: None,
            watched_until: 0,
            stirred_at: now,
            clock_slack_ms: 0,
            events_at: (0, 0),
            pending_changes: 0,
        }
    }

    fn fail(&mut self, why: impl FnOnce() -> String) {
        self.failure.get_or_insert_with(why);
    }

    /// Something happened that makes the room poll more often for a while.
    pub(crate) fn stirs(&mut self, now: u64) {
        self.stirred_at = now;
    }

    pub(crate) fn started(&mut self, now: u64) {
        self.touched(now);
        self.last_asked_at = now;
        self.names_item = false;
        self.recorded = None;
        self.is_refreshing = false;
        self.store_failed = false;
        self.pending_changes = 0;
        self.stirs(now);
    }

    pub(crate) fn touched(&mut self, now: u64) {
        self.watched_until = now;
        self.stirs(now);
    }

    pub(crate) fn watched(&mut self, before: usize, watchers: usize, now: u64) {
        self.stirs(now);
        match (before, watchers) {
            (0, 1..) => self.watched_since = Some(now),
            (_, 0) => self.watched_since = None,
            _ => {}
        }
    }

    pub(crate) fn replaced_sign_in(&mut self, now: u64) {
        self.last_asked_at = now;
    }

    pub(crate) fn store_failed(&mut self, now: u64) {
        self.store_failed = true;
        self.last_asked_at = now;
    }

    pub(crate) fn clock_stepped(&mut self, now: u64) {
        self.stirs(now);
        self.last_asked_at = now;
        self.clock_slack_ms += 30_000;
    }

    /// The room notices that the clock was set back, and waits no longer for that.
    pub(crate) fn clock_rolled_back(&mut self, by_ms: u64) {
        self.limited_until = self.limited_until.before(by_ms);
    }

    pub(crate) fn limited(&mut self, until: Millis) {
        self.limited_until = self.limited_until.max(until);
    }

    pub(crate) fn crashed(&mut self, remembered: Millis, now: u64) {
        self.asked.clear();
        self.sending.clear();
        self.limited_until = remembered;
        self.pending_changes = 0;
        self.stirs(now);
        self.last_asked_at = now;
    }

    pub(crate) fn stopped(&mut self) {
        if !self.asked.is_empty() {
            self.fail(|| "the room stopped without answering a command".to_owned());
        }
    }

    pub(crate) fn asked(
        &mut self,
        id: CommandId,
        command: Command,
        play: Option<PlayId>,
        now: u64,
    ) {
        self.touched(now);
        let received_before = self.received.get(&command).copied().unwrap_or_default();
        self.asked.insert(id, Asked { command, play, at: now, received_before });
    }

    pub(crate) fn replied(&mut self, id: CommandId, outcome: Result<Outcome, AppError>) {
        let Some(asked) = self.asked.remove(&id) else {
            return self.fail(|| format!("{id:?} was answered twice, or never asked: {outcome:?}"));
        };
        let received = self.received.get(&asked.command).copied().unwrap_or_default();
        let is_received = received > asked.received_before
            || (asked.command == Command::Skip
                && asked.play.is_some()
                && self.received_skip_of == asked.play);
        if matches!(outcome, Ok(Outcome::Played | Outcome::Paused | Outcome::Skipped))
            && !is_received
        {
            self.fail(|| format!("a reply says that Spotify received what was not sent: {id:?}"));
        }
    }

    pub(crate) fn hears(&mut self, event: &Event, clock: Millis, now: u64) {
        match event {
            Event::Changed => self.pending_changes = self.pending_changes.saturating_sub(1),
            Event::Polled(_, Ok(player)) => {
                self.polls_answered += 1;
                self.names_item = player.as_ref().is_some_and(|player| player.item.is_some());
            }
            Event::Sent(job, result) => self.sent(*job, result),
            Event::Reloaded(Ok(_)) => self.store_failed = false,
            Event::Refreshed(..) => self.is_refreshing = false,
            _ => {}
        }
        if matches!(event, Event::Polled(..) | Event::Refreshed(..) | Event::Sent(..)) {
            self.last_asked_at = now;
        }
        let (Event::Polled(_, Err(error))
        | Event::Refreshed(_, Err(error))
        | Event::Sent(_, Err(error))) = event
        else {
            return;
        };
        self.stirs(now);
        if let SpotifyError::RateLimited { retry_after_ms: Some(ms) } = error {
            self.limited(clock + *ms);
        }
    }

    fn sent(&mut self, job: JobId, result: &Result<(), SpotifyError>) {
        let Some((command, play)) = self.sending.remove(&job) else { return };
        if result.is_ok() {
            *self.received.entry(command).or_default() += 1;
            if command == Command::Skip {
                self.received_skip_of = play;
            }
        }
    }

    /// What the room wants done, before it is.
    pub(crate) fn wants(&mut self, effect: &Effect, store: &Store, clock: Millis, now: u64) {
        match effect {
            Effect::Poll(..) => {
                self.asks(clock, now);
                self.polls.push_back(now);
                while self.polls.front().is_some_and(|at| now - at >= 60_000) {
                    self.polls.pop_front();
                }
                if self.polls.len() > MOST_POLLS && now - self.stirred_at > SETTLED_MS {
                    let polls = self.polls.len();
                    self.fail(|| format!("{polls} polls in a steady minute"));
                }
            }
            Effect::Refresh(..) => {
                self.is_refreshing = true;
                self.asks(clock, now);
            }
            Effect::Send(job, _, command) => {
                self.asks(clock, now);
                self.stirs(now);
                let skips = *command == Command::Skip;
                let play = if skips { self.recorded } else { None };
                self.sending.insert(*job, (*command, play));
                if skips {
                    self.sends_skip(store);
                }
            }
            Effect::RecordSend { play, .. } => self.recorded = Some(*play),
            Effect::Claim { .. }
                if !self.asked.values().any(|asked| asked.command == Command::Skip) =>
            {
                self.fail(|| "a skip was decided that nobody asked for".to_owned());
            }
            _ => {}
        }
    }

    fn asks(&mut self, clock: Millis, now: u64) {
        self.last_asked_at = now;
        if clock < self.limited_until {
            let early = self.limited_until.since(clock);
            self.fail(|| format!("Spotify was asked {early} ms before it may be"));
        }
    }

    fn sends_skip(&mut self, store: &Store) {
        if !self.names_item {
            return self.fail(|| {
                "a skip was sent while Spotify named nothing: it hits what comes after".to_owned()
            });
        }
        let Some(play) = self.recorded else {
            return self.fail(|| "a skip was sent that was not recorded before".to_owned());
        };
        let Some(row) = store.plays.iter().find(|row| row.current.id == play) else {
            return; // ended, or gone with its account, a moment ago
        };
        let Some(skip) = row.current.skip else {
            return self.fail(|| format!("a skip of play {play} was sent that nobody decided"));
        };
        let polls = self.polls_answered;
        let (sent, first) = self.sent.entry((play, skip.claimed_at)).or_insert((0, polls));
        *sent += 1;
        let (sent, first) = (*sent, *first);
        if sent > 3 {
            self.fail(|| format!("the skip of play {play} was sent {sent} times"));
        }
        if sent > 1 && polls == first && !self.was_refused(play) {
            self.fail(|| format!("the skip of play {play} was sent again without a poll"));
        }
    }

    /// Whether the sending before this one is known not to have been carried out: its token was old.
    fn was_refused(&self, play: PlayId) -> bool {
        self.received_skip_of != Some(play)
    }
}

impl Party {
    pub(crate) fn check_after_event(&mut self) -> Result<(), Failure> {
        let (at, events) = self.checks.events_at;
        let events = if at == self.now { events + 1 } else { 0 };
        self.checks.events_at = (self.now, events);
        if events > MOST_AT_ONCE {
            return Err(Failure("the room goes round in a circle".to_owned()));
        }
        if let Some(why) = self.checks.failure.take() {
            return Err(Failure(why));
        }
        // The unique index refuses it; the room must not even try, unless the store misled it.
        if std::mem::take(&mut self.store.unique_violations) > 0 && !self.checks.store_failed {
            return Err(Failure("two plays go on".to_owned()));
        }
        self.check_view()?;
        self.check_silence()
    }

    /// What is published equals what the store says, once everything is read.
    fn check_view(&self) -> Result<(), Failure> {
        let (Some(process), Some(view)) = (&self.process, &self.view) else { return Ok(()) };
        let is_settled = process.store_queue.is_empty()
            && !process.is_store_busy
            && !self.checks.is_refreshing
            && !self.checks.store_failed
            && self.checks.pending_changes == 0;
        if !is_settled || self.store.closed {
            return Ok(());
        }
        let snapshot = &view.snapshot;
        let facts = self.store.facts();
        if view.revision != facts.revision {
            let (shown, stored) = (view.revision, facts.revision);
            return Err(Failure(format!("shows revision {shown} of {stored}")));
        }
        let votes = if view.play.is_some() { self.store.votes() } else { 0 };
        let shown = (snapshot.skip.votes as usize, snapshot.members, snapshot.votes_to_skip);
        let stored = (votes, facts.present(), facts.settings.votes_to_skip.get());
        if shown != stored {
            return Err(Failure(format!(
                "shows {shown:?} votes, members and threshold, the store has {stored:?}"
            )));
        }
        let play = facts.play.map(|play| play.id);
        if view.play.is_some() && view.play != play {
            return Err(Failure(format!("shows play {:?}, the store has {play:?}", view.play)));
        }
        let is_connected =
            !matches!(snapshot.status.kind, StatusKind::NotConnected | StatusKind::Reconnect);
        if is_connected != self.store.connection.is_some_and(|row| row.is_usable) {
            return Err(Failure(format!("shows {:?}", snapshot.status.kind)));
        }
        Ok(())
    }

    /// Whatever fails, a watched room asks again soon after it may.
    fn check_silence(&self) -> Result<(), Failure> {
        let usable = self.store.connection.is_some_and(|row| row.is_usable);
        let (Some(since), true, Some(_)) = (self.checks.watched_since, usable, &self.process)
        else {
            return Ok(());
        };
        let may_ask_at = self.true_time(self.checks.limited_until.max(self.rate_limited_until));
        let from = self.checks.last_asked_at.max(since).max(may_ask_at);
        if self.now.saturating_sub(from) > LONGEST_SILENCE_MS + self.checks.clock_slack_ms {
            return Err(Failure(format!("has not asked Spotify for {} ms", self.now - from)));
        }
        Ok(())
    }

    /// What was promised has come true by now.
    pub(crate) fn check_at_end(&mut self) -> Result<(), Failure> {
        if let Some(asked) = self.checks.asked.values().find(|asked| self.now - asked.at > 60_000) {
            return Err(Failure(format!("{:?} was never answered", asked.command)));
        }
        let decided = self.store.facts().play.and_then(|play| play.skip);
        let usable = self.store.connection.is_some_and(|row| row.is_usable);
        let waits_ms = decided.map_or(0, |skip| {
            let may_ask_at = self.checks.limited_until.max(self.rate_limited_until);
            self.clock().since(skip.claimed_at.max(may_ask_at))
        });
        let is_named = self.view.as_ref().is_some_and(|view| view.play.is_some());
        if usable && is_named && self.spotify.grant && waits_ms > 90_000 {
            return Err(Failure(format!("a decided skip has been waiting for {waits_ms} ms")));
        }
        Ok(())
    }
}

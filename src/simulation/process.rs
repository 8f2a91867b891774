//! The process: the room's rules, started, fed with events, and killed.

use std::collections::{HashSet, VecDeque};

use auxroom::server::live::room::{Effect, Event, JobId, Room};

use crate::party::{BEGIN, Happening, Party};

/// The running room.
pub(crate) struct Process {
    pub(crate) room: Room,
    pub(crate) incarnation: u64,
    pub(crate) cancelled: HashSet<JobId>,
    pub(crate) store_queue: VecDeque<Effect>,
    pub(crate) is_store_busy: bool,
    pub(crate) timer: u64,
    /// The clock's when the room heard something last.
    clock_offset: i64,
}

impl Party {
    /// So many event streams are open now.
    pub(crate) fn watch(&mut self, watchers: usize) {
        self.checks.asking.watched(self.watchers, watchers, self.now);
        self.watchers = watchers;
        if watchers > 0 && self.process.is_none() {
            return self.starts();
        }
        self.hears_if_running(Event::Watchers(watchers));
    }

    /// The process starts the room's task, which reads the store.
    pub(crate) fn starts(&mut self) {
        if self.process.is_some() {
            return;
        }
        self.incarnations += 1;
        let now = self.clock();
        let room = Room::new(self.store.facts(), self.rate_limited_until, now);
        self.say(|| "· the room starts".to_owned());
        self.process = Some(Process {
            room,
            incarnation: self.incarnations,
            cancelled: HashSet::new(),
            store_queue: VecDeque::new(),
            is_store_busy: false,
            timer: 0,
            clock_offset: self.clock_offset,
        });
        self.checks.started(self.now);
        self.carries_out();
        if self.watchers > 0 {
            self.hears_if_running(Event::Watchers(self.watchers));
        }
    }

    pub(crate) fn hears_if_running(&mut self, event: Event) {
        if self.process.is_some() {
            self.hears(event);
        }
    }

    /// Whoever changed the store tells the room, a moment later.
    pub(crate) fn changed(&mut self) {
        if let Some(process) = &self.process {
            let incarnation = process.incarnation;
            self.checks.view.pending_changes += 1;
            let delay = self.dice.latency.within(0..=5);
            self.after(delay, Happening::Hears(incarnation, Event::Changed));
        }
    }

    /// The room takes an event in, and what it wants done is done.
    pub(crate) fn hears(&mut self, event: Event) {
        let clock = self.clock();
        let Some(process) = &mut self.process else { return };
        let rolled_back = process.clock_offset - self.clock_offset;
        process.clock_offset = self.clock_offset;
        if rolled_back > 0 {
            let by_ms = rolled_back.unsigned_abs();
            self.checks.asking.clock_rolled_back(by_ms);
            self.rate_limited_until = self.rate_limited_until.before(by_ms);
        }
        if let Event::Polled(job, _) = &event
            && process.cancelled.remove(job)
        {
            return;
        }
        self.checks.hears(self.incarnations, &event, clock, self.now);
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9} ← {}", self.now - BEGIN, heard(&event)));
        }
        process.room.handle(event, clock);
        self.carries_out();
    }

    fn carries_out(&mut self) {
        loop {
            let Some(process) = &mut self.process else { return };
            let Some(effect) = process.room.poll_effect() else { break };
            if self.dice.crash.happens(self.rates().crash) {
                return self.crashes();
            }
            if let Some(trace) = &mut self.trace {
                trace.push(format!("{:>9} →   {}", self.now - BEGIN, shown(&effect)));
            }
            self.carry_out(effect);
        }
        // Or after the last one.
        if self.dice.crash.happens(self.rates().crash) {
            return self.crashes();
        }
        self.arms_timer();
    }

    fn arms_timer(&mut self) {
        let clock = self.clock();
        let Some(process) = &mut self.process else { return };
        process.timer += 1;
        let happening = Happening::Timer(process.incarnation, process.timer);
        if let Some(at) = process.room.next_timeout() {
            self.after(at.since(clock), happening);
        }
    }

    /// Everything in memory is gone; what was on its way may still arrive.
    pub(crate) fn crashes(&mut self) {
        self.say(|| "· CRASH".to_owned());
        self.process = None;
        self.crash_is_due = false;
        self.crashes += 1;
        self.crashed = self.incarnations;
        self.view = None;
        self.rate_limited_until = self.store.rate_limited_until;
        self.checks.crashed(self.rate_limited_until, self.now);
        let downtime = self.dice.latency.within(10..=20_000);
        self.after(downtime, Happening::Restarts);
    }
}

/// An event in a line; of what plays and of the facts only what differs.
fn heard(event: &Event) -> String {
    match event {
        Event::Polled(JobId(job), Ok(Some(player))) => {
            let uri = player.item.as_ref().map_or("-", |item| &item.track.uri);
            let (kind, at, plays) = (player.kind, player.progress_ms, player.is_playing);
            format!("Polled({job}, {kind:?} {uri} at {at} ms, playing: {plays})")
        }
        Event::Reloaded(Ok(facts)) => {
            let (votes, revision) = (facts.votes(), facts.revision);
            format!("Reloaded(revision {revision}, {votes} votes, play {:?})", facts.play)
        }
        _ => format!("{event:?}"),
    }
}

/// An effect in a line; of a view only what differs from room to room.
fn shown(effect: &Effect) -> String {
    let Effect::Publish(view) = effect else { return format!("{effect:?}") };
    let snapshot = &view.snapshot;
    let playback = snapshot.playback.as_ref();
    format!(
        "Publish(play {:?}, {} {:?}, {} of {} votes, {} members, {:?}, revision {})",
        view.play.map(|play| play.0),
        playback.and_then(|playback| playback.track.as_ref()).map_or("-", |track| &track.uri),
        playback.and_then(|playback| playback.pending),
        snapshot.skip.votes,
        snapshot.skip.needed,
        snapshot.members,
        snapshot.status.kind,
        view.revision,
    )
}

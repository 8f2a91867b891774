//! A party: one room for an hour, its people, its Spotify and its store, event by event.

use std::collections::{BTreeMap, HashSet, VecDeque};

use auxroom::{
    model::{Millis, Settings, VotesToSkip},
    server::live::room::{Effect, Event, JobId, Room, View},
};

use crate::{
    checks::Checks,
    dice::{Dice, Source},
    people::Actor,
    spotify::Spotify,
    store::Store,
};

/// How long a party lasts.
const HOUR_MS: u64 = 60 * 60_000;
/// At its end nothing fails any more, and what was promised must come true in this time.
const LAST_CALM_MS: u64 = 4 * 60_000;
const BEGIN: u64 = 1_800_000_000_000;

/// A party in full swing.
pub(crate) struct Party {
    /// True time; the server's clock differs by `clock_offset`.
    pub(crate) now: u64,
    pub(crate) clock_offset: i64,
    pub(crate) end: u64,
    pub(crate) spotify: Spotify,
    pub(crate) store: Store,
    pub(crate) process: Option<Process>,
    incarnations: u64,
    /// Until when Spotify must not be asked, as the process knows; lost in a crash.
    pub(crate) rate_limited_until: Millis,
    /// What members see.
    pub(crate) view: Option<View>,
    pub(crate) watchers: usize,
    pub(crate) next_command: u64,
    agenda: BTreeMap<(u64, u64), Happening>,
    scheduled: u64,
    pub(crate) checks: Checks,
    pub(crate) dice: AllDice,
    pub(crate) rates: Rates,
    /// What happened, if somebody wants to read it.
    pub(crate) trace: Option<Vec<String>>,
}

/// The running room.
pub(crate) struct Process {
    pub(crate) room: Room,
    incarnation: u64,
    pub(crate) cancelled: HashSet<JobId>,
    pub(crate) store_queue: VecDeque<Effect>,
    pub(crate) is_store_busy: bool,
    timer: u64,
    /// The clock's when the room heard something last.
    clock_offset: i64,
}

/// How often each source of trouble strikes, per thousand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    pub(crate) spotify: u32,
    pub(crate) store: u32,
    pub(crate) crash: u32,
}

pub(crate) struct AllDice {
    pub(crate) actors: [Dice; 5],
    pub(crate) spotify: Dice,
    pub(crate) store: Dice,
    pub(crate) crash: Dice,
    pub(crate) latency: Dice,
}

/// Something that will happen at its time.
#[derive(Clone, Debug)]
pub(crate) enum Happening {
    Acts(Actor),
    /// The process hears something, unless it crashed meanwhile.
    Hears(u64, Event),
    /// A request reaches Spotify.
    Reaches(u64, Effect),
    /// The store carries a statement out.
    Executes(u64, Effect),
    /// Its answer arrives.
    Executed(u64, Option<Event>),
    Timer(u64, u64),
    Restarts,
    CalmsDown,
}

/// Why a party failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Failure(pub(crate) String);

impl Party {
    pub(crate) fn new(seed: u64, left_out: &[Source], is_traced: bool) -> Self {
        let dice = |source| Dice::new(seed, source, left_out);
        let mut latency = dice(Source::Latency);
        let votes = VotesToSkip::try_from(u32::try_from(latency.within(1..=3)).unwrap_or(1));
        let settings = Settings { votes_to_skip: votes.unwrap_or_default(), guest_can_pause: true };
        let guests = i64::try_from(latency.within(1..=6)).unwrap_or(1);
        let trouble = latency.one_of(&[0, 5, 20, 80, 250]).unwrap_or(0);
        let store_trouble = latency.one_of(&[0, 0, 10, 100]).unwrap_or(0);
        let crash = latency.one_of(&[0, 1, 4]).unwrap_or(0);
        let mut party = Self {
            now: BEGIN,
            clock_offset: 0,
            end: BEGIN + HOUR_MS,
            spotify: Spotify::new(BEGIN),
            store: Store::new(guests, settings),
            process: None,
            incarnations: 0,
            rate_limited_until: Millis(0),
            view: None,
            watchers: 0,
            next_command: 0,
            agenda: BTreeMap::new(),
            scheduled: 0,
            checks: Checks::new(BEGIN),
            dice: AllDice {
                actors: Actor::ALL.map(|actor| dice(actor.source())),
                spotify: dice(Source::Spotify),
                store: dice(Source::Store),
                crash: dice(Source::Crash),
                latency,
            },
            rates: Rates { spotify: trouble, store: store_trouble, crash },
            trace: is_traced.then(Vec::new),
        };
        let expires_at = party.clock() + 3_600_000;
        party.store.connect(false, party.spotify.token, party.clock(), expires_at);
        for actor in Actor::ALL {
            party.schedule_actor(actor);
        }
        party.at(party.end, Happening::CalmsDown);
        party.watch(1);
        party
    }

    /// Lets the hour pass.
    pub(crate) fn run(&mut self) -> Result<(), Failure> {
        while let Some(((at, _), happening)) = self.agenda.pop_first() {
            if at > self.end + LAST_CALM_MS {
                break;
            }
            self.now = at;
            let before = self.spotify.instance();
            self.spotify.advance(at, &mut self.dice.latency);
            if self.spotify.instance() != before {
                self.checks.stirs(at);
            }
            self.happens(happening);
            self.check_after_event()?;
        }
        self.check_at_end()
    }

    fn happens(&mut self, happening: Happening) {
        let is_current = |incarnation| {
            self.process.as_ref().is_some_and(|process| process.incarnation == incarnation)
        };
        match happening {
            Happening::Acts(actor) => {
                if self.now < self.end {
                    self.acts(actor);
                    self.schedule_actor(actor);
                }
            }
            Happening::Hears(incarnation, event) if is_current(incarnation) => self.hears(event),
            Happening::Reaches(incarnation, effect) => {
                let is_heard = is_current(incarnation);
                self.reaches_spotify(effect, is_heard);
            }
            Happening::Executes(incarnation, effect) => {
                let is_heard = is_current(incarnation);
                self.executes(effect, is_heard);
            }
            Happening::Executed(incarnation, event) if is_current(incarnation) => {
                self.executed(event);
            }
            Happening::Timer(incarnation, timer)
                if is_current(incarnation)
                    && self.process.as_ref().is_some_and(|process| process.timer == timer) =>
            {
                self.hears(Event::Timer);
            }
            Happening::Restarts => {
                // Woken as after every start: somebody watches, or a skip was left decided.
                if self.watchers > 0
                    || self.store.facts().play.is_some_and(|play| play.skip.is_some())
                {
                    self.starts();
                }
            }
            Happening::CalmsDown => self.calms_down(),
            Happening::Hears(..) | Happening::Executed(..) | Happening::Timer(..) => {}
        }
    }

    /// The server's clock.
    pub(crate) fn clock(&self) -> Millis {
        Millis(self.now.saturating_add_signed(self.clock_offset))
    }

    pub(crate) fn at(&mut self, at: u64, happening: Happening) {
        self.scheduled += 1;
        self.agenda.insert((at.max(self.now), self.scheduled), happening);
    }

    pub(crate) fn after(&mut self, ms: u64, happening: Happening) {
        self.at(self.now + ms, happening);
    }

    fn schedule_actor(&mut self, actor: Actor) {
        if let Some(wait) = self.dice.actors[actor as usize].wait(actor.mean_ms()) {
            self.after(wait, Happening::Acts(actor));
        }
    }

    /// So many event streams are open now.
    pub(crate) fn watch(&mut self, watchers: usize) {
        self.checks.watched(self.watchers, watchers, self.now);
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
            self.checks.pending_changes += 1;
            let delay = self.dice.latency.within(0..=5);
            self.after(delay, Happening::Hears(incarnation, Event::Changed));
        }
    }

    /// The room takes an event in, and what it wants done is done.
    fn hears(&mut self, event: Event) {
        let clock = self.clock();
        let Some(process) = &mut self.process else { return };
        let rolled_back = process.clock_offset - self.clock_offset;
        process.clock_offset = self.clock_offset;
        if rolled_back > 0 {
            let by_ms = rolled_back.unsigned_abs();
            self.checks.clock_rolled_back(by_ms);
            self.rate_limited_until = self.rate_limited_until.before(by_ms);
        }
        if let Event::Polled(job, _) = &event
            && process.cancelled.remove(job)
        {
            return;
        }
        self.checks.hears(&event, clock, self.now);
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9} ← {event:?}", self.now - BEGIN));
        }
        process.room.handle(event, clock);
        self.carries_out();
    }

    fn carries_out(&mut self) {
        loop {
            let Some(process) = &mut self.process else { return };
            let Some(effect) = process.room.poll_effect() else { break };
            if self.now < self.end && self.dice.crash.happens(self.rates.crash) {
                return self.crashes();
            }
            if let Some(trace) = &mut self.trace {
                trace.push(format!("{:>9} →   {}", self.now - BEGIN, shown(&effect)));
            }
            self.carry_out(effect);
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
        self.view = None;
        self.rate_limited_until = self.store.rate_limited_until;
        self.checks.crashed(self.rate_limited_until, self.now);
        let downtime = self.dice.latency.within(10..=20_000);
        self.after(downtime, Happening::Restarts);
    }

    fn calms_down(&mut self) {
        self.say(|| "· from here on nothing fails".to_owned());
        self.rates = Rates { spotify: 0, store: 0, crash: 0 };
        self.checks.stirs(self.now);
        self.watch(1);
    }

    pub(crate) fn incarnation(&self) -> u64 {
        self.incarnations
    }

    pub(crate) fn say(&mut self, text: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9} {}", self.now - BEGIN, text()));
        }
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

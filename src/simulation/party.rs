//! A party: one room for an hour, its people, its Spotify and its store, event by event.

use std::collections::BTreeMap;

use auxroom::{
    model::{Millis, PlayId, Settings, VotesToSkip},
    server::live::room::{Effect, Event, Fallback, View},
};

use crate::{
    checks::Checks,
    dice::{Dice, Source},
    kind::{Actor, Kind, Rates},
    process::Process,
    spotify::Spotify,
    store::Store,
};

/// At its end nothing fails any more, and what was promised must come true in this time.
const LAST_CALM_MS: u64 = 4 * 60_000;
pub(crate) const BEGIN: u64 = 1_800_000_000_000;

/// A party in full swing.
pub(crate) struct Party {
    /// True time; the server's clock differs by `clock_offset`.
    pub(crate) now: u64,
    pub(crate) clock_offset: i64,
    pub(crate) end: u64,
    pub(crate) spotify: Spotify,
    pub(crate) store: Store,
    pub(crate) process: Option<Process>,
    pub(crate) incarnations: u64,
    /// The last of them that crashed.
    pub(crate) crashed: u64,
    /// Until when Spotify must not be asked, as the process knows; lost in a crash.
    pub(crate) rate_limited_until: Millis,
    /// What members see.
    pub(crate) view: Option<View>,
    /// The play that members saw before this one.
    pub(crate) play_before: Option<PlayId>,
    pub(crate) watchers: usize,
    pub(crate) next_command: u64,
    agenda: BTreeMap<(u64, u64), Happening>,
    scheduled: u64,
    pub(crate) checks: Checks,
    pub(crate) dice: AllDice,
    pub(crate) kind: Kind,
    rates: Rates,
    /// Twenty tracks have played since the last crash of a night.
    pub(crate) crash_is_due: bool,
    pub(crate) crashes: u64,
    /// Until then nobody acts and nothing fails: a failure that does not need it is told shorter.
    calm_until: u64,
    /// What happened, if somebody wants to read it.
    pub(crate) trace: Option<Vec<String>>,
}

pub(crate) struct AllDice {
    pub(crate) actors: [Dice; 6],
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
    /// The application's budget lets a request go.
    Admitted(u64, Effect),
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
    pub(crate) fn new(
        seed: u64,
        kind: Kind,
        left_out: &[Source],
        calm_until: u64,
        is_traced: bool,
    ) -> Self {
        let dice = |source| Dice::new(seed, source, left_out);
        let mut latency = dice(Source::Latency);
        let votes = VotesToSkip::try_from(u32::try_from(latency.within(1..=3)).unwrap_or(1));
        let settings = Settings {
            votes_to_skip: votes.unwrap_or_default(),
            guest_can_pause: true,
            ..Settings::default()
        };
        let (guests, rates) = kind.begins(&mut latency);
        let mut party = Self {
            now: BEGIN,
            clock_offset: 0,
            end: BEGIN + kind.lasts_ms(),
            spotify: Spotify::new(BEGIN),
            store: Store::new(guests, settings),
            process: None,
            incarnations: 0,
            crashed: 0,
            rate_limited_until: Millis(0),
            view: None,
            play_before: None,
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
            kind,
            rates,
            crash_is_due: false,
            crashes: 0,
            calm_until,
            trace: is_traced.then(Vec::new),
        };
        let expires_at = party.clock() + 3_600_000;
        let tokens = (party.spotify.token, party.spotify.refresh_token);
        party.store.connect(false, tokens, party.clock(), expires_at);
        if kind != Kind::Hour {
            let chosen_at = party.clock();
            party.store.songs.choose(Some(Fallback { name: "Party".to_owned(), chosen_at }));
        }
        for actor in Actor::ALL {
            party.schedule_actor(actor);
        }
        party.at(party.end, Happening::CalmsDown);
        party.watch(1);
        party
    }

    /// Lets the time pass.
    pub(crate) fn run(&mut self) -> Result<(), Failure> {
        while let Some(((at, _), happening)) = self.agenda.pop_first() {
            if at > self.end + LAST_CALM_MS {
                break;
            }
            self.now = at;
            let before = self.spotify.instance();
            self.spotify.advance(at, &mut self.dice.latency);
            if self.spotify.instance() != before {
                self.checks.asking.stirs(at);
            }
            if let Some(starved) = self.spotify.starved.take() {
                self.check_starvation(&starved).map_err(Failure)?;
            }
            self.happens(happening);
            self.check_after_event()?;
        }
        Ok(())
    }

    fn happens(&mut self, happening: Happening) {
        let is_current = |incarnation| {
            self.process.as_ref().is_some_and(|process| process.incarnation == incarnation)
        };
        match happening {
            Happening::Acts(actor) => {
                if self.now < self.end {
                    if self.now >= self.calm_until {
                        self.acts(actor);
                    }
                    self.schedule_actor(actor);
                }
            }
            Happening::Hears(incarnation, event) if is_current(incarnation) => self.hears(event),
            Happening::Admitted(incarnation, effect) if is_current(incarnation) => {
                self.admitted(incarnation, effect);
            }
            Happening::Reaches(incarnation, effect) => {
                let is_heard = is_current(incarnation);
                self.reaches_spotify(incarnation, effect, is_heard);
            }
            // A store forgets what it has not carried out when its client dies.
            Happening::Executes(incarnation, _)
                if incarnation <= self.crashed && self.process.is_some() => {}
            Happening::Executes(incarnation, effect) => {
                let is_heard = is_current(incarnation);
                self.executes(incarnation, effect, is_heard);
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
                    || self.store.songs.waiting().next().is_some()
                    || self.store.songs.fallback.is_some()
                    || self.store.facts().play.is_some_and(|play| play.skip.is_some())
                {
                    self.starts();
                }
            }
            Happening::CalmsDown => self.calms_down(),
            Happening::Hears(..)
            | Happening::Admitted(..)
            | Happening::Executed(..)
            | Happening::Timer(..) => {}
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
        let Some(mean_ms) = self.kind.mean_ms(actor) else { return };
        if let Some(wait) = self.dice.actors[actor as usize].wait(mean_ms) {
            self.after(wait, Happening::Acts(actor));
        }
    }

    fn calms_down(&mut self) {
        self.say(|| "· from here on nothing fails".to_owned());
        self.watch(1);
    }

    /// How often things fail now.
    pub(crate) fn rates(&self) -> Rates {
        let is_calm = self.now < self.calm_until || self.now >= self.end;
        match is_calm {
            true => Rates::default(),
            false if self.crash_is_due => Rates { crash: 20, ..self.rates },
            false => self.rates,
        }
    }

    pub(crate) fn say(&mut self, text: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>9} {}", self.now - BEGIN, text()));
        }
    }
}

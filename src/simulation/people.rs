//! Who makes things happen: guests, the host, and what nobody wants.

mod songs;

use auxroom::{
    model::{PlayId, Role, SkipShare, VotesToSkip},
    server::live::room::{Command, CommandId, Event},
};

use crate::{
    kind::{Actor, Kind},
    party::Party,
    spotify::Device,
};

impl Party {
    pub(crate) fn acts(&mut self, actor: Actor) {
        match actor {
            Actor::Guest => self.guest_acts(),
            Actor::Host => self.host_acts(),
            Actor::App => self.app_acts(),
            Actor::SignIn => self.sign_in_acts(),
            Actor::Clock => self.clock_steps(),
            Actor::Asker => self.asks(),
        }
    }

    fn draw(&mut self, actor: Actor, below: u64) -> u64 {
        self.dice.actors[actor as usize].within(0..=below - 1)
    }

    fn guest_acts(&mut self) {
        let people = self.store.members.len() as u64;
        let place = usize::try_from(self.draw(Actor::Guest, people)).unwrap_or_default();
        match self.draw(Actor::Guest, 20) {
            0..=10 => self.votes(place, true),
            11..=12 => self.votes(place, false),
            13 => {
                let is_present = !self.store.members[place].is_present;
                self.say(|| format!("· member {place} is here: {is_present}"));
                self.store.set_present(place, is_present);
                if !is_present {
                    self.checks.votes.left(self.store.members[place].id);
                }
                self.changed();
            }
            14..=16 => {
                let watchers = self.draw(Actor::Guest, 4);
                self.watch(usize::try_from(watchers).unwrap_or_default());
                let is_here = !self.store.members[place].is_here;
                self.say(|| format!("· member {place} has the room open: {is_here}"));
                self.store.members[place].is_here = is_here;
                self.changed();
            }
            17 => {
                // A whole room that votes at once.
                for place in 0..self.store.members.len() {
                    self.votes(place, true);
                }
            }
            _ => {
                self.starts();
                self.checks.asking.touched(self.now);
                self.hears_if_running(Event::Touched);
            }
        }
    }

    /// A vote for what the member's page shows.
    fn votes(&mut self, place: usize, on: bool) {
        if !self.store.members[place].is_present {
            return;
        }
        self.starts();
        self.checks.asking.touched(self.now);
        self.hears_if_running(Event::Touched);
        // Now and then from a page that has not heard of the next song yet.
        let is_late = self.draw(Actor::Guest, 10) == 0;
        let shown = self.view.as_ref().and_then(|view| view.play);
        let play = if is_late { self.play_before } else { shown };
        let Some(play) = play else { return };
        self.casts(place, play, on);
    }

    fn casts(&mut self, place: usize, play: PlayId, on: bool) {
        let clock = self.clock();
        let member = self.store.members[place].id;
        if self.store.vote(member, play, on, clock) {
            self.say(|| format!("· member {place} votes {on} for play {play}"));
            self.checks.votes.cast(member, play, on);
            self.stirs_if_decided();
            self.changed();
        }
    }

    /// A decided skip is polled for, outside the pace.
    fn stirs_if_decided(&mut self) {
        if self.store.plays.last().is_some_and(|row| row.current.skip.is_some()) {
            self.checks.asking.stirs(self.now);
        }
    }

    fn host_acts(&mut self) {
        let has_ended = self.store.connection.is_some_and(|row| !row.is_usable);
        if has_ended && self.kind != Kind::Hour {
            // A night is long: they read that they have to sign in again.
            self.say(|| "· the host signs in again".to_owned());
            self.checks.signed_in(self.now);
            self.signs_in(false);
            return self.changed();
        }
        match self.draw(Actor::Host, 11) {
            10 => self.press_again_and_again(),
            0..=3 => self.presses(Command::Skip),
            4..=5 => self.presses(Command::Pause),
            6..=7 => self.presses(Command::Play),
            8 => {
                self.presses(Command::Skip);
                self.presses(Command::Skip);
            }
            _ => {
                let votes = u32::try_from(1 + self.draw(Actor::Host, 3)).unwrap_or(1);
                self.store.settings.votes_to_skip =
                    VotesToSkip::try_from(votes).unwrap_or_default();
                let is_share = self.draw(Actor::Host, 3) == 0;
                self.store.settings.skip_share = is_share.then(SkipShare::default);
                self.store.revision += 1;
                let clock = self.clock();
                self.store.decide(clock);
                self.stirs_if_decided();
                self.say(|| format!("· {votes} votes skip now, or a share: {is_share}"));
                self.changed();
            }
        }
    }

    /// As children do, and scripts.
    fn press_again_and_again(&mut self) {
        for _ in 0..=self.draw(Actor::Host, 20) {
            let command = match self.draw(Actor::Host, 4) {
                0 => Command::Play,
                1 => Command::Skip,
                _ => Command::Pause,
            };
            // Guests must not skip; all else they may.
            let is_of_guest = command != Command::Skip && self.draw(Actor::Host, 2) == 0;
            self.presses_as(if is_of_guest { Role::Guest } else { Role::Host }, command);
        }
    }

    fn presses(&mut self, command: Command) {
        self.presses_as(Role::Host, command);
    }

    fn presses_as(&mut self, role: Role, command: Command) {
        if self.store.closed {
            return;
        }
        self.starts();
        if self.process.is_none() {
            return;
        }
        self.next_command += 1;
        let id = CommandId(self.next_command);
        let play = self.view.as_ref().and_then(|view| view.play);
        self.checks.asking.touched(self.now);
        self.checks.commands.asked(id, command, play, self.now);
        self.hears_if_running(Event::Command(id, role, command, play));
    }

    /// What the host does in Spotify's own app, and what befalls the speaker.
    fn app_acts(&mut self) {
        self.checks.asking.stirs(self.now);
        let variety = self.draw(Actor::App, 10);
        let place = self.draw(Actor::App, 1_000);
        let did = self.draw(Actor::App, 16);
        self.say(|| format!("· in Spotify's own app: {did}"));
        match did {
            0..=3 => {
                self.spotify.device = Device::Active;
                self.spotify.start_new(variety);
            }
            4..=5 => self.spotify.seek(place),
            6 => self.spotify.set_playing(false),
            7..=8 => {
                self.spotify.device = Device::Active;
                self.spotify.set_playing(true);
            }
            9 => self.spotify.go_away(),
            10 => self.spotify.device = Device::Restricted,
            11..=12 => self.spotify.relink(),
            13 => self.spotify.repeats = !self.spotify.repeats,
            14 => self.spotify.private_until = self.now + 60 * place,
            _ => self.spotify.device = Device::Active,
        }
    }

    fn sign_in_acts(&mut self) {
        self.checks.signed_in(self.now);
        let clock = self.clock();
        let did = self.draw(Actor::SignIn, 10);
        self.say(|| format!("· sign-in: {did}"));
        match did {
            0 => self.store.disconnect(),
            // Revoked: the next refresh finds that out.
            1 => self.spotify.refresh_token += 1,
            2 => self.spotify.token_until = self.now,
            3..=4 => {
                // Expires early, so that it is refreshed in the middle.
                if let Some(row) = &mut self.store.connection {
                    row.token.expires_at = clock + 65_000;
                    self.store.revision += 1;
                }
            }
            5 if self.now + 120_000 > self.end => self.store.close(),
            6 => {
                // Another room of the same application was told to wait.
                let until = clock + 20_000;
                self.rate_limited_until = self.rate_limited_until.max(until);
                self.checks.asking.limited(until);
                return self.hears_if_running(Event::RateLimited(until));
            }
            _ => self.signs_in(did == 7),
        }
        self.changed();
    }

    fn signs_in(&mut self, is_other: bool) {
        self.spotify.refresh_token += 1;
        self.spotify.token += 1;
        self.spotify.token_until = self.now + 3_600_000;
        if is_other {
            // It plays something of its own.
            self.spotify.start_new(1);
            self.spotify.forget_the_past();
        }
        let tokens = (self.spotify.token, self.spotify.refresh_token);
        let clock = self.clock();
        self.store.connect(is_other, tokens, clock, clock + 3_600_000);
    }

    /// Somebody, or a time server, sets the clock.
    fn clock_steps(&mut self) {
        let step_ms = i64::try_from(1 + self.draw(Actor::Clock, 3_600_000)).unwrap_or_default();
        let is_back = self.draw(Actor::Clock, 2) == 0;
        let step_ms = if is_back { -step_ms } else { step_ms };
        self.say(|| format!("· the clock is set by {step_ms} ms"));
        self.clock_offset += step_ms;
        self.checks.clock_stepped(self.now);
    }
}

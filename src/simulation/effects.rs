//! Carries out what the room wants: requests to Spotify at once, statements in their turn.

use auxroom::{
    model::{Millis, SpotifyError},
    server::live::room::{Command, Effect, Event, Token},
};

use crate::{
    party::{Happening, Party},
    spotify::Fate,
};

/// A poll waits as long as others press something; everything else is more urgent.
const LONGEST_BUDGET_WAIT_MS: u64 = 12_000;
/// After a command that was given up, Spotify is asked again so soon.
const OVER_BUDGET_MS: u64 = 1_000;
const HANDOVER_PATIENCE_MS: u64 = 5_000;

impl Party {
    pub(crate) fn carry_out(&mut self, effect: Effect) {
        let (clock, incarnation) = (self.clock(), self.incarnations);
        self.checks.wants(incarnation, &effect, (&self.store, &self.spotify), clock, self.now);
        match effect {
            Effect::Poll(..)
            | Effect::Refresh(..)
            | Effect::Send(..)
            | Effect::HandOver { .. }
            | Effect::Look(..) => {
                self.waits_for_budget(incarnation, effect);
            }
            Effect::Cancel(job) => {
                if let Some(process) = &mut self.process {
                    process.cancelled.insert(job);
                }
            }
            Effect::Reload
            | Effect::Claim { .. }
            | Effect::Decide(..)
            | Effect::Refill(..)
            | Effect::RecordSend { .. }
            | Effect::Release(..)
            | Effect::RecordHandover { .. }
            | Effect::ReleaseHandover(_)
            | Effect::EndEntry(..)
            | Effect::SavePlay { .. } => {
                if let Some(process) = &mut self.process {
                    process.store_queue.push_back(effect);
                }
                self.next_statement();
            }
            Effect::RateLimited(until) => {
                self.rate_limited_until = self.rate_limited_until.max(until);
                if !self.dice.store.happens(self.rates().store) {
                    self.store.rate_limited_until = self.rate_limited_until;
                }
            }
            Effect::Publish(view) => {
                let before = self.view.replace(*view).and_then(|view| view.play);
                if before.is_some() && before != self.view.as_ref().and_then(|view| view.play) {
                    self.play_before = before;
                }
            }
            Effect::Reply(id, outcome) => self.checks.replied(id, outcome),
            Effect::Stop => {
                // Under the hub's lock: nobody began to watch meanwhile.
                if self.watchers == 0 || self.store.closed {
                    self.checks.stopped();
                    self.view = None;
                    // What it wanted of the store is done before the next task begins.
                    let left = self.process.take().map(|process| process.store_queue);
                    for effect in left.into_iter().flatten() {
                        self.executes(self.incarnations, effect, false);
                    }
                }
            }
        }
    }

    /// As the accounts layer does: a request waits while other rooms have spent the budget, a command
    /// no longer than it is of use.
    fn waits_for_budget(&mut self, incarnation: u64, effect: Effect) {
        if !self.dice.spotify.happens(self.rates().spent_budget) {
            return self.admitted(incarnation, effect);
        }
        let wait = self.dice.spotify.within(1..=LONGEST_BUDGET_WAIT_MS);
        self.say(|| format!("· the budget is spent for {wait} ms"));
        self.checks.delayed(self.now + wait);
        match effect {
            Effect::Send(job, _, command) if wait > patience_ms(command) => {
                self.checks.troubled(self.now);
                let retry_after_ms = Some(OVER_BUDGET_MS);
                let given_up = Event::Sent(job, Err(SpotifyError::RateLimited { retry_after_ms }));
                self.after(patience_ms(command), Happening::Hears(incarnation, given_up));
            }
            Effect::HandOver { job, .. } if wait > HANDOVER_PATIENCE_MS => {
                self.checks.troubled(self.now);
                let retry_after_ms = Some(OVER_BUDGET_MS);
                let given_up =
                    Event::HandedOver(job, Err(SpotifyError::RateLimited { retry_after_ms }));
                self.after(HANDOVER_PATIENCE_MS, Happening::Hears(incarnation, given_up));
            }
            effect => self.after(wait, Happening::Admitted(incarnation, effect)),
        }
    }

    /// A request is on its way, unless nobody wants it any more.
    pub(crate) fn admitted(&mut self, incarnation: u64, effect: Effect) {
        let process = self.process.as_ref();
        if let Effect::Poll(job, _) = &effect
            && process.is_some_and(|process| process.cancelled.contains(job))
        {
            return;
        }
        let delay = self.dice.latency.within(5..=250);
        self.after(delay, Happening::Reaches(incarnation, effect));
    }

    /// A request reaches Spotify; its answer takes a while, if anybody still waits for it.
    pub(crate) fn reaches_spotify(&mut self, incarnation: u64, effect: Effect, is_heard: bool) {
        let rate = self.rates().spotify;
        let fate = Fate::draw(&mut self.dice.spotify, rate);
        if fate != Fate::Works {
            self.say(|| format!("· Spotify: {fate:?}"));
            self.checks.troubled(self.now);
        }
        let latency = &mut self.dice.latency;
        let delay = match fate {
            Fate::Hangs(_) => 10_000,
            _ => latency.within(5..=400),
        };
        let event = match effect {
            Effect::Poll(job, token) => {
                let (polled, shown) = self.spotify.poll(fate, token.version, latency);
                if is_heard {
                    self.checks.plays.answers(job, token.connection, shown);
                }
                Event::Polled(job, polled)
            }
            Effect::Send(job, token, command) => {
                let before = self.spotify.instance();
                let sent = self.spotify.command(command, fate, token.version, latency);
                if command == Command::Skip && self.spotify.instance() != before {
                    self.checks.skip_hits(incarnation, job, before, &self.spotify, self.now);
                }
                Event::Sent(job, sent)
            }
            Effect::HandOver { job, token, uri, how } => {
                let song = self.store.songs.with_uri(&uri);
                let Some(track) = song.map(|song| song.item.track.clone()) else { return };
                let handed_over = self.spotify.hand_over(&track, how, fate, token.version, latency);
                Event::HandedOver(job, handed_over)
            }
            Effect::Look(job, token) => {
                Event::Looked(job, self.spotify.look(fate, token.version, latency))
            }
            Effect::Refresh(job, token) => {
                // What a process that has crashed would have stored is lost.
                let is_running = incarnation == self.incarnations && self.process.is_some();
                Event::Refreshed(job, self.refreshes(fate, token, is_running))
            }
            _ => return,
        };
        if is_heard {
            self.after(delay, Happening::Hears(incarnation, event));
        }
    }

    /// As the accounts layer does: asks Spotify, and stores what it says.
    fn refreshes(
        &mut self,
        fate: Fate,
        token: Token,
        is_running: bool,
    ) -> Result<Token, SpotifyError> {
        let clock = self.clock();
        let row = self.store.connection.filter(|row| row.sign_in.connection == token.connection);
        let Some(row) = row else { return Err(SpotifyError::Failed("no connection".into())) };
        if row.token.version > token.version {
            return Ok(row.token); // somebody else did
        }
        let rotates = self.dice.spotify.happens(300);
        let result = self.spotify.refresh(fate, row.refresh_token, rotates);
        let version = self.spotify.token;
        let rate = self.rates().store;
        let stored = self
            .store
            .connection
            .as_mut()
            .filter(|_| is_running && !(result.is_ok() && self.dice.store.happens(rate)));
        if let Some(row) = stored {
            match &result {
                Ok((refresh_token, lifetime_ms)) => {
                    row.refresh_token = *refresh_token;
                    row.token.version = version;
                    row.token.expires_at = clock + *lifetime_ms;
                }
                Err(SpotifyError::InvalidGrant) => row.is_usable = false,
                Err(_) => {}
            }
        } else if result.is_ok() {
            return Err(SpotifyError::Failed("the store did not take the tokens".into()));
        }
        result.map(|(_, ms)| Token { version, expires_at: clock + ms, ..token })
    }

    /// When Spotify may be asked again, in true time.
    pub(crate) fn true_time(&self, clock: Millis) -> u64 {
        clock.0.saturating_add_signed(-self.clock_offset)
    }
}

/// How long the budget may keep a command waiting.
fn patience_ms(command: Command) -> u64 {
    match command {
        Command::Play | Command::Pause => 10_000,
        Command::Skip => 2_000,
    }
}

//! A skip on its way: decided, recorded, sent, or taken back.

use super::{
    Command, CurrentPlay, DecidedSkip, Effect, Job, JobId, Reload, Room, STORE_RETRY_MS,
    StoreFailed,
    commands::Origin,
    skip::{self, Evidence, SETTLE_MS, STUCK_MS, Step},
};
use crate::{
    error::AppError,
    model::{Millis, Outcome},
};

impl Room {
    /// What a decided skip needs now.
    pub(super) fn skip_step(&self, now: Millis) -> Step {
        match (&self.facts.play, self.evidence()) {
            // Only while Spotify names the play: sent during an advertisement, it would hit what
            // comes after.
            (Some(play), Some(evidence)) if self.play_id().is_some() => {
                let sent_at = self.sent_at(play);
                let skip = play.skip.map(|skip| DecidedSkip { sent_at, ..skip });
                let skip = skip.map(|skip| skip::rebased(skip, |at| self.timers.past(at, now)));
                skip::step(skip, evidence, now)
            }
            _ => Step::Nothing,
        }
    }

    /// What proves that the play goes on.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        let polled_at = self.observed.polled_at?;
        // Then it is stuck there, or longer than it says.
        let is_stuck =
            |since: Millis| polled_at.since(self.timers.past(since, polled_at)) >= STUCK_MS;
        let ends_at =
            self.observed.ends_at().filter(|_| !self.observed.near_end_since.is_some_and(is_stuck));
        Some(Evidence { polled_at, until: self.observed.proves_until, ends_at })
    }

    /// When Spotify is to be polled, because what plays ends before a skip would reach it or has ended.
    pub(super) fn poll_after_end_at(&self, now: Millis) -> Option<Millis> {
        self.evidence()?.poll_after_end_at(now)
    }

    /// When the play's skip was sent last, unless that is known to have come to nothing.
    pub(super) fn sent_at(&self, play: &CurrentPlay) -> Option<Millis> {
        let sent_at = play.skip?.sent_at?;
        (self.unsent != Some((play.id, sent_at))).then_some(sent_at)
    }

    /// The sending that was recorded last did not happen, or was not carried out.
    pub(super) fn was_not_sent(&mut self) {
        self.unsent =
            self.facts.play.as_ref().and_then(|play| Some((play.id, play.skip?.sent_at?)));
    }

    /// Somebody decided a skip, or was too late.
    pub(super) fn claimed(&mut self, job: JobId, result: Result<bool, StoreFailed>, now: Millis) {
        let Some(Job::Claiming(_, command, mut play, at)) = self.take_job(job) else { return };
        match result {
            Ok(true) => {
                let skip = Some(DecidedSkip { claimed_at: at, sent_at: None });
                play.skip = skip;
                if let Some(current) = self.current(&play) {
                    current.skip = skip;
                }
                self.job = self.record(Origin::Person(command), play, now);
            }
            Ok(false) => self.wait_for_reload(command),
            Err(StoreFailed) => {
                self.timers.store_retry_at = now + STORE_RETRY_MS;
                self.changed();
                self.reply_all(&command, Err(AppError::NotSaved));
            }
        }
    }

    /// Has it recorded that the skip is about to be sent.
    pub(super) fn record(&mut self, origin: Origin, play: CurrentPlay, now: Millis) -> Job {
        let job = self.new_job();
        let previous = play.skip.and_then(|skip| skip.sent_at);
        // The second sending stays the last one in the store too, though the clock was set back.
        let at = match (play.skip, self.sent_at(&play)) {
            (Some(skip), Some(_)) => now.max(skip.claimed_at + SETTLE_MS),
            _ => now,
        };
        self.out.push_back(Effect::RecordSend { job, play: play.id, previous, at });
        Job::Recording(job, origin, play, at)
    }

    /// Sends a skip once that is recorded.
    pub(super) fn recorded(&mut self, job: JobId, result: Result<bool, StoreFailed>, now: Millis) {
        let Some(Job::Recording(_, origin, play, at)) = self.take_job(job) else { return };
        match result {
            Ok(true) => {
                let is_current = self.current(&play).map(|current| {
                    if let Some(skip) = &mut current.skip {
                        skip.sent_at = Some(at);
                    }
                });
                if is_current.is_none() {
                    self.answer(&origin, Ok(Outcome::PlayEnded));
                } else if self.poll_after_end_at(now).is_some() {
                    self.take_back(&origin, now);
                    self.answer(&origin, Ok(Outcome::PlayEnded));
                } else if self.play_id().is_none() {
                    // Another sign-in meanwhile: nobody knows what plays until the next poll.
                    self.take_back(&origin, now);
                    self.answer(&origin, Err(AppError::SpotifyUnreachable));
                } else if self.link.token().is_none() {
                    self.take_back(&origin, now);
                    self.answer(&origin, Err(AppError::Reconnect));
                } else if self.health.rate_limited_until(now).is_some() {
                    self.take_back(&origin, now);
                    self.answer(&origin, Err(AppError::RateLimited));
                } else {
                    self.job = self.send(Command::Skip, origin);
                }
            }
            // The play has ended, or went with its account.
            Ok(false) => {
                self.changed();
                self.answer(&origin, Ok(Outcome::PlayEnded));
            }
            Err(StoreFailed) => {
                self.timers.store_retry_at = now + STORE_RETRY_MS;
                if matches!(origin, Origin::Person(_)) {
                    self.withdraw_skip(now);
                }
                self.changed();
                self.answer(&origin, Err(AppError::NotSaved));
            }
        }
    }

    /// What was recorded is not sent: a person decides anew, votes are seen to later.
    fn take_back(&mut self, origin: &Origin, now: Millis) {
        match origin {
            Origin::Person(_) => self.withdraw_skip(now),
            Origin::Votes => self.was_not_sent(),
        }
    }

    /// Takes a person's decision back, who was told that it failed. Votes that suffice meanwhile, or
    /// did before, decide anew.
    pub(super) fn withdraw_skip(&mut self, now: Millis) {
        self.release(Some(now));
        self.changed();
    }

    /// Takes the decision back, since Spotify refused it or it did not come true: the votes stay, and
    /// the next one decides anew.
    pub(super) fn release_skip(&mut self) {
        self.share_is_spent();
        self.release(None);
    }

    fn release(&mut self, decide_at: Option<Millis>) {
        if let Some(play) = &mut self.facts.play {
            play.skip = None;
            self.out.push_back(Effect::Release(play.id, decide_at));
            // What is being read is from before that.
            if let Reload::InFlight { again } = &mut self.reload {
                *again = true;
            }
        }
    }

    fn current(&mut self, play: &CurrentPlay) -> Option<&mut CurrentPlay> {
        self.facts.play.as_mut().filter(|current| current.id == play.id)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        model::{ConnectionId, Millis},
        server::live::room::{
            Connection, CurrentPlay, DecidedSkip, Effect, Event, Facts, Observation, Room, SignIn,
            Token,
            samples::{self, player},
            skip::SETTLE_MS,
        },
    };

    const T0: Millis = Millis(1_800_000_000_000);

    #[test]
    fn skip_sent_again_after_the_clock_was_set_back_is_recorded_as_the_last_sending() {
        // Decided and sent once, an hour later by the clock of before.
        let claimed_at = T0 + 3_600_000;
        let first = player("a", 60_000, false);
        let uri = first.item.as_ref().expect("an item").track.uri.clone();
        let sign_in = SignIn { connection: ConnectionId(1), authorized_at: T0 };
        let token = Token { connection: ConnectionId(1), version: 1, expires_at: T0 + 7_200_000 };
        let observed =
            Observation { at: T0, progress_ms: 60_000, playing: false, duration_ms: 180_000 };
        let skip = Some(DecidedSkip { claimed_at, sent_at: Some(claimed_at + 400) });
        let play = Some(CurrentPlay { skip, ..samples::play(1, &uri, observed) });
        let connection = Connection::Usable(sign_in, token);
        let mut room = Room::new(Facts { connection, play, ..Facts::default() }, T0, T0);
        room.handle(Event::Watchers(1), T0);

        let mut now = T0;
        let recorded_at = (0..1_000).find_map(|_| {
            while let Some(effect) = room.poll_effect() {
                match effect {
                    Effect::Poll(job, _) => {
                        room.handle(Event::Polled(job, Ok(Some(first.clone()))), now);
                    }
                    Effect::RecordSend { at, .. } => return Some(at),
                    _ => {}
                }
            }
            now = room.next_timeout().unwrap_or(now).max(now + 1);
            room.handle(Event::Timer, now);
            None
        });

        assert_eq!(recorded_at, Some(claimed_at + SETTLE_MS));
    }
}

//! A command on its way to Spotify, and what became of it.

use super::{
    Command, Effect, Health, Job, JobId, Room,
    commands::{Origin, Progress},
    pace,
};
use crate::{
    error::AppError,
    model::{Millis, Outcome, SpotifyError, StatusKind},
};

impl Room {
    /// Tells Spotify to do something, if it may be asked at all.
    pub(super) fn send(&mut self, command: Command, origin: Origin) -> Job {
        let Some((sign_in, token)) = self.link.token() else {
            self.answer(&origin, Err(AppError::Reconnect));
            return Job::Idle;
        };
        let job = self.new_job();
        self.out.push_back(Effect::Send(job, token, command));
        Job::Sending(job, command, origin, sign_in)
    }

    /// Spotify was told to play elsewhere, and shows that in a moment.
    pub(super) fn speaker_chosen(&mut self, now: Millis) {
        self.touch(now);
        self.set_health(self.health.with_speaker(), now);
        self.timers.quick_until = now + pace::QUICK_FOR_MS;
        self.timers.next_poll = (now + pace::FIRST_QUICK_MS).max(self.health.next_attempt());
    }

    pub(super) fn sent(&mut self, job: JobId, result: Result<(), SpotifyError>, now: Millis) {
        let Some(Job::Sending(_, command, origin, sign_in)) = self.take_job(job) else { return };
        if self.link.sign_in() != Some(sign_in) {
            // Another account drives the room meanwhile: only who waits is concerned, and every room by
            // a wait.
            self.heed_wait(result.as_ref().err(), now);
            let outcome = result.map(|()| command.received()).map_err(|error| error.of_command());
            self.answer(&origin, outcome);
            return;
        }
        self.timers.quick_until = now + pace::QUICK_FOR_MS;
        self.timers.next_poll = now + pace::FIRST_QUICK_MS;
        match result {
            Ok(()) => {
                self.link.accepted();
                self.set_health(Health::Ok, now);
                self.observed.pending = Some((command.pending(), now));
                self.answer(&origin, Ok(command.received()));
            }
            Err(error) => self.send_failed(command, origin, &error, now),
        }
    }

    fn send_failed(&mut self, command: Command, origin: Origin, error: &SpotifyError, now: Millis) {
        let is_skip = command == Command::Skip;
        match (error, origin) {
            (SpotifyError::Unauthorized, Origin::Person(mut queued))
                if queued.progress != Progress::Retried && self.link.rejected() =>
            {
                queued.progress = Progress::Retried;
                self.commands.push_front(queued);
            }
            // Not carried out: sent again with the next token, if the play still goes on then.
            (SpotifyError::Unauthorized, Origin::Votes) if self.link.rejected() => {
                self.was_not_sent();
            }
            // The player is already so, or does not allow it: the next poll tells.
            (SpotifyError::Restricted, origin) => {
                self.timers.next_poll = now;
                self.observed.is_doubtful = true;
                if is_skip {
                    self.release_skip();
                }
                match origin {
                    Origin::Votes => {
                        self.set_health(Health::Hindered(StatusKind::SkipRefused), now);
                    }
                    Origin::Person(queued) => self.reply_all(&queued, Ok(Outcome::Unchanged)),
                }
            }
            (error, origin) => {
                let is_uncertain = error.may_have_happened();
                // A skip by votes that has to wait is sent later, and a person's is withdrawn. All
                // other refusals are final: the next vote or press decides anew.
                match (error, &origin) {
                    (SpotifyError::RateLimited { .. }, Origin::Votes) => self.was_not_sent(),
                    (SpotifyError::RateLimited { .. }, Origin::Person(_)) if is_skip => {
                        self.withdraw_skip(now);
                    }
                    _ if is_skip && !is_uncertain => self.release_skip(),
                    _ => {}
                }
                self.command_failed(error, now);
                self.answer(
                    &origin,
                    match is_skip && is_uncertain {
                        true => Ok(Outcome::Unconfirmed),
                        false => Err(error.of_command()),
                    },
                );
            }
        }
    }
}

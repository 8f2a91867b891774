//! What people want of Spotify: play, pause, and the host's skip.

use super::{
    Command, CommandId, CurrentPlay, Effect, Health, Job, JobId, Link, Room, Unsaved, pace,
};
use crate::{
    error::AppError,
    model::{Millis, Outcome, Pending, PlayId, SpotifyError, StatusKind},
};

/// A person's command until it is answered.
#[derive(Clone, Debug)]
pub(super) struct QueuedCommand {
    pub(super) id: CommandId,
    pub(super) command: Command,
    /// The play that a skip is meant for; nothing until it is known.
    play: Option<PlayId>,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Progress {
    New,
    /// Somebody else decided the skip: the store says how far it has come.
    WaitsForReload,
    /// Spotify refused it once for an old token.
    Retried,
}

/// Who wants a request.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// The votes: nobody waits for an answer.
    Votes,
    /// A person.
    Person(QueuedCommand),
}

impl QueuedCommand {
    pub(super) fn waits_for_reload(&self) -> bool {
        self.progress == Progress::WaitsForReload
    }

    pub(super) fn reloaded(&mut self) {
        if self.waits_for_reload() {
            self.progress = Progress::New;
        }
    }
}

impl Room {
    pub(super) fn enqueue(
        &mut self,
        id: CommandId,
        command: Command,
        wanted: Option<PlayId>,
        now: Millis,
    ) {
        self.touch(now);
        let play = wanted.or(self.play_id()).filter(|_| command == Command::Skip);
        self.commands.push_back(QueuedCommand { id, command, play, progress: Progress::New });
    }

    /// Answers every command that waits.
    pub(super) fn refuse_all(&mut self, error: AppError) {
        for command in std::mem::take(&mut self.commands) {
            self.reply(command.id, Err(error));
        }
    }

    /// Answers commands that cannot be carried out now, whoever asks.
    pub(super) fn reject_undeliverable(&mut self, now: Millis) {
        match self.link {
            Link::Disconnected | Link::OtherApplication => self.refuse_all(AppError::NotConnected),
            Link::NeedsReconnect => self.refuse_all(AppError::Reconnect),
            // Refused calls count too: asking early would lengthen the wait.
            _ if self.health.rate_limited_until(now).is_some() => {
                self.refuse_all(AppError::RateLimited);
            }
            Link::Rejected(..) | Link::Ready { .. } => {}
        }
    }

    /// A poll makes way for a command, unless that waits for it.
    pub(super) fn preempt_poll(&mut self, now: Millis) {
        let Job::Polling(id) = self.job else { return };
        self.answer_needless();
        if self.commands.front().is_some_and(|command| self.can_be_sent(command)) {
            self.job = Job::Idle;
            self.timers.next_poll = now;
            self.out.push_back(Effect::Cancel(id));
        }
    }

    fn can_be_sent(&self, command: &QueuedCommand) -> bool {
        !self.waits_for_poll(command) && !command.waits_for_reload()
    }

    /// Answers the skips at the front for which there is nothing to send.
    fn answer_needless(&mut self) {
        while let Some(command) = self.commands.front().filter(|front| self.can_be_sent(front))
            && command.command == Command::Skip
            && let Err(answer) = self.skippable(command)
        {
            let id = command.id;
            self.commands.pop_front();
            self.reply(id, answer);
        }
    }

    /// Whether a command is for what plays, and nobody knows yet what that is.
    pub(super) fn waits_for_poll(&self, command: &QueuedCommand) -> bool {
        command.command == Command::Skip
            && command.progress != Progress::Retried
            && self.observed.polled_at.is_none()
    }

    /// Starts the first command that is worth sending, and answers those before it.
    pub(super) fn next_command_job(&mut self, now: Millis) -> Option<Job> {
        self.answer_needless();
        let front = self.commands.front().filter(|front| self.can_be_sent(front))?;
        let is_sent_at_once = front.command != Command::Skip || front.progress == Progress::Retried;
        if is_sent_at_once {
            let command = self.commands.pop_front()?;
            return Some(self.send(command.command, Origin::Person(command)));
        }
        let play = self.skippable(front).ok()?;
        let mut command = self.commands.pop_front()?;
        command.play = Some(play.id);
        Some(match play.skip {
            None => self.claim(command, play, now),
            // Decided, by votes for example, but not sent yet: this one skip serves both.
            Some(_) => self.record(Origin::Person(command), play, now),
        })
    }

    /// The play that a skip is for, while there is something to send.
    fn skippable(&self, command: &QueuedCommand) -> Result<CurrentPlay, Result<Outcome, AppError>> {
        let named = self.facts.play.as_ref().filter(|_| self.play_id().is_some());
        let Some(play) = named else {
            return Err(match self.observed.player {
                _ if command.progress == Progress::Retried => Ok(Outcome::PlayEnded),
                Some(_) if self.observed.unsaved == Unsaved::Play => Ok(Outcome::PlayEnded),
                Some(_) => Err(AppError::NotSkippable),
                None => Err(AppError::NothingPlaying),
            });
        };
        if command.play.is_some_and(|wanted| wanted != play.id) {
            return Err(Ok(Outcome::PlayEnded));
        }
        let is_received = matches!(self.observed.pending, Some((Pending::Skip, _)));
        match self.sent_at(play) {
            _ if command.progress == Progress::Retried => Ok(play.clone()),
            Some(_) if is_received => Err(Ok(Outcome::Skipped)),
            Some(_) => Err(Ok(Outcome::Unconfirmed)),
            None => Ok(play.clone()),
        }
    }

    fn claim(&mut self, command: QueuedCommand, play: CurrentPlay, now: Millis) -> Job {
        let job = self.new_job();
        self.out.push_back(Effect::Claim { job, play: play.id, at: now });
        Job::Claiming(job, command, play, now)
    }

    /// Lets a skip that somebody else decided first wait for how far that one has come.
    pub(super) fn wait_for_reload(&mut self, mut command: QueuedCommand) {
        command.progress = Progress::WaitsForReload;
        self.commands.push_front(command);
        self.changed();
    }

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

    pub(super) fn answer(&mut self, origin: &Origin, outcome: Result<Outcome, AppError>) {
        if let Origin::Person(command) = origin {
            self.reply(command.id, outcome);
        }
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
                    Origin::Person(queued) => self.reply(queued.id, Ok(Outcome::Unchanged)),
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

#[cfg(test)]
mod tests;

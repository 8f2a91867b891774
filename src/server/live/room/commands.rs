//! What people want of Spotify: play, pause, and the host's skip.

mod guests;

use std::collections::VecDeque;

pub(super) use guests::GuestsCommands;

use super::{Command, CommandId, CurrentPlay, Effect, Health, Job, Link, Room, Unsaved, pace};
use crate::{
    error::AppError,
    model::{Millis, Outcome, Pending, PlayId, Role},
};

/// Whatever people press, Spotify is told something once a second, in the long run.
const SPACING_MS: u64 = 1_000;
/// A few commands may follow each other at once.
const BURST: u64 = 3;
/// More commands than this do not wait: the last one is sent in 8 s.
const MOST_WAITING: usize = 8;
/// So long a command waits at most; its request lives for 30 s.
const PATIENCE_MS: u64 = 20_000;
/// What Spotify said is still so after this long, when it is polled at the usual pace.
const FRESH_MS: u64 = pace::IDLE_MS + 3_000;

/// A command until it is answered, of one person or several.
#[derive(Clone, Debug)]
pub(super) struct QueuedCommand {
    /// Everybody who waits for what becomes of it.
    pub(super) ids: Vec<CommandId>,
    pub(super) command: Command,
    /// The play that a skip is meant for; nothing until it is known.
    play: Option<PlayId>,
    pub(super) progress: Progress,
    /// When it is given up.
    pub(super) expires_at: Millis,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Progress {
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

    /// Whether somebody else wants the same.
    fn is_same(&self, command: Command, play: Option<PlayId>) -> bool {
        self.command == command && self.play == play
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
        role: Role,
        command: Command,
        wanted: Option<PlayId>,
        now: Millis,
    ) {
        self.touch(now);
        let play = wanted.or(self.play_id()).filter(|_| command == Command::Skip);
        if let Some(last) = self.last_command().filter(|last| last.is_same(command, play)) {
            last.ids.push(id);
        } else if let Some(outcome) = self.outcome_so_far(command, now) {
            self.reply(id, Ok(outcome));
        } else if self.commands.len() >= MOST_WAITING
            || (role == Role::Guest && !self.accept_guests_command(now))
        {
            self.reply(id, Err(AppError::TooManyAtOnce));
        } else {
            let (ids, progress, expires_at) = (vec![id], Progress::New, now + PATIENCE_MS);
            let queued = QueuedCommand { ids, command, play, progress, expires_at };
            self.commands.push_back(queued);
        }
    }

    /// The command that was asked for last and is not answered yet.
    fn last_command(&mut self) -> Option<&mut QueuedCommand> {
        let in_flight = match &mut self.job {
            Job::Claiming(_, command, ..)
            | Job::Recording(_, Origin::Person(command), ..)
            | Job::Sending(_, _, Origin::Person(command), _)
            | Job::RecordingHandover(_, _, _, Some(command))
            | Job::HandingOver(_, _, _, Some(command)) => Some(command),
            _ => None,
        };
        self.commands.back_mut().or(in_flight)
    }

    /// What somebody is told who wants what Spotify has received just now, or does already.
    fn outcome_so_far(&mut self, command: Command, now: Millis) -> Option<Outcome> {
        if command == Command::Skip || self.last_command().is_some() {
            return None;
        }
        if let Some((pending @ (Pending::Play | Pending::Pause), _)) = self.observed.pending {
            return (pending == command.pending()).then(|| command.received());
        }
        if self.health != Health::Ok {
            return None;
        }
        let is_fresh = self.observed.polled_at.is_some_and(|at| now.since(at) < FRESH_MS)
            && !self.observed.is_doubtful;
        let player = self.observed.player.as_ref().filter(|_| is_fresh)?;
        (player.is_playing == (command == Command::Play)).then_some(Outcome::Already)
    }

    /// Answers every command that has waited too long.
    pub(super) fn give_up_commands(&mut self, now: Millis) {
        let (late, rest) = std::mem::take(&mut self.commands)
            .into_iter()
            .partition::<VecDeque<_>, _>(|command| command.expires_at <= now);
        self.commands = rest;
        for command in late {
            self.reply_all(&command, Err(AppError::SpotifyUnreachable));
        }
    }

    /// Answers every command that waits.
    pub(super) fn refuse_all(&mut self, error: AppError) {
        for command in std::mem::take(&mut self.commands) {
            self.reply_all(&command, Err(error));
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
        self.answer_needless(now);
        let can_be_sent = self.commands.front().is_some_and(|front| self.can_be_sent(front, now));
        if can_be_sent && now >= self.next_command_at() {
            self.job = Job::Idle;
            self.timers.next_poll = now;
            self.out.push_back(Effect::Cancel(id));
        }
    }

    pub(super) fn can_be_sent(&self, command: &QueuedCommand, now: Millis) -> bool {
        self.polls_before_at(command, now).is_none() && !command.waits_for_reload()
    }

    /// Answers the skips at the front for which there is nothing to send.
    fn answer_needless(&mut self, now: Millis) {
        while let Some(command) = self.commands.front().filter(|front| self.can_be_sent(front, now))
            && command.command == Command::Skip
            && let Err(answer) = self.skippable(command)
        {
            if let Some(command) = self.commands.pop_front() {
                self.reply_all(&command, answer);
            }
        }
    }

    /// Starts the first command that is worth sending, and answers those before it.
    pub(super) fn next_command_job(&mut self, now: Millis) -> Option<Job> {
        self.answer_needless(now);
        if now < self.next_command_at() {
            return None;
        }
        let front = self.commands.front().filter(|front| self.can_be_sent(front, now))?;
        let is_sent_at_once = front.command != Command::Skip || front.progress == Progress::Retried;
        if is_sent_at_once {
            let starts = front.command == Command::Play && front.progress != Progress::Retried;
            if starts && self.starts_with_fallback(now) {
                return Some(self.refill(now));
            }
            let handover = if starts { self.start_with_queue(now) } else { None };
            let command = self.commands.pop_front()?;
            self.count_command(&command, now);
            if let Some(handover) = handover {
                return Some(self.hand_over(handover, Some(command), now));
            }
            return Some(self.send(command.command, Origin::Person(command)));
        }
        let play = self.skippable(front).ok()?;
        let mut command = self.commands.pop_front()?;
        self.count_command(&command, now);
        command.play = Some(play.id);
        Some(match play.skip {
            None => self.claim(command, play, now),
            // Decided, by votes for example, but not sent yet: this one skip serves both.
            Some(_) => self.record(Origin::Person(command), play, now),
        })
    }

    /// When the first command may be sent. One that Spotify refused for an old token has its turn.
    pub(super) fn next_command_at(&self) -> Millis {
        match self.commands.front().map(|front| front.progress) {
            Some(Progress::Retried) => Millis(0),
            _ => self.timers.commands_until.before((BURST - 1) * SPACING_MS),
        }
    }

    fn count_command(&mut self, command: &QueuedCommand, now: Millis) {
        if command.progress != Progress::Retried {
            self.timers.commands_until = self.timers.commands_until.max(now) + SPACING_MS;
        }
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

    pub(super) fn answer(&mut self, origin: &Origin, outcome: Result<Outcome, AppError>) {
        if let Origin::Person(command) = origin {
            self.reply_all(command, outcome);
        }
    }

    pub(super) fn reply_all(
        &mut self,
        command: &QueuedCommand,
        outcome: Result<Outcome, AppError>,
    ) {
        command.ids.iter().for_each(|id| self.reply(*id, outcome));
    }
}

#[cfg(test)]
mod tests;

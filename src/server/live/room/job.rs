//! What a room does next: one job at a time.

use super::{
    Command, CurrentPlay, Effect, Health, JobId, PlayChange, Room, SignIn, Token,
    commands::{Origin, Progress, QueuedCommand},
    feeding::Handover,
    queue::{Sent, feed},
    skip::Step,
};
use crate::model::{EntryId, Millis, Player, StatusKind};

/// What is in flight, one thing at a time.
#[derive(Debug)]
pub(super) enum Job {
    Idle,
    Polling(JobId),
    /// What Spotify said, and when, while it is being recorded.
    Saving(JobId, Option<Player>, Millis, PlayChange, Option<EntryId>),
    Refreshing(JobId, SignIn),
    Claiming(JobId, QueuedCommand, CurrentPlay, Millis),
    Recording(JobId, Origin, CurrentPlay, Millis),
    Sending(JobId, Command, Origin, SignIn),
    RecordingHandover(JobId, Handover, Sent, Option<QueuedCommand>),
    HandingOver(JobId, Handover, SignIn, Option<QueuedCommand>),
    Looking(JobId, SignIn),
    Refilling(JobId),
}

impl Room {
    /// Decides what to do next: commands go before skips by votes, those before polls.
    pub(super) fn next_job(&mut self, now: Millis) -> Job {
        let Some((sign_in, token)) = self.link.token() else { return Job::Idle };
        if self.health.rate_limited_until(now).is_some() {
            return Job::Idle;
        }
        let step = self.skip_step(now);
        let is_due = |at: Option<Millis>| at.is_some_and(|at| now >= at);
        let may_write = now >= self.timers.store_retry_at;
        let polls = is_due(self.next_poll_at(now));
        let sends = step == Step::Send && may_write;
        let feeds = is_due(self.feeding_job_at(now));
        if !self.commands.is_empty() || sends || polls || feeds {
            if self.link.needs_refresh(now) {
                if self.commands.is_empty() && now < self.health.next_attempt() {
                    return Job::Idle;
                }
                let job = self.new_job();
                self.out.push_back(Effect::Refresh(job, token));
                return Job::Refreshing(job, sign_in);
            }
            if is_due(self.poll_before_command_at(now)) {
                return self.poll(token);
            }
        }
        // Before a skip too: then it leads to the next song of the queue.
        let yields = polls && self.feeding.polls_first;
        if feeds
            && !yields
            && let Some(job) = self.feeding_job(now)
        {
            return job;
        }
        if let Some(job) = self.next_command_job(now) {
            return job;
        }
        match (step, self.facts.play.clone()) {
            (Step::Send, Some(play)) if sends => return self.record(Origin::Votes, play, now),
            (Step::GiveUp, Some(_)) => {
                self.release_skip();
                self.set_health(Health::Hindered(StatusKind::SkipRefused), now);
            }
            _ => {}
        }
        if polls { self.poll(token) } else { Job::Idle }
    }

    /// When `next_job` has something to do, while nothing is in flight.
    pub(super) fn next_job_at(&self, now: Millis) -> Option<Millis> {
        if !matches!(self.job, Job::Idle) || self.facts.closed {
            return None;
        }
        self.link.token()?;
        let polls_at = self.next_poll_at(now);
        let may_be_sent = self.commands.front().is_some_and(|front| self.can_be_sent(front, now));
        let commands_at = may_be_sent
            .then(|| self.next_command_at())
            .or_else(|| self.poll_before_command_at(now));
        let sends_at = (self.skip_step(now) == Step::Send).then_some(self.timers.store_retry_at);
        let feeds_at = self.feeding_job_at(now);
        let at = polls_at.into_iter().chain(sends_at).chain(commands_at).chain(feeds_at).min()?;
        let refreshes_at =
            if self.link.needs_refresh(at) { self.health.next_attempt() } else { Millis(0) };
        Some(at.max(refreshes_at).max(self.health.rate_limited_until(now).unwrap_or_default()))
    }

    fn poll_before_command_at(&self, now: Millis) -> Option<Millis> {
        self.polls_before_at(self.commands.front()?, now)
    }

    /// When Spotify is to be polled before a command is sent, if at all: where it depends on what plays or stands
    /// there, and nobody knows that yet, or any longer.
    pub(super) fn polls_before_at(&self, command: &QueuedCommand, now: Millis) -> Option<Millis> {
        let is_new = command.progress != Progress::Retried;
        let at = match command.command {
            Command::Skip => {
                // Or not well enough to hand over the song that the skip is to lead to.
                let is_unknown =
                    self.observed.polled_at.is_none() || self.feed_step(now) == feed::Step::Poll;
                self.poll_after_end_at(now).or((is_new && is_unknown).then_some(now))
            }
            // A song that its device took away may be there again: it goes on, before another begins.
            Command::Play => {
                let is_away = self.observed.polled_at.is_some() && self.observed.player.is_none();
                (is_new && is_away && now > self.observed.proves_until).then_some(now)
            }
            Command::Pause => None,
        };
        Some(at?.max(self.timers.no_poll_before))
    }

    pub(super) fn poll(&mut self, token: Token) -> Job {
        let job = self.new_job();
        self.out.push_back(Effect::Poll(job, token));
        Job::Polling(job)
    }

    pub(super) fn new_job(&mut self) -> JobId {
        self.last_job.0 += 1;
        self.last_job
    }

    /// Takes the job that is in flight, if it is this one: an answer to another counts for nothing.
    pub(super) fn take_job(&mut self, id: JobId) -> Option<Job> {
        let in_flight = match &self.job {
            Job::Idle => None,
            Job::Polling(id)
            | Job::Saving(id, ..)
            | Job::Refreshing(id, _)
            | Job::Claiming(id, ..)
            | Job::Recording(id, ..)
            | Job::Sending(id, ..)
            | Job::RecordingHandover(id, ..)
            | Job::HandingOver(id, ..)
            | Job::Looking(id, _)
            | Job::Refilling(id) => Some(*id),
        };
        (in_flight == Some(id)).then(|| std::mem::replace(&mut self.job, Job::Idle))
    }
}

//! What the store says, read again whenever somebody changed it.

use std::collections::VecDeque;

use super::{
    Connection, Effect, Facts, Health, Job, JobId, Link, Room, STORE_RETRY_MS, Token,
    commands::QueuedCommand,
};
use crate::{
    error::AppError,
    model::{Millis, SpotifyError},
};

/// Whether the store has to be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reload {
    UpToDate,
    InFlight { again: bool },
    FailedUntil(Millis),
}

impl Room {
    pub(super) fn changed(&mut self) {
        match &mut self.reload {
            Reload::InFlight { again } => *again = true,
            Reload::UpToDate | Reload::FailedUntil(_) => {
                self.reload = Reload::InFlight { again: false };
                self.out.push_back(Effect::Reload);
            }
        }
    }

    pub(super) fn reloaded(&mut self, mut facts: Facts, now: Millis) {
        let again = self.reload == Reload::InFlight { again: true };
        self.reload = Reload::UpToDate;
        if facts.connection.is_same(&self.facts.connection) {
            self.link = self.link.reloaded(facts.connection);
        } else {
            self.replace_sign_in(facts.connection, now);
        }
        let votes = |facts: &Facts| (facts.play.as_ref().map(|play| play.id), facts.votes());
        if votes(&facts) != votes(&self.facts) {
            self.health = self.health.without_refused_skip();
        }
        if let (Some(before), Some(play)) = (&self.facts.play, &mut facts.play) {
            if before.id == play.id {
                play.observed = before.observed; // never older than the store's
            } else {
                // Recorded, although the store said that it failed.
                self.remember_ended(now);
                self.skip_came_true();
            }
        }
        if facts.fallback != self.facts.fallback {
            self.fallback_was_chosen();
        }
        self.facts = facts;
        self.share.counted(now);
        self.shown_queue = self.facts.queue.shown(self.facts.settings.songs.order);
        if again {
            self.changed();
        } else {
            self.commands.iter_mut().for_each(QueuedCommand::reloaded);
        }
    }

    pub(super) fn reload_failed(&mut self, now: Millis) {
        self.reload = Reload::FailedUntil(now + STORE_RETRY_MS);
        let (failed, rest) = std::mem::take(&mut self.commands)
            .into_iter()
            .partition::<VecDeque<_>, _>(QueuedCommand::waits_for_reload);
        self.commands = rest;
        for command in failed {
            self.reply_all(&command, Err(AppError::Internal));
        }
    }

    /// Another sign-in, or none, drives the room: what the one before said is over.
    pub(super) fn replace_sign_in(&mut self, connection: Connection, now: Millis) {
        let account = |connection: Connection| connection.sign_in().map(|it| it.connection);
        let before = std::mem::take(&mut self.observed);
        if account(connection) == account(self.facts.connection) {
            // The same account's play goes on, and what ended before may still be reported.
            self.observed.item = before.item;
            self.observed.ended = before.ended;
            self.observed.unsaved = before.unsaved;
        }
        self.link = Link::new(connection);
        self.timers.next_poll = now;
        self.set_health(Health::Ok, now);
        match self.job {
            Job::Polling(id) | Job::Looking(id, _) => {
                self.out.push_back(Effect::Cancel(id));
                self.job = Job::Idle;
            }
            Job::Saving(..) => self.job = Job::Idle,
            _ => {}
        }
    }

    pub(super) fn refreshed(
        &mut self,
        job: JobId,
        result: Result<Token, SpotifyError>,
        now: Millis,
    ) {
        let Some(Job::Refreshing(_, sign_in)) = self.take_job(job) else { return };
        if self.link.sign_in() != Some(sign_in) {
            return;
        }
        match result {
            Ok(token) => self.link.refreshed(token),
            Err(error) => {
                self.request_failed(&error, now);
                if error == SpotifyError::InvalidGrant {
                    self.facts.connection = Connection::Unusable(sign_in);
                    self.replace_sign_in(self.facts.connection, now);
                    self.changed();
                }
                // Who waits hears it; the next poll tries again.
                self.refuse_all(error.of_command());
            }
        }
    }
}

//! A song on its way to Spotify: recorded, handed over, looked for, or given up.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    super::{Effect, Health, Job, JobId, Reload, Room, StoreFailed, commands::QueuedCommand, pace},
    HELD_MS, RESTART_MS, is_same,
};
use crate::{
    error::AppError,
    model::{EntryId, Item, Millis, Outcome, SpotifyError},
    server::live::room::{
        STORE_RETRY_MS,
        queue::{
            self, Rules, Sent,
            feed::{Delivery, How, Next, Playback, Situation},
        },
    },
};

/// A song that is being handed over.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Handover {
    pub(in super::super) entry: EntryId,
    pub(in super::super) how: How,
}

impl Room {
    /// Lets the host's, or a guest's, Play begin with the queue where nothing plays.
    pub(in super::super) fn start_with_queue(&mut self, now: Millis) -> Option<Handover> {
        let polled_at = self.observed.polled_at?;
        if !matches!(self.playback_to_feed(now), Playback::Stopped { .. }) {
            return None;
        }
        let handover = match self.situation(polled_at, now) {
            Situation { sent: Some(sent), .. } => match sent.delivery {
                Delivery::NotSent => Handover { entry: sent.entry, how: How::Start },
                Delivery::Queued { .. } => Handover { entry: sent.entry, how: How::GoTo },
                // It may be there: begun anew, it would be played twice.
                Delivery::Unknown
                | Delivery::Received { .. }
                | Delivery::Missing { .. }
                | Delivery::Gone => {
                    return None;
                }
            },
            Situation { next: Next::Song(entry), .. } => Handover { entry, how: How::Start },
            Situation { .. } => return None,
        };
        (!self.end_forbidden(handover.entry, now)).then_some(handover)
    }

    /// Has it recorded that a song is about to be handed over.
    pub(in super::super) fn hand_over(
        &mut self,
        handover: Handover,
        command: Option<QueuedCommand>,
        now: Millis,
    ) -> Job {
        let job = self.new_job();
        let play = match handover.how {
            How::Enqueue => self.play_id(),
            How::Start | How::GoTo => None,
        };
        let sent = Sent { at: now, play };
        self.out.push_back(Effect::RecordHandover { job, entry: handover.entry, sent });
        Job::RecordingHandover(job, handover, sent, command)
    }

    /// Hands a song over once that is recorded.
    pub(in super::super) fn handover_recorded(
        &mut self,
        job: JobId,
        result: Result<bool, StoreFailed>,
        now: Millis,
    ) {
        let Some(Job::RecordingHandover(_, handover, sent, command)) = self.take_job(job) else {
            return;
        };
        let refused = match result {
            Ok(true) => None,
            // It was withdrawn meanwhile, or another one is on its way: the store knows more.
            Ok(false) => Some(AppError::NothingPlaying),
            Err(StoreFailed) => {
                self.timers.store_retry_at = now + STORE_RETRY_MS;
                Some(AppError::NotSaved)
            }
        };
        if let Some(error) = refused {
            self.feeding.hold(now + STORE_RETRY_MS);
            self.changed();
            if let Some(command) = command {
                self.reply_all(&command, Err(error));
            }
            return;
        }
        self.feeding.is_about(handover.entry);
        self.feeding.delivery = Delivery::NotSent;
        self.change_queue(|queue| {
            if let Some(song) = queue.song_mut(handover.entry) {
                song.sent = Some(sent);
            }
        });
        self.send_recorded(handover, command, now);
    }

    /// Hands over what was recorded, if Spotify may be asked now; otherwise it is done later.
    fn send_recorded(&mut self, handover: Handover, command: Option<QueuedCommand>, now: Millis) {
        let songs = &self.facts.queue.songs;
        let song = songs.iter().find(|song| song.entry.id == handover.entry);
        let uri = song.map(|song| song.item.track.uri.clone());
        let may_ask = self.health.rate_limited_until(now).is_none();
        let ((sign_in, token), uri) = match (self.link.token(), uri) {
            (Some(token), Some(uri)) if may_ask => (token, uri),
            _ => {
                if let Some(command) = command {
                    self.reply_all(&command, Err(AppError::SpotifyUnreachable));
                }
                return;
            }
        };
        let job = self.new_job();
        self.feeding.attempts += 1;
        self.feeding.tried_at = now;
        self.feeding.seen_at = now;
        self.feeding.was_blind = false;
        self.feeding.delivery = Delivery::Unknown;
        self.out.push_back(Effect::HandOver { job, token, uri, how: handover.how });
        self.job = Job::HandingOver(job, handover, sign_in, command);
    }

    /// Spotify received a song, or did not.
    pub(in super::super) fn handed_over(
        &mut self,
        job: JobId,
        result: Result<(), SpotifyError>,
        now: Millis,
    ) {
        let Some(Job::HandingOver(_, handover, sign_in, command)) = self.take_job(job) else {
            return;
        };
        if let Some(command) = command {
            let outcome = result.clone().map(|()| Outcome::Played);
            self.reply_all(&command, outcome.map_err(|error| error.of_command()));
        }
        if self.link.sign_in() != Some(sign_in) {
            self.heed_wait(result.as_ref().err(), now);
            return;
        }
        self.feeding.tried_at = now;
        if handover.how != How::Enqueue {
            self.timers.quick_until = now + pace::QUICK_FOR_MS;
            self.timers.next_poll = now + pace::FIRST_QUICK_MS;
        }
        match result {
            Ok(()) => {
                self.link.accepted();
                self.set_health(Health::Ok, now);
                self.feeding.delivery = Delivery::Received { play: self.play_id() };
                self.feeding.idle_since = None;
            }
            Err(error) => self.handover_failed(handover, &error, now),
        }
    }

    fn handover_failed(&mut self, handover: Handover, error: &SpotifyError, now: Millis) {
        if error.may_have_happened() {
            // Looked at before it is tried again.
            self.timers.next_poll = self.timers.next_poll.min(now + pace::QUICK_MS);
            self.command_failed(error, now);
            return;
        }
        self.feeding.attempts = self.feeding.attempts.saturating_sub(1);
        // What Spotify had in its queue before is there still.
        let is_queued = handover.how == How::GoTo;
        self.feeding.delivery = if is_queued { Delivery::Unknown } else { Delivery::NotSent };
        match error {
            SpotifyError::Unauthorized if self.link.rejected() => {}
            SpotifyError::RateLimited { .. } => self.command_failed(error, now),
            _ => {
                if !is_queued {
                    self.release_handover(handover.entry);
                }
                self.feeding.hold(now + HELD_MS);
                self.command_failed(error, now);
            }
        }
    }

    /// What Spotify's queue holds.
    pub(in super::super) fn looked(
        &mut self,
        job: JobId,
        result: Result<Vec<Item>, SpotifyError>,
        now: Millis,
    ) {
        let Some(Job::Looking(_, sign_in)) = self.take_job(job) else { return };
        if self.link.sign_in() != Some(sign_in) {
            self.heed_wait(result.as_ref().err(), now);
            return;
        }
        let found = match result {
            Ok(items) => Ok(Some(items)),
            // The account agreed before anybody asked to see its queue: what it has is taken on trust.
            Err(SpotifyError::Restricted) => Ok(None),
            Err(error) => Err(error),
        };
        match found {
            Ok(items) => {
                self.link.accepted();
                let Some((song, sent)) = self.facts.queue.sent() else { return };
                let entry = song.entry.id;
                let is_there =
                    items.is_none_or(|items| items.iter().any(|item| is_same(&song.item, item)));
                if self.feeding.entry != Some(entry) {
                    // After a start nobody remembers whether it was played before.
                    let is_old = sent.at > now
                        || now.since(sent.at) > RESTART_MS.min(song.item.track.duration_ms)
                        || sent.play.is_some_and(|play| self.play_id() != Some(play));
                    self.feeding.is_about(entry);
                    self.feeding.was_blind = is_old;
                    // What plays was polled before the look: the room sees from here on.
                    self.feeding.seen_at = now;
                }
                self.feeding.delivery = match is_there {
                    true => Delivery::Queued { play: self.play_id() },
                    false => Delivery::Missing { at: now },
                };
            }
            Err(SpotifyError::Unauthorized) if self.link.rejected() => {}
            Err(error) => {
                self.feeding.polls_first = true;
                self.poll_failed(&error, now);
            }
        }
    }

    /// A song that the rules of the moment forbid waits no more.
    pub(super) fn end_forbidden(&mut self, entry: EntryId, now: Millis) -> bool {
        let (songs, blocked) = (self.facts.settings.songs, BTreeSet::clone(&self.facts.blocked));
        let rules = Rules { songs, blocked };
        let song = self.facts.queue.songs.iter().find(|song| song.entry.id == entry);
        let is_forbidden = song.is_some_and(|song| song.sent.is_none() && !song.is_allowed(&rules));
        if is_forbidden {
            self.end_entry(entry, queue::Ended::Forbidden, now);
        }
        is_forbidden
    }

    pub(super) fn end_entry(&mut self, entry: EntryId, reason: queue::Ended, now: Millis) {
        self.out.push_back(Effect::EndEntry(entry, reason, now));
        self.change_queue(|queue| queue.take(entry, false));
        // Whoever asked for it is told.
        self.changed();
    }

    fn release_handover(&mut self, entry: EntryId) {
        self.out.push_back(Effect::ReleaseHandover(entry));
        self.change_queue(|queue| {
            if let Some(song) = queue.song_mut(entry) {
                song.sent = None;
            }
        });
        self.reread();
    }

    /// What is being read may be from before what was just done.
    pub(in super::super) fn reread(&mut self) {
        if let Reload::InFlight { again } = &mut self.reload {
            *again = true;
        }
    }

    pub(super) fn change_queue(&mut self, change: impl FnOnce(&mut queue::Queue)) {
        change(Arc::make_mut(&mut self.facts.queue));
        self.shown_queue = self.facts.queue.shown(self.facts.settings.songs.order);
    }
}

//! The queue on its way to Spotify: what the room does about it, and when.

mod handover;
mod refill;
mod starting;

pub(super) use handover::Handover;
use starting::stands_at_start;

use super::{
    Command, Effect, Health, Job, Room,
    commands::QueuedCommand,
    pace,
    play::Recording,
    queue::{
        self,
        feed::{self, Delivery, Playback, Situation, Step},
    },
    skip::SETTLE_MS,
};
use crate::model::{EntryId, Item, Millis, Pending, PlayId, StatusKind};

/// After a refusal that only a person can do something about, nothing is handed over for so long.
const HELD_MS: u64 = 30_000;
/// A room that nobody watches looks so often whether music plays again.
const UNWATCHED_IDLE_MS: u64 = 60_000;
/// Where nothing has played for so long, songs wait until somebody comes.
pub const GIVE_UP_MS: u64 = 30 * 60_000;
/// In so long a song may be heard, and over, unseen.
const BLIND_MS: u64 = 15_000;
/// After a restart a song that was handed over longer ago than this may have been played meanwhile.
const RESTART_MS: u64 = 30_000;

/// What the room knows of songs on their way to Spotify, besides what is stored.
#[derive(Debug, Default)]
pub(super) struct Feeding {
    /// Which song that is about.
    entry: Option<EntryId>,
    delivery: Delivery,
    attempts: u32,
    /// When it was tried last.
    tried_at: Millis,
    /// When Spotify named last since then what plays, and whether that was missing for so long that the song
    /// may have been played meanwhile.
    seen_at: Millis,
    was_blind: bool,
    /// A look failed: what plays is more urgent than another.
    pub(super) polls_first: bool,
    held_until: Millis,
    /// The fallback playlist had nothing that may be played: it is not asked again before then.
    refills_at: Millis,
    /// How many songs Spotify took in a row, and nothing plays.
    in_vain: u32,
    /// When starting music was given up last: what happened before then starts none.
    gave_up_at: Millis,
    /// A play that was found standing where no music had ended just now: it starts none either.
    found_in_silence: Option<PlayId>,
    /// Since when nothing plays.
    pub(super) idle_since: Option<Millis>,
}

impl Feeding {
    /// What is known is about this song from here on.
    fn is_about(&mut self, entry: EntryId) {
        if self.entry != Some(entry) {
            *self = Self {
                entry: Some(entry),
                held_until: self.held_until,
                refills_at: self.refills_at,
                in_vain: self.in_vain,
                gave_up_at: self.gave_up_at,
                found_in_silence: self.found_in_silence,
                ..Self::default()
            };
        }
    }

    /// What waits for the clock does not wait longer.
    pub(super) fn clock_was_set_back(&mut self, now: Millis) {
        self.held_until = self.held_until.min(now);
        self.refills_at = self.refills_at.min(now);
        self.tried_at = self.tried_at.min(now);
        self.seen_at = self.seen_at.min(now);
        self.gave_up_at = self.gave_up_at.min(now);
        self.idle_since = None;
    }

    fn hold(&mut self, until: Millis) {
        self.held_until = until;
    }
}

impl Room {
    /// What is to be done about the queue.
    pub(super) fn feed_step(&self, now: Millis) -> Step {
        match (self.link.token(), self.observed.polled_at) {
            (Some(_), Some(polled_at)) if self.has_songs() => {
                feed::step(&self.situation(polled_at, now), now)
            }
            _ => Step::Nothing,
        }
    }

    fn situation(&self, polled_at: Millis, now: Millis) -> Situation {
        let queue = &self.facts.queue;
        let sent = queue.sent().map(|(song, sent)| {
            let unknown = Feeding::default();
            let is_known = self.feeding.entry == Some(song.entry.id);
            let feeding = if is_known { &self.feeding } else { &unknown };
            let delivery = match feeding.delivery {
                Delivery::Missing { .. } if feeding.was_blind => Delivery::Gone,
                delivery => delivery,
            };
            feed::Sent {
                entry: song.entry.id,
                at: self.timers.past(sent.at.max(feeding.tried_at), now),
                play: sent.play,
                delivery,
                attempts: feeding.attempts,
            }
        });
        let playback = self.playback_to_feed(now);
        Situation {
            playback,
            polled_at,
            sent,
            next: self.next_to_feed(playback, now),
            may_start: self.may_start(now),
            skips: self.is_about_to_skip(),
            held_until: self.feeding.held_until,
        }
    }

    fn playback_to_feed(&self, now: Millis) -> Playback {
        let skips =
            matches!(self.observed.pending, Some((Pending::Skip, _))) || self.is_skip_settling(now);
        if skips || self.observed.is_doubtful {
            return Playback::Unclear;
        }
        let Some(player) = &self.observed.player else { return Playback::Stopped { play: None } };
        let at_start = player.progress_ms == 0;
        // Whoever opens Spotify where it was missing finds the last song paused.
        let no_device = self.health == Health::Hindered(StatusKind::NoDevice);
        // What was started may take a moment to be heard.
        let is_loading = self.facts.play.as_ref().is_some_and(|play| {
            play.is_from_queue
                && stands_at_start(play)
                && now.since(play.began_at) < feed::SETTLE_MS
        });
        match (&player.item, self.play_id()) {
            (_, Some(_)) if is_loading => Playback::Unclear,
            (_, play) if !player.is_playing && (at_start || no_device) => {
                Playback::Stopped { play }
            }
            (Some(_), Some(play)) if player.is_playing => {
                Playback::Playing { play, ends_at: self.observed.ends_at() }
            }
            (Some(_), Some(play)) => Playback::Paused { play },
            _ => Playback::Unclear,
        }
    }

    /// Whether a skip was sent that may have come true without being seen.
    fn is_skip_settling(&self, now: Millis) -> bool {
        let sent_at = self.facts.play.as_ref().and_then(|play| self.sent_at(play));
        sent_at.is_some_and(|at| now.since(self.timers.past(at, now)) < SETTLE_MS)
    }

    /// Whether what plays is about to be skipped, by votes or by the host.
    fn is_about_to_skip(&self) -> bool {
        let is_skip = |command: &QueuedCommand| command.command == Command::Skip;
        let is_decided = self
            .facts
            .play
            .as_ref()
            .is_some_and(|play| play.skip.is_some_and(|skip| skip.sent_at.is_none()));
        is_decided || self.commands.front().is_some_and(is_skip)
    }

    /// Whether there are songs that Spotify is to get.
    pub(super) fn feeds(&self, now: Millis) -> bool {
        let has_given_up = |since: Millis| now.since(since) >= GIVE_UP_MS;
        self.link.token().is_some()
            && !self.facts.closed
            && self.has_songs()
            && !self.feeding.idle_since.is_some_and(has_given_up)
    }

    /// When Spotify is to be polled for the queue's sake, where nobody watches.
    pub(super) fn feeding_poll_at(&self, now: Millis) -> Option<Millis> {
        if !self.feeds(now) {
            return None;
        }
        let Some(polled_at) = self.observed.polled_at else { return Some(self.timers.next_poll) };
        let at = match (self.playback_to_feed(now), self.feed_step(now)) {
            (_, Step::Poll) => now,
            // What becomes of a command is looked at soon.
            _ if polled_at < self.timers.quick_until => self.timers.next_poll,
            (Playback::Unclear, _) => self.timers.next_poll,
            (Playback::Playing { ends_at: None, .. }, _) => polled_at + pace::STEADY_MS,
            (Playback::Playing { ends_at: Some(ends_at), .. }, _) => {
                let feeds_at = ends_at.before(feed::LEAD_MS);
                let over_at = ends_at + pace::AFTER_END_MS;
                match self.facts.queue.sent() {
                    None if polled_at < feeds_at => feeds_at,
                    _ => over_at.max(polled_at + pace::QUICK_MS),
                }
            }
            (Playback::Paused { .. } | Playback::Stopped { .. }, _) => {
                polled_at + UNWATCHED_IDLE_MS
            }
        };
        Some(at.max(self.health.next_attempt()).max(self.timers.no_poll_before))
    }

    /// What the queue wants done now, if anything.
    pub(super) fn feeding_job(&mut self, now: Millis) -> Option<Job> {
        if now < self.timers.store_retry_at {
            return None;
        }
        match self.feed_step(now) {
            Step::HandOver(entry, _) if self.end_forbidden(entry, now) => self.feeding_job(now),
            Step::Refill => Some(self.refill(now)),
            Step::HandOver(entry, how) => Some(self.hand_over(Handover { entry, how }, None, now)),
            Step::Look => {
                let (sign_in, token) = self.link.token()?;
                let job = self.new_job();
                self.out.push_back(Effect::Look(job, token));
                Some(Job::Looking(job, sign_in))
            }
            Step::Drop(entry) => {
                let was_started =
                    self.facts.queue.sent().is_some_and(|(_, sent)| sent.play.is_none());
                let is_hidden = was_started && self.observed.player.is_none();
                self.feeding.was_in_vain(is_hidden, now);
                self.end_entry(entry, queue::Ended::Dropped, now);
                self.feeding_job(now)
            }
            Step::Nothing | Step::Wait(_) | Step::Poll => None,
        }
    }

    /// When `feeding_job` has something to do, as far as that is known.
    pub(super) fn feeding_job_at(&self, now: Millis) -> Option<Millis> {
        let at = match self.feed_step(now) {
            Step::HandOver(..) | Step::Look | Step::Refill | Step::Drop(_) => now,
            Step::Wait(until) => until,
            Step::Nothing | Step::Poll => return None,
        };
        Some(at.max(self.timers.store_retry_at).max(self.health.next_attempt()))
    }

    /// The song from the queue that begins to play: the one that was handed over, or one that the host
    /// started in their own Spotify, which nobody wants to hear again after that.
    pub(super) fn entry_that_begins(&self, item: &Item) -> Option<EntryId> {
        let same = self.facts.queue.songs.iter().filter(|song| is_same(&song.item, item));
        same.max_by_key(|song| song.sent.is_some()).map(|song| song.entry.id)
    }

    /// It is recorded that a song began to play.
    pub(super) fn entry_began(&mut self, entry: EntryId) {
        self.change_queue(|queue| queue.take(entry, true));
    }

    /// Notes what was polled: since when nothing plays, and since when nothing was seen.
    pub(super) fn note_poll(&mut self, now: Millis) {
        self.feeding.polls_first = false;
        self.feeding.was_blind |= now.since(self.feeding.seen_at) > BLIND_MS;
        if self.observed.player.as_ref().is_some_and(|player| player.item.is_some()) {
            self.feeding.seen_at = now;
        }
        let plays = self.observed.player.as_ref().is_some_and(|player| player.is_playing);
        match (plays, self.feeding.idle_since) {
            (true, _) => {
                self.feeding.in_vain = 0;
                self.feeding.idle_since = None;
            }
            (false, None) => self.feeding.idle_since = Some(now),
            (false, Some(_)) => {}
        }
    }
}

/// Whether Spotify names the song that was asked for, perhaps under the URI of another release.
fn is_same(wanted: &Item, named: &Item) -> bool {
    wanted.track.uri == named.track.uri || Recording::from(wanted).is(&named.into())
}

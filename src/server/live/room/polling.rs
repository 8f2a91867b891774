//! What Spotify says plays, and what that changes.

use super::{
    CurrentPlay, Effect, EndedBy, Health, Job, JobId, Observation, PENDING_MS, PlayChange, Room,
    STORE_RETRY_MS, StoreFailed, pace,
    play::{Context, Recording, ended_by, is_stale},
    skip::Step,
};
use crate::model::{Item, Millis, Pending, PlayId, Player, SpotifyError, StatusKind};

impl Room {
    /// The play that votes are for: one that Spotify names right now.
    pub(super) fn play_id(&self) -> Option<PlayId> {
        let item = self.observed.player.as_ref().and_then(|player| player.item.as_ref());
        self.facts.play.as_ref().filter(|_| item.is_some()).map(|play| play.id)
    }

    /// When Spotify is to be polled, as far as that depends on the room.
    pub(super) fn next_poll_at(&self, now: Millis) -> Option<Millis> {
        let paced = self.is_polled(now).then_some(self.timers.next_poll);
        // A decided skip is looked after once it is due, whatever the pace.
        let skip = match self.skip_step(now) {
            Step::Wait { until } => {
                Some(until.max(self.health.next_attempt()).max(self.timers.stale_until))
            }
            _ => None,
        };
        paced.into_iter().chain(skip).min()
    }

    /// Takes the answer to a poll in.
    pub(super) fn polled(
        &mut self,
        job: JobId,
        result: Result<Option<Player>, SpotifyError>,
        now: Millis,
    ) {
        let Some(Job::Polling(_)) = self.take_job(job) else { return };
        let player = match result {
            Ok(player) => player,
            Err(SpotifyError::Unauthorized) if self.link.rejected() => return,
            Err(error) => {
                self.request_failed(&error, now);
                // Only those are left that waited for this poll.
                self.refuse_all(error.of_command());
                return;
            }
        };
        self.link.accepted();
        match self.play_change(player.as_ref(), now) {
            Verdict::Stale => {
                self.timers.stale_until = now + pace::QUICK_MS;
                self.timers.next_poll = self.timers.stale_until;
            }
            Verdict::Same => self.observe(player, false, now, now),
            Verdict::Changed(change) => {
                let Some(sign_in) = self.link.sign_in() else { return };
                let job = self.new_job();
                let change_to_save = change.clone();
                self.out.push_back(Effect::SavePlay { job, sign_in, change: change_to_save });
                self.job = Job::Saving(job, player, now, change);
            }
        }
    }

    /// What was polled is recorded, and counts from now on.
    pub(super) fn saved(
        &mut self,
        job: JobId,
        result: Result<Option<CurrentPlay>, StoreFailed>,
        now: Millis,
    ) {
        let Some(Job::Saving(_, player, polled_at, change)) = self.take_job(job) else { return };
        match result {
            Ok(Some(play)) => {
                if let PlayChange::Replace { uri, .. } = &change {
                    let before = self.facts.play.as_ref().map(|play| play.uri.clone());
                    let ended = before.filter(|before| before != uri);
                    self.observed.ended = ended.map(|uri| (uri, polled_at));
                }
                if change.begins() {
                    self.facts.begin(play);
                    self.health = self.health.without_refused_skip();
                } else {
                    self.facts.play = Some(play);
                }
                self.observe(player, change.begins(), polled_at, now);
            }
            // Another account, or none, drives the room: what this one plays is nobody's business.
            Ok(None) => {
                self.timers.next_poll = now + pace::QUICK_MS;
                self.changed();
            }
            Err(StoreFailed) => {
                self.timers.next_poll = now + STORE_RETRY_MS;
                self.changed();
            }
        }
    }

    /// Takes over what Spotify said at `polled_at`.
    fn observe(
        &mut self,
        player: Option<Player>,
        play_began: bool,
        polled_at: Millis,
        now: Millis,
    ) {
        let player_ref = player.as_ref();
        self.observed.pending = self.observed.pending.filter(|(what, since)| {
            let is_shown = match what {
                Pending::Play => player_ref.is_some_and(|player| player.is_playing),
                Pending::Pause => player_ref.is_none_or(|player| !player.is_playing),
                Pending::Skip => play_began || player_ref.is_none(),
            };
            !is_shown && polled_at.since(*since) < PENDING_MS
        });
        let plays = player_ref.is_some_and(|player| player.is_playing);
        self.set_health(self.health.after_poll(plays), now);
        self.timers.next_poll = pace::next_poll(player_ref, polled_at, self.timers.quick_until);
        self.observed.player = player;
        self.observed.polled_at = Some(polled_at);
    }

    /// What the player that was polled at `now` changes about the play that goes on.
    fn play_change(&self, player: Option<&Player>, now: Millis) -> Verdict {
        let Some((player, item)) = player.and_then(|player| Some((player, player.item.as_ref()?)))
        else {
            return Verdict::Same;
        };
        let uri = &item.track.uri;
        if let Some((ended, at)) = &self.observed.ended
            && is_stale(uri, ended, *at, now)
        {
            return Verdict::Stale;
        }
        let observed = Observation {
            at: now,
            progress_ms: player.progress_ms,
            playing: player.is_playing,
            duration_ms: item.track.duration_ms,
        };
        let uri = uri.clone();
        let Some(play) = &self.facts.play else {
            return Verdict::Changed(PlayChange::Begin { uri, observed });
        };
        match self.ended_by(play, item, &observed) {
            Some(reason) => {
                Verdict::Changed(PlayChange::Replace { ended: play.id, reason, uri, observed })
            }
            None if !play.observed.explains(&observed) || play.uri != uri => {
                Verdict::Changed(PlayChange::Update { play: play.id, uri, observed })
            }
            None => Verdict::Same,
        }
    }

    fn ended_by(&self, play: &CurrentPlay, item: &Item, observed: &Observation) -> Option<EndedBy> {
        let known = self.observed.player.as_ref().and_then(|player| player.item.as_ref());
        let context = Context {
            recording: known.filter(|known| known.track.uri == play.uri).map(recording),
            polled_at: self.observed.polled_at.unwrap_or(play.observed.at),
        };
        ended_by(play, context, recording(item), observed)
    }

    /// A poll or a refresh failed: the next one comes later each time.
    pub(super) fn request_failed(&mut self, error: &SpotifyError, now: Millis) {
        let attempts = self.health.attempts() + 1;
        if let SpotifyError::RateLimited { retry_after_ms } = error {
            return self.rate_limited(attempts, *retry_after_ms, now);
        }
        let retry_at = pace::after_failure(now, attempts);
        self.timers.next_poll = retry_at;
        self.set_health(Health::Failing { attempts, kind: error.status(), retry_at }, now);
    }

    /// A command failed: the room says why, and polls soon.
    pub(super) fn command_failed(&mut self, error: &SpotifyError, now: Millis) {
        let attempts = self.health.attempts() + 1;
        let health = match (error, error.status()) {
            (SpotifyError::RateLimited { retry_after_ms }, _) => {
                return self.rate_limited(attempts, *retry_after_ms, now);
            }
            (_, kind @ StatusKind::Unreachable) => {
                Health::Failing { attempts, kind, retry_at: self.timers.next_poll }
            }
            (_, kind) => Health::Hindered(kind),
        };
        self.set_health(health, now);
    }

    fn rate_limited(&mut self, attempts: u32, retry_after_ms: Option<u64>, now: Millis) {
        let until = pace::after_rate_limit(now, attempts, retry_after_ms);
        self.set_health(Health::RateLimited { attempts, until }, now);
        self.timers.next_poll = until;
        self.out.push_back(Effect::RateLimited(until));
    }
}

enum Verdict {
    /// An answer from before the last change: it counts for nothing.
    Stale,
    Same,
    Changed(PlayChange),
}

fn recording(item: &Item) -> Recording<'_> {
    Recording { isrc: item.isrc.as_deref(), track: &item.track }
}

//! What Spotify says plays, and what that changes.

use super::{
    CurrentPlay, Effect, EndedBy, Job, JobId, Observation, PENDING_MS, PlayChange, Reload, Room,
    STORE_RETRY_MS, StoreFailed, Unsaved, pace,
    play::{Context, EndedPlay, STALE_MS, ended_by, is_stale},
    queue::feed,
    skip::{EVIDENCE_MS, Step, TRAVEL_MS},
};
use crate::model::{Item, Millis, Pending, PlayId, Player, SpotifyError};

impl Room {
    /// The play that votes are for: one that Spotify names right now.
    pub(super) fn play_id(&self) -> Option<PlayId> {
        let player =
            self.observed.player.as_ref().filter(|_| self.observed.unsaved != Unsaved::Play);
        let item = player?.item.as_ref()?;
        // The store may know of another play already, which nobody has seen yet.
        let play = self.facts.play.as_ref().filter(|play| play.uri == item.track.uri);
        play.map(|play| play.id)
    }

    /// When Spotify is to be polled, as far as that depends on the room.
    pub(super) fn next_poll_at(&self, now: Millis) -> Option<Millis> {
        let paced = self.is_polled(now).then_some(self.timers.next_poll);
        // A decided skip is looked after once it is due, whatever the pace.
        let skip = match self.skip_step(now) {
            Step::Wait { until } => {
                Some(until.max(self.health.next_attempt()).max(self.timers.no_poll_before))
            }
            _ => None,
        };
        // Where somebody watches, the queue waits for the usual polls unless it is its turn now.
        let is_turn = self.feed_step(now) == feed::Step::Poll;
        let feeding = self.feeding_poll_at(now).filter(|_| paced.is_none() || is_turn);
        paced.into_iter().chain(skip).chain(feeding).min()
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
                self.poll_failed(&error, now);
                // Only those are left that waited for this poll.
                self.refuse_all(error.of_command());
                return;
            }
        };
        self.link.accepted();
        match self.play_change(player.as_ref(), now) {
            Verdict::Stale => {
                self.poll_again_at(now + pace::QUICK_MS);
            }
            Verdict::Same => self.observe(player, false, now, now),
            // The store may have done what it said had failed: it is read first.
            Verdict::Changed(_)
                if self.observed.unsaved == Unsaved::Play && self.reload != Reload::UpToDate =>
            {
                self.poll_again_at(now + STORE_RETRY_MS);
            }
            Verdict::Changed(change) => {
                let Some(sign_in) = self.link.sign_in() else { return };
                let job = self.new_job();
                let item = player.as_ref().and_then(|player| player.item.as_ref());
                let entry = item.filter(|_| change.begins());
                let entry = entry.and_then(|item| self.entry_that_begins(item));
                let change_to_save = change.clone();
                let track = item.map(|item| Box::new(item.track.clone()));
                self.out.push_back(Effect::SavePlay {
                    job,
                    sign_in,
                    change: change_to_save,
                    entry,
                    track,
                });
                self.job = Job::Saving(job, player, now, change, entry);
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
        let Some(Job::Saving(_, player, polled_at, change, entry)) = self.take_job(job) else {
            return;
        };
        // The clock may have been set back since: nobody knows how long ago that was.
        let is_ageless = polled_at > now;
        let polled_at = polled_at.min(now);
        match result {
            Ok(Some(play)) => {
                self.timers.saves_failed = 0;
                if matches!(change, PlayChange::Replace { .. }) {
                    self.remember_ended(polled_at);
                }
                if change.begins() {
                    self.feeding.play_began(self.facts.play.as_ref(), &play);
                    self.facts.begin(play);
                    if let Some(entry) = entry {
                        self.entry_began(entry);
                    }
                    self.health = self.health.without_refused_skip();
                } else {
                    self.facts.play = Some(play);
                }
                self.observe(player, change.begins(), polled_at, now);
                if is_ageless {
                    self.observed.proves_until = Millis(0);
                }
            }
            // Another account, or none, drives the room: what this one plays is nobody's business.
            Ok(None) => {
                if !change.begins() {
                    self.not_saved(player, change, polled_at);
                }
                self.poll_again_at(now + pace::QUICK_MS);
                self.changed();
            }
            Err(StoreFailed) => {
                self.not_saved(player, change, polled_at);
                self.timers.saves_failed += 1;
                self.poll_again_at(pace::after_failure(polled_at, self.timers.saves_failed));
                self.changed();
            }
        }
    }

    /// What was polled does not count: Spotify is asked again then, and not before.
    fn poll_again_at(&mut self, at: Millis) {
        self.timers.next_poll = at;
        self.timers.no_poll_before = at;
    }

    /// What Spotify said at `polled_at` is true, though the store did not take it.
    fn not_saved(&mut self, player: Option<Player>, change: PlayChange, polled_at: Millis) {
        match change {
            PlayChange::Update { observed, .. } => {
                self.observed.unsaved = Unsaved::Observation;
                if let Some(play) = &mut self.facts.play {
                    play.observed = observed;
                }
            }
            PlayChange::Begin { .. } | PlayChange::Replace { .. } => {
                self.observed.unsaved = Unsaved::Play;
                self.skip_came_true();
                self.observed.player = player;
                self.observed.polled_at = Some(polled_at);
            }
        }
    }

    /// A skip that Spotify received was for the play before.
    pub(super) fn skip_came_true(&mut self) {
        self.observed.pending = self.observed.pending.filter(|(what, _)| *what != Pending::Skip);
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
        let expected = self.observed.pending;
        self.observed.pending = self.observed.pending.filter(|(what, since)| {
            let is_shown = match what {
                Pending::Play => player_ref.is_some_and(|player| player.is_playing),
                Pending::Pause => player_ref.is_none_or(|player| !player.is_playing),
                Pending::Skip => play_began || player_ref.is_none(),
            };
            !is_shown && polled_at.since(*since) < PENDING_MS
        });
        if expected.is_some() && self.observed.pending.is_none() {
            self.timers.quick_until = polled_at; // what was expected is so
        }
        let plays = player_ref.is_some_and(|player| player.is_playing);
        self.set_health(self.health.after_poll(plays), now);
        self.timers.next_poll = pace::next_poll(player_ref, polled_at, self.timers.quick_until);
        self.observed.proves_until = polled_at + EVIDENCE_MS;
        if let Some(item) = player_ref.and_then(|player| player.item.as_ref()) {
            self.observed.item = Some((item.clone(), polled_at));
            self.observed.unsaved = Unsaved::Nothing;
        }
        self.observed.player = player;
        self.observed.polled_at = Some(polled_at);
        let ends_at = self.observed.ends_at();
        let is_near_end = ends_at.is_some_and(|at| at <= polled_at + TRAVEL_MS);
        let since = self.observed.near_end_since.filter(|_| !play_began).unwrap_or(polled_at);
        self.observed.near_end_since = is_near_end.then_some(since);
        self.observed.is_doubtful = false;
        self.note_poll(polled_at);
    }

    /// What the player that was polled at `now` changes about the play that goes on.
    fn play_change(&self, player: Option<&Player>, now: Millis) -> Verdict {
        let Some((player, item)) = player.and_then(|player| Some((player, player.item.as_ref()?)))
        else {
            return Verdict::Same;
        };
        let uri = item.track.uri.clone();
        let observed = Observation {
            at: now,
            progress_ms: player.progress_ms,
            playing: player.is_playing,
            duration_ms: item.track.duration_ms,
        };
        let current = self.facts.play.as_ref();
        let shows_ended = |ended: &EndedPlay| is_stale(ended, current, item.into(), &observed);
        if self.observed.ended.iter().any(shows_ended) {
            return Verdict::Stale;
        }
        // Just after a start nobody remembers what played before: that may have been the same track.
        let may_be_stale = |play: &CurrentPlay| {
            self.observed.polled_at.is_none()
                && (play.uri != uri || !play.observed.explains(&observed))
                && (play.observed.at..=play.observed.at + STALE_MS).contains(&now)
        };
        if current.is_some_and(may_be_stale) {
            return Verdict::Stale;
        }
        let Some(play) = current else {
            return Verdict::Changed(PlayChange::Begin { uri, observed });
        };
        match self.ended_by(play, item, &observed) {
            Some(reason) => {
                Verdict::Changed(PlayChange::Replace { ended: play.id, reason, uri, observed })
            }
            None if !play.observed.explains(&observed)
                || play.uri != uri
                || self.observed.unsaved == Unsaved::Observation =>
            {
                Verdict::Changed(PlayChange::Update { play: play.id, uri, observed })
            }
            None => Verdict::Same,
        }
    }

    fn ended_by(&self, play: &CurrentPlay, item: &Item, observed: &Observation) -> Option<EndedBy> {
        let mut play = play.clone();
        let sent_at = self.sent_at(&play);
        if let Some(skip) = &mut play.skip {
            skip.sent_at = sent_at;
        }
        let named = self.last_named(&play);
        let context = Context {
            recording: named.map(|(item, _)| item.into()),
            named_at: named.map_or(play.observed.at, |(_, at)| *at),
        };
        ended_by(&play, context, item.into(), observed)
    }

    /// What Spotify named last and when, if that was this play's.
    fn last_named(&self, play: &CurrentPlay) -> Option<&(Item, Millis)> {
        self.observed.item.as_ref().filter(|(item, _)| item.track.uri == play.uri)
    }

    /// The play that went on is over: Spotify may still report it for a moment.
    pub(super) fn remember_ended(&mut self, ended_at: Millis) {
        let Some(play) = self.facts.play.clone() else { return };
        let item = self.last_named(&play).map(|(item, _)| item.clone());
        let is_recent = |ended: &EndedPlay| ended_at.since(ended.ended_at) <= STALE_MS;
        self.observed.ended.retain(is_recent);
        self.observed.ended.push(EndedPlay { play, item, ended_at });
    }
}

enum Verdict {
    /// An answer from before the last change: it counts for nothing.
    Stale,
    Same,
    Changed(PlayChange),
}

#[cfg(test)]
mod tests;

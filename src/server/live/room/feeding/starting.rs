//! Whether music may begin where nothing plays.

use super::{
    super::{CurrentPlay, Health, Observation, Room, play::STALE_MS},
    Feeding, GIVE_UP_MS,
};
use crate::model::{Millis, StatusKind};

/// So long after somebody asked for a song, or one ended, music is started where nothing plays.
const START_MS: u64 = 60_000;
/// So many songs in a row may be handed over in vain: where none of them plays, the next would not either.
const MOST_IN_VAIN: u32 = 3;

impl Feeding {
    /// Another play goes on.
    pub(in super::super) fn play_began(&mut self, before: Option<&CurrentPlay>, now: &CurrentPlay) {
        let ended_now = |before: &CurrentPlay| {
            let Observation { playing, .. } = before.observed;
            playing && now.began_at.since(before.observed.ends_at()) < GIVE_UP_MS
        };
        self.found_in_silence = (!before.is_some_and(ended_now)).then_some(now.id);
        if now.is_from_queue && stands_at_start(now) {
            self.was_in_vain(false, now.began_at);
        }
    }

    /// Spotify took a song, and nothing plays. In a private session it may play all the same, hidden.
    pub(super) fn was_in_vain(&mut self, is_hidden: bool, now: Millis) {
        self.in_vain += 1;
        if is_hidden || self.in_vain >= MOST_IN_VAIN {
            self.in_vain = 0;
            self.gave_up_at = now;
        }
    }
}

impl Room {
    /// Whether music may be started where nothing plays: nobody wants it to begin at three in the
    /// morning because a phone lost its connection.
    pub(super) fn may_start(&self, now: Millis) -> bool {
        let gave_up_at = self.feeding.gave_up_at;
        let is_recent = |at: Millis| now.since(at) < START_MS && at <= now && at > gave_up_at;
        let was_asked = self.facts.queue.songs.iter().any(|song| is_recent(song.entry.added_at));
        let has_ended = self.facts.play.as_ref().is_some_and(|play| {
            let ends_at = play.observed.ends_at();
            is_recent(ends_at)
        });
        let was_skipped = self.facts.play.as_ref().is_some_and(|play| {
            let sent_at = self.sent_at(play);
            sent_at.is_some_and(is_recent)
        });
        // A list that ends stands at its start again, which passes for a play of its own.
        let has_stopped = self.facts.play.as_ref().is_some_and(|play| {
            let is_list = !play.is_from_queue && self.feeding.found_in_silence != Some(play.id);
            is_list && stands_at_start(play) && is_recent(self.timers.past(play.observed.at, now))
        });
        was_asked
            || has_ended
            || was_skipped
            || has_stopped
            || self.health == Health::Hindered(StatusKind::NoDevice)
    }
}

/// Whether a play never moved: a list that has ended stands at its start, and so does what does not play.
pub(super) fn stands_at_start(play: &CurrentPlay) -> bool {
    let Observation { at, progress_ms, playing, .. } = play.observed;
    // Its first answer may have been of a moment before.
    !playing && progress_ms == 0 && at.since(play.began_at) <= STALE_MS
}

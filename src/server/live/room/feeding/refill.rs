//! The fallback playlist: what is played when nobody asked for anything.

use super::super::{
    Effect, Job, JobId, Room, STORE_RETRY_MS, StoreFailed,
    queue::{
        Entry, QueuedSong,
        feed::{Next, Playback},
    },
};
use crate::model::{FallbackPlaylist, Millis};

/// After the playlist had nothing that the rules allow, it is asked again so much later.
const NOTHING_ALLOWED_MS: u64 = 60_000;

/// Whether somebody asked for the song, or the host wants it next.
fn is_wanted(entry: &Entry) -> bool {
    !entry.is_fallback || entry.promoted_at.is_some()
}

impl Room {
    /// Whether there is anything that Spotify may get.
    pub(in super::super) fn has_songs(&self) -> bool {
        !self.facts.queue.songs.is_empty() || self.facts.fallback.is_some()
    }

    /// What comes next, of what was not handed over.
    pub(super) fn next_to_feed(&self, playback: Playback, now: Millis) -> Next {
        let follows = self.fallback_follows(playback);
        let next = self.facts.queue.next(self.facts.settings.songs.order);
        match next.map(|song| song.entry) {
            Some(entry) if follows || is_wanted(&entry) => Next::Song(entry.id),
            None if follows && self.may_refill(now) => Next::Fallback,
            _ => Next::Nothing,
        }
    }

    fn may_refill(&self, now: Millis) -> bool {
        self.facts.fallback.is_some()
            && self.facts.queue.songs.is_empty()
            && now >= self.feeding.refills_at
    }

    /// Whether the playlist goes on after what plays. What the host has started in their own Spotify
    /// since they chose it is left alone until it stops, or a song that somebody asks for follows it.
    fn fallback_follows(&self, playback: Playback) -> bool {
        !(matches!(playback, Playback::Playing { .. }) && self.is_hosts_own_music())
    }

    fn is_hosts_own_music(&self) -> bool {
        let (Some(play), Some(fallback)) = (&self.facts.play, &self.facts.fallback) else {
            return false;
        };
        !play.is_from_queue && play.began_at > fallback.chosen_at
    }

    /// The playlist as everybody in the room sees it.
    pub(in super::super) fn shown_fallback(&self) -> Option<FallbackPlaylist> {
        let name = self.facts.fallback.as_ref()?.name.clone();
        let player = self.observed.player.as_ref();
        let plays = player.is_some_and(|player| player.is_playing && player.item.is_some());
        let somebody_asked = self.facts.queue.songs.iter().any(|song| is_wanted(&song.entry));
        let waits = plays && !somebody_asked && self.is_hosts_own_music();
        Some(FallbackPlaylist { name, waits })
    }

    /// Whether "Play" is to begin with the playlist, which must be asked for its next song first.
    pub(in super::super) fn starts_with_fallback(&self, now: Millis) -> bool {
        let is_stopped = matches!(self.playback_to_feed(now), Playback::Stopped { .. });
        self.observed.polled_at.is_some()
            && is_stopped
            && self.may_refill(now)
            && now >= self.timers.store_retry_at
    }

    /// There is another playlist, or none: what the one before had says nothing any more.
    pub(in super::super) fn fallback_was_chosen(&mut self) {
        self.feeding.refills_at = Millis(0);
    }

    /// Has the next song of the playlist put into the queue.
    pub(in super::super) fn refill(&mut self, now: Millis) -> Job {
        let job = self.new_job();
        self.out.push_back(Effect::Refill(job, now));
        Job::Refilling(job)
    }

    /// A song of the playlist waits, or there is none.
    pub(in super::super) fn refilled(
        &mut self,
        job: JobId,
        result: Result<Option<QueuedSong>, StoreFailed>,
        now: Millis,
    ) {
        let Some(Job::Refilling(_)) = self.take_job(job) else { return };
        match result {
            Ok(Some(song)) => {
                self.change_queue(|queue| {
                    if queue.song_mut(song.entry.id).is_none() {
                        queue.songs.push(song);
                    }
                });
                self.reread();
            }
            // Or something waits that the room has not read yet.
            Ok(None) => {
                self.feeding.refills_at = now + NOTHING_ALLOWED_MS;
                self.changed();
            }
            Err(StoreFailed) => {
                self.timers.store_retry_at = now + STORE_RETRY_MS;
                self.changed();
            }
        }
    }
}

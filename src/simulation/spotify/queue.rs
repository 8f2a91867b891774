//! What Spotify was told to play next.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use auxroom::{
    model::{Item, SpotifyError, Track},
    server::live::room::queue::How,
};

use super::{Content, Device, Spotify, requests::Fate};
use crate::dice::Dice;

/// Spotify's own queue: what was added plays before everything else, and nothing can be taken out.
#[derive(Clone, Debug, Default)]
pub(super) struct UserQueue {
    tracks: VecDeque<Arc<Track>>,
    /// What it was before the last change, and when that was: Spotify may show it a little longer.
    before: (u64, VecDeque<Arc<Track>>),
    /// How often each track was heard because it was told so: it may repeat one by itself.
    played: HashMap<String, u32>,
    /// The playing that began so last, and when.
    last: Option<(u64, String, u64)>,
}

impl UserQueue {
    /// A playing is over. What was heard for less than it takes to poll, nobody knows to have begun.
    pub(super) fn left(&mut self, instance: u64, now: u64) {
        const UNHEARD_MS: u64 = 16_000;
        let last = self.last.take_if(|(last, ..)| *last == instance);
        if let Some((_, uri, since)) = last
            && now - since < UNHEARD_MS
            && let Some(played) = self.played.get_mut(&uri)
        {
            *played -= 1;
        }
    }

    /// Another account's, which has played nothing yet.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Spotify {
    /// Plays what was added first, if anything was.
    pub(super) fn play_queued(&mut self) -> bool {
        let before = self.queue.tracks.clone();
        let Some(track) = self.queue.tracks.pop_front() else { return false };
        self.queue.before = (self.now, before);
        self.play_now(track);
        true
    }

    fn play_now(&mut self, track: Arc<Track>) {
        let (uri, length_ms) = (track.uri.clone(), track.duration_ms);
        self.put(Content::Track { track, length_ms, is_relinked: false });
        // In a private session nobody can tell whether it plays.
        if self.now >= self.private_until {
            *self.queue.played.entry(uri.clone()).or_default() += 1;
            self.queue.last = Some((self.next_instance, uri, self.now));
        }
    }

    /// How often a track was heard because it was told so.
    pub(crate) fn playings(&self, uri: &str) -> u32 {
        self.queue.played.get(uri).copied().unwrap_or_default()
    }

    /// A track that was heard more than once because it was told so.
    pub(crate) fn played_again(&self) -> Option<&str> {
        let again = self.queue.played.iter().find(|(_, times)| **times > 1);
        again.map(|(uri, _)| uri.as_str())
    }

    /// Whether a track is about to be played.
    pub(crate) fn has_queued(&self, uri: &str) -> bool {
        self.queue.tracks.iter().any(|track| track.uri == uri)
    }

    /// Takes a song, or does not.
    pub(crate) fn hand_over(
        &mut self,
        track: &Track,
        how: How,
        fate: Fate,
        token: i64,
        dice: &mut Dice,
    ) -> Result<(), SpotifyError> {
        let refusal = self.command_refusal(fate, token);
        if fate.is_not_done() {
            return refusal.map_or(Ok(()), Err);
        }
        match (refusal, self.device) {
            (Some(error), _) if !error.may_have_happened() => Err(error),
            (_, Device::Gone) => Err(SpotifyError::NoDevice),
            (_, Device::Restricted) => Err(SpotifyError::Restricted),
            (refusal, Device::Active) => {
                if how == How::GoTo {
                    self.play_queued();
                } else if !dice.happens(10) {
                    // Some tracks are taken and never played.

                    let track = Arc::new(track.clone());
                    match how {
                        How::Start => {
                            // Of what plays already that looks like a seek to its start.
                            self.disturbed_at = self.now;
                            self.play_now(track);
                        }
                        How::Enqueue | How::GoTo => {
                            self.queue.before = (self.now, self.queue.tracks.clone());
                            self.queue.tracks.push_back(track);
                        }
                    }
                }
                refusal.map_or(Ok(()), Err)
            }
        }
    }

    /// Shows the queue, perhaps as it was a moment ago.
    pub(crate) fn look(
        &mut self,
        fate: Fate,
        token: i64,
        dice: &mut Dice,
    ) -> Result<Vec<Item>, SpotifyError> {
        if let Some(error) = self.refusal(fate, token) {
            return Err(error);
        }
        let (changed_at, before) = &self.queue.before;
        let is_old = dice.happens(300) && self.now - changed_at < dice.within(0..=2_500);
        let tracks = if is_old { before } else { &self.queue.tracks };
        let item = |track: &Arc<Track>| {
            let track = Track::clone(track);
            Item { isrc: Some(format!("isrc-{}", track.uri)), track }
        };
        Ok(tracks.iter().map(item).collect())
    }
}

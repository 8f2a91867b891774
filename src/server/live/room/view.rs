//! What everybody in a room sees.

use std::{collections::HashMap, sync::Arc};

use super::{Link, Presence, Room, queue::Queue};
use crate::{
    model::{
        Kind, Millis, Pending, PlayId, Playback, Skip, Snapshot, Status, StatusKind, VisitorId,
    },
    text,
};

/// A room at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// What all members see.
    pub snapshot: Snapshot,
    /// Who is in the room.
    pub members: Arc<HashMap<VisitorId, Presence>>,
    /// The play that votes are for.
    pub play: Option<PlayId>,
    /// Whether Spotify answered, or there is no use in waiting for it.
    pub polled: bool,
    /// Whether the room is closed.
    pub closed: bool,
    /// What people asked for.
    pub queue: Arc<Queue>,
    /// The state of the store that this shows.
    pub revision: u64,
}

impl Room {
    /// The view at `now`, if it is not what was published last.
    pub(super) fn next_view(&self, now: Millis) -> Option<View> {
        let Some(before) = &self.published else { return Some(self.view(now, now)) };
        // Grows across restarts too, since it is never behind the clock.
        let version = now.max(Millis(before.snapshot.version + 1));
        let mut view = self.view(version, now);
        keep_progress(&before.snapshot, &mut view.snapshot, now);
        view.snapshot.version = before.snapshot.version;
        if view.snapshot != before.snapshot {
            view.snapshot.version = version.0;
        }
        (view != *before).then_some(view)
    }

    fn view(&self, version: Millis, now: Millis) -> View {
        View {
            snapshot: self.snapshot(version, now),
            members: self.facts.members.clone(),
            play: self.play_id(),
            polled: self.knows_what_plays() || !self.can_be_asked(),
            closed: self.facts.closed,
            queue: self.facts.queue.clone(),
            revision: self.facts.revision,
        }
    }

    fn knows_what_plays(&self) -> bool {
        self.observed.polled_at.is_some() && !self.observed.is_doubtful
    }

    /// Whether an answer of Spotify's can be expected soon.
    fn can_be_asked(&self) -> bool {
        self.link.token().is_some() && self.health.status().is_none()
    }

    fn snapshot(&self, version: Millis, now: Millis) -> Snapshot {
        let settings = self.facts.settings;
        Snapshot {
            version: version.0,
            code: self.facts.code.clone(),
            votes_to_skip: settings.votes_to_skip.get(),
            skip_share: settings.skip_share,
            guest_can_pause: settings.guest_can_pause,
            members: self.facts.present(),
            playback: self.playback(now),
            skip: self.skip(),
            status: self.status(),
            rules: settings.songs,
            queue: self.shown_queue.clone(),
            fallback: self.shown_fallback(),
        }
    }

    fn skip(&self) -> Skip {
        let votes = if self.play_id().is_some() { self.facts.votes() } else { 0 };
        let (people, needed) = self.facts.needed();
        Skip { votes, needed, people }
    }

    fn playback(&self, now: Millis) -> Option<Playback> {
        let player = self.observed.player.as_ref()?;
        Some(Playback {
            play: self.play_id(),
            // An item that Spotify leaves out for a moment is not what its kind says.
            kind: match (&player.item, player.kind) {
                (None, Kind::Track) => Kind::Unknown,
                (_, kind) => kind,
            },
            track: player.item.as_ref().map(|item| item.track.clone()),
            is_playing: player.is_playing,
            progress_ms: player.progress_ms,
            as_of: self.observed.polled_at.unwrap_or(now),
            pending: self.observed.pending.map(|(what, _)| what),
        })
    }

    fn status(&self) -> Status {
        let nothing_plays = self.observed.polled_at.is_some() && self.observed.player.is_none();
        let repeats = self.observed.player.as_ref().is_some_and(|player| player.repeats);
        let (kind, retry_at) = match (self.link, self.health.status()) {
            (Link::Disconnected, _) => (StatusKind::NotConnected, None),
            (Link::OtherApplication, _) => (StatusKind::OtherApplication, None),
            (Link::NeedsReconnect, _) => (StatusKind::Reconnect, None),
            (_, Some(trouble)) => trouble,
            (_, None) if nothing_plays => (StatusKind::NothingPlaying, None),
            (_, None) if repeats && self.has_songs() => (StatusKind::Repeats, None),
            (_, None) => (StatusKind::Ok, None),
        };
        text::status(kind, retry_at)
    }
}

/// Progress that is where it was expected is no news: readers count on themselves. A pause that
/// Spotify received stops it where it is.
fn keep_progress(before: &Snapshot, after: &mut Snapshot, now: Millis) {
    const NOTICEABLE_MS: u64 = 1_000;
    let (Some(before), Some(after)) = (&before.playback, &mut after.playback) else { return };
    if before.track != after.track || before.is_playing != after.is_playing {
        return;
    }
    let pauses = |playback: &Playback| playback.pending == Some(Pending::Pause);
    let as_expected = before.progress_at(now).abs_diff(after.progress_at(now)) < NOTICEABLE_MS;
    (after.progress_ms, after.as_of) = match (pauses(before), pauses(after)) {
        (false, true) => (after.progress_at(now), now),
        (true, true) => (before.progress_ms, before.as_of),
        _ if as_expected => (before.progress_ms, before.as_of),
        _ => return,
    };
}

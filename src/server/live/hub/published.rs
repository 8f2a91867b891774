//! What a room's readers see, made once for all of them.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use serde::Serialize;

use super::knowledge::Knowledge;
use crate::{
    model::{Pending, Playback, Snapshot, VisitorId, You},
    server::store::entities::{member, room},
};

/// A room's state at one moment.
#[derive(Clone, Debug)]
pub struct RoomState {
    /// What all members see.
    pub snapshot: Snapshot,
    /// The event `snapshot`, ready to be sent.
    pub frame: Bytes,
    /// The room; nothing if it was deleted.
    pub room: Option<room::Model>,
    /// Who is in the room, by the visitor's key.
    pub members: Arc<HashMap<i64, MemberState>>,
    /// The play that votes are for.
    pub play: Option<u64>,
    /// Whether Spotify answered, or there is no use in waiting for it.
    pub looked: bool,
    /// Whether the room is closed.
    pub closed: bool,
}

/// A member in a room's state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MemberState {
    /// Their place.
    pub place: member::Model,
    /// Whether they voted to skip what plays.
    pub voted: bool,
}

impl RoomState {
    /// The state before Spotify was asked.
    pub(super) fn first(known: &Knowledge, now: u64) -> Self {
        Self::new(known, known.snapshot(now, now))
    }

    /// The state after this one, if `known` says something new.
    pub(super) fn next(&self, known: &Knowledge, now: u64) -> Option<Self> {
        // Grows across restarts too, since it is never behind the clock.
        let version = now.max(self.snapshot.version + 1);
        let mut snapshot = known.snapshot(version, now);
        keep_progress(&self.snapshot, &mut snapshot, now);
        let unchanged = Snapshot { version: self.snapshot.version, ..snapshot.clone() };
        let next = if unchanged == self.snapshot {
            Self { frame: self.frame.clone(), ..Self::with_frame(known, unchanged, Bytes::new()) }
        } else {
            Self::new(known, snapshot)
        };
        let same = next.snapshot.version == self.snapshot.version
            && (&next.room, &next.members) == (&self.room, &self.members)
            && (next.play, next.looked, next.closed) == (self.play, self.looked, self.closed);
        (!same).then_some(next)
    }

    /// What differs for one member; nothing if they are not in the room.
    pub fn you(&self, visitor: VisitorId, now: u64) -> Option<You> {
        let member = self.members.get(&visitor.0)?;
        let voted_play = self.play.filter(|_| member.voted);
        Some(You { now, role: member.place.role.into(), voted_play })
    }

    fn new(known: &Knowledge, snapshot: Snapshot) -> Self {
        let frame = frame("snapshot", Some(snapshot.version), &snapshot);
        Self::with_frame(known, snapshot, frame)
    }

    fn with_frame(known: &Knowledge, snapshot: Snapshot, frame: Bytes) -> Self {
        Self {
            snapshot,
            frame,
            room: known.room.clone(),
            members: known.members.clone(),
            play: known.play_id(),
            looked: known.looked_at.is_some() || !known.can_be_asked(),
            closed: known.is_closed(),
        }
    }
}

/// Progress that is where it was expected is no news: readers count on themselves. A pause that
/// Spotify received stops it where it is.
fn keep_progress(before: &Snapshot, after: &mut Snapshot, now: u64) {
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

/// An event as it is sent.
pub fn frame(event: &str, id: Option<u64>, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).expect("the model is JSON");
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("event: {event}\n{id}data: {data}\n\n").into()
}

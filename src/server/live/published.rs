//! What a room's readers see, made once for all of them.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use serde::Serialize;

use super::room::{
    Presence, View,
    queue::{Ballot, Queue, told},
};
use crate::{
    model::{Changes, Millis, PlayId, RoomId, Settings, Snapshot, VisitorId, You},
    server::rooms::people::Member,
};

/// A room at one moment.
#[derive(Clone, Debug)]
pub struct Published {
    /// What all members see.
    pub snapshot: Snapshot,
    /// The event `snapshot`, ready to be sent.
    whole: Bytes,
    /// The event `changes`, ready to be sent to whoever has the version that it is the difference from;
    /// none if there is no such version, or the whole is no longer.
    changes: Option<(u64, Bytes)>,
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
    /// The room's revision in the store that this shows.
    pub revision: u64,
}

impl Published {
    /// What `view` shows, after `before`: a snapshot that has not changed is not serialised again.
    pub(super) fn new(view: View, before: Option<&Self>) -> Self {
        let View { snapshot, members, play, polled, closed, queue, revision } = view;
        let (whole, changes) = match before {
            Some(before) if before.snapshot.version == snapshot.version => {
                (before.whole.clone(), before.changes.clone())
            }
            _ => frames(before.map(|before| &before.snapshot), &snapshot),
        };
        Self { snapshot, whole, changes, members, play, polled, closed, queue, revision }
    }

    /// The same bytes for all who were sent the snapshot's version `sent` last, or nothing yet: what they
    /// need to have this one. Nothing if they have it.
    pub fn news_since(&self, sent: Option<u64>) -> Option<Bytes> {
        match (sent, &self.changes) {
            (Some(sent), _) if sent == self.snapshot.version => None,
            (Some(sent), Some((since, changes))) if sent == *since => Some(changes.clone()),
            _ => Some(self.whole.clone()),
        }
    }

    /// What differs for one member; nothing if they are not in the room.
    pub fn you(&self, visitor: VisitorId, now: Millis) -> Option<You> {
        let presence = self.members.get(&visitor)?;
        let voted_play = self.play.filter(|_| presence.voted);
        let Ballot { voted, own, lost } = self.queue.ballot(presence.member);
        Some(You {
            now,
            role: presence.role,
            voted_play,
            name: presence.name.clone(),
            voted_entries: voted,
            own_entries: own,
            lost: told(&lost, now),
        })
    }

    /// The visitor's membership in this room, if it is open and they are in it.
    pub(super) fn member(&self, room: RoomId, visitor: VisitorId) -> Option<Member> {
        let Presence { member, role, .. } = self.members.get(&visitor).filter(|_| !self.closed)?;
        let settings = Settings {
            votes_to_skip: self.snapshot.votes_to_skip.try_into().unwrap_or_default(),
            skip_share: self.snapshot.skip_share,
            guest_can_pause: self.snapshot.guest_can_pause,
            songs: self.snapshot.rules,
        };
        let code = self.snapshot.code.parse().ok()?;
        Some(Member { id: *member, visitor, role: *role, room, code, settings })
    }
}

/// The events `snapshot` and `changes`.
fn frames(before: Option<&Snapshot>, after: &Snapshot) -> (Bytes, Option<(u64, Bytes)>) {
    let version = Some(after.version);
    let whole = frame("snapshot", version, after);
    let changes = before.map(|before| {
        let changes = Changes::between(before, after);
        (before.version, frame("changes", version, &changes))
    });
    let changes = changes.filter(|(_, changes)| changes.len() < whole.len());
    (whole, changes)
}

/// An event as it is sent.
pub fn frame(event: &str, id: Option<u64>, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).expect("the model is JSON");
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("event: {event}\n{id}data: {data}\n\n").into()
}

//! What differs between two states of a room, for whoever has the earlier one.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    EntryId, FallbackPlaylist, Playback, QueueEntry, Skip, SkipShare, Snapshot, SongRules, Status,
    Track, Why,
};

/// Event `changes`: what differs in a room from the state that the reader has. What is absent is as it
/// was; everything else replaces the snapshot's field of the same name.
///
/// Who has another state than `since` asks for all of it. That is read as what differs from nothing, so
/// that pages download one reader for both.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Changes {
    /// The state that this leads to.
    pub version: u64,
    /// The state that this is the difference from; nothing if it is all of a room.
    pub since: Option<u64>,
    /// The room's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How many votes skip a song.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes_to_skip: Option<u32>,
    /// More than which share of the people skips a song; null once a number of votes does.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub skip_share: Option<Option<SkipShare>>,
    /// Whether guests may play and pause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guest_can_pause: Option<bool>,
    /// How many members are in the room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<u32>,
    /// What plays; null once Spotify reports nothing.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub playback: Option<Option<Playback>>,
    /// The votes to skip what plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<Skip>,
    /// How Spotify is doing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// What the host decided about songs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<SongRules>,
    /// The songs that wait, in the order in which they come, if these are others or it is another order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<EntryId>>,
    /// What differs in songs that wait; all there is to know of those that are new. All songs in their
    /// order if this is all of a room.
    #[serde(default, alias = "queue", skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<EntryChanges>,
    /// The playlist that goes on when nobody asks for anything; null once there is none.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Option<FallbackPlaylist>>,
}

/// What differs in a song that waits. What is absent is as it was.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct EntryChanges {
    /// Which one.
    pub entry: EntryId,
    /// The song.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<Track>,
    /// What whoever asked for it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// How many people want it, whoever asked for it included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub votes: Option<u32>,
    /// Why it stands where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

impl Changes {
    /// What leads from one state to another.
    pub fn between(before: &Snapshot, after: &Snapshot) -> Self {
        let Snapshot {
            version,
            code,
            votes_to_skip,
            skip_share,
            guest_can_pause,
            members,
            playback,
            skip,
            status,
            rules,
            queue,
            fallback,
        } = after;
        Self {
            version: *version,
            since: Some(before.version),
            code: changed(&before.code, code),
            votes_to_skip: changed(&before.votes_to_skip, votes_to_skip),
            skip_share: changed(&before.skip_share, skip_share),
            guest_can_pause: changed(&before.guest_can_pause, guest_can_pause),
            members: changed(&before.members, members),
            playback: changed(&before.playback, playback),
            skip: changed(&before.skip, skip),
            status: changed(&before.status, status),
            rules: changed(&before.rules, rules),
            order: changed(&ids(&before.queue), &ids(queue)),
            entries: changed_entries(&before.queue, queue),
            fallback: changed(&before.fallback, fallback),
        }
    }

    /// The state after these changes; nothing if they are not about the state `before`.
    pub fn apply(self, before: Option<&Snapshot>) -> Option<Snapshot> {
        let Self {
            version,
            since,
            code,
            votes_to_skip,
            skip_share,
            guest_can_pause,
            members,
            playback,
            skip,
            status,
            rules,
            order,
            entries,
            fallback,
        } = self;
        if since != before.map(|before| before.version) {
            return None;
        }
        Some(Snapshot {
            version,
            code: code.or_else(|| Some(before?.code.clone()))?,
            votes_to_skip: votes_to_skip.or_else(|| Some(before?.votes_to_skip))?,
            skip_share: skip_share.or_else(|| Some(before?.skip_share))?,
            guest_can_pause: guest_can_pause.or_else(|| Some(before?.guest_can_pause))?,
            members: members.or_else(|| Some(before?.members))?,
            playback: playback.or_else(|| Some(before?.playback.clone()))?,
            skip: skip.or_else(|| Some(before?.skip))?,
            status: status.or_else(|| Some(before?.status.clone()))?,
            rules: rules.or_else(|| Some(before?.rules))?,
            queue: queue_after(before.map(|before| &before.queue), order, entries)?,
            fallback: fallback.or_else(|| Some(before?.fallback.clone()))?,
        })
    }
}

impl TryFrom<Changes> for Snapshot {
    type Error = &'static str;

    fn try_from(all: Changes) -> Result<Self, Self::Error> {
        all.apply(None).ok_or("not all of a room")
    }
}

impl EntryChanges {
    fn between(before: Option<&QueueEntry>, after: &QueueEntry) -> Option<Self> {
        if before == Some(after) {
            return None;
        }
        let QueueEntry { entry, track, by, votes, why } = after;
        Some(Self {
            entry: *entry,
            track: changed_in(before.map(|before| &before.track), track),
            by: changed_in(before.map(|before| &before.by), by),
            votes: changed_in(before.map(|before| &before.votes), votes),
            why: changed_in(before.map(|before| &before.why), why),
        })
    }

    /// The song after these changes; nothing if it is unknown and not all of it is here.
    fn apply(self, before: Option<&QueueEntry>) -> Option<QueueEntry> {
        let Self { entry, track, by, votes, why } = self;
        Some(QueueEntry {
            entry,
            track: track.or_else(|| Some(before?.track.clone()))?,
            by: by.or_else(|| Some(before?.by.clone()))?,
            votes: votes.or_else(|| Some(before?.votes))?,
            why: why.or_else(|| Some(before?.why))?,
        })
    }
}

fn changed<T: Clone + PartialEq>(before: &T, after: &T) -> Option<T> {
    changed_in(Some(before), after)
}

fn changed_in<T: Clone + PartialEq>(before: Option<&T>, after: &T) -> Option<T> {
    (before != Some(after)).then(|| after.clone())
}

fn ids(queue: &[QueueEntry]) -> Vec<EntryId> {
    queue.iter().map(|entry| entry.entry).collect()
}

fn changed_entries(before: &[QueueEntry], after: &[QueueEntry]) -> Vec<EntryChanges> {
    let known: HashMap<_, _> = before.iter().map(|entry| (entry.entry, entry)).collect();
    let changes =
        |after: &QueueEntry| EntryChanges::between(known.get(&after.entry).copied(), after);
    after.iter().filter_map(changes).collect()
}

fn queue_after(
    before: Option<&Arc<[QueueEntry]>>,
    order: Option<Vec<EntryId>>,
    mut entries: Vec<EntryChanges>,
) -> Option<Arc<[QueueEntry]>> {
    let Some(before) = before else {
        return entries.into_iter().map(|all| all.apply(None)).collect();
    };
    if order.is_none() && entries.is_empty() {
        return Some(before.clone());
    }
    let order = order.unwrap_or_else(|| ids(before));
    let after = order.into_iter().map(|id| {
        // A map would be quicker, and larger to download: a queue is short.
        let before = before.iter().find(|entry| entry.entry == id);
        match entries.iter().position(|changes| changes.entry == id) {
            Some(index) => entries.swap_remove(index).apply(before),
            None => before.cloned(),
        }
    });
    after.collect()
}

/// Tells null from what is absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests;

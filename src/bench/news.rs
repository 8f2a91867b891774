//! What guests are told of their room.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

/// An event.
#[derive(Clone)]
pub enum News {
    /// The room's state, whether all of it or what changed was sent.
    Snapshot(Arc<Snapshot>),
    /// What differs for this guest.
    You(You),
}

/// As much of a room's state as is measured, which earlier servers told in the same words.
#[derive(Clone, Deserialize)]
pub struct Snapshot {
    /// Grows with every change.
    pub version: u64,
    /// What Spotify plays.
    pub playback: Option<Playback>,
    /// The votes.
    pub skip: Skip,
    /// The songs that wait.
    #[serde(default)]
    pub queue: Vec<IgnoredAny>,
}

/// What Spotify plays.
#[derive(Clone, Deserialize)]
pub struct Playback {
    /// The play that votes count for.
    pub play: Option<u64>,
    /// The track.
    pub track: Option<Track>,
}

/// A track.
#[derive(Clone, Deserialize)]
pub struct Track {
    /// Its title.
    pub name: String,
}

/// The votes to skip.
#[derive(Clone, Copy, Deserialize)]
pub struct Skip {
    /// How many there are.
    pub votes: u32,
}

/// What differs for a guest.
#[derive(Clone, Deserialize)]
pub struct You {
    /// The play that the guest voted to skip.
    pub voted_play: Option<u64>,
}

/// What changed since a version: absent what did not.
#[derive(Deserialize)]
struct Changes {
    version: u64,
    since: u64,
    /// Null is a change as well.
    #[serde(default, deserialize_with = "present")]
    playback: Option<Option<Playback>>,
    skip: Option<Skip>,
    order: Option<Vec<IgnoredAny>>,
}

fn present<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<Playback>>, D::Error> {
    Deserialize::deserialize(from).map(Some)
}

impl Changes {
    fn apply(self, before: &Snapshot) -> anyhow::Result<Snapshot> {
        ensure!(self.since == before.version, "changes since {}", self.since);
        Ok(Snapshot {
            version: self.version,
            playback: self.playback.unwrap_or_else(|| before.playback.clone()),
            skip: self.skip.unwrap_or(before.skip),
            queue: self.order.unwrap_or_else(|| before.queue.clone()),
        })
    }
}

/// The state read last: the others in the room get the same bytes, which need no second parsing.
#[derive(Default)]
pub struct Parsed(Mutex<Option<(Bytes, Arc<Snapshot>)>>);

impl Parsed {
    /// Reads whole events of a guest who knows `latest`, and leaves there what they know then.
    ///
    /// # Errors
    /// If they are none.
    pub fn events(
        &self,
        whole: &Bytes,
        latest: &mut Option<Arc<Snapshot>>,
    ) -> anyhow::Result<Vec<News>> {
        let mut found = Vec::with_capacity(2);
        for event in std::str::from_utf8(whole)?.split_terminator("\n\n") {
            let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
            let Some(data) = field("data: ") else { continue };
            let bytes = || whole.slice_ref(data.as_bytes());
            let state = match field("event: ") {
                Some("snapshot") => self.once(&bytes(), read)?,
                Some("changes") => {
                    let before = latest.as_deref().context("changes before a snapshot")?;
                    self.once(&bytes(), |data| read::<Changes>(data)?.apply(before))?
                }
                Some("you") => {
                    found.push(News::You(serde_json::from_str(data)?));
                    continue;
                }
                Some("alive" | "build") => continue,
                other => bail!("an unexpected event: {other:?} {data}"),
            };
            *latest = Some(state.clone());
            found.push(News::Snapshot(state));
        }
        Ok(found)
    }

    fn once(
        &self,
        data: &Bytes,
        read: impl FnOnce(&Bytes) -> anyhow::Result<Snapshot>,
    ) -> anyhow::Result<Arc<Snapshot>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, snapshot)) = last.as_ref().filter(|(bytes, _)| bytes == data) {
            return Ok(snapshot.clone());
        }
        let snapshot = Arc::new(read(data)?);
        *last = Some((data.clone(), Arc::clone(&snapshot)));
        Ok(snapshot)
    }
}

fn read<T: DeserializeOwned>(data: &Bytes) -> anyhow::Result<T> {
    Ok(serde_json::from_slice(data)?)
}

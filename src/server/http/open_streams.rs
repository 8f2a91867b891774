//! The event streams that are open: eight for each member at most.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio_util::sync::CancellationToken;

use crate::model::MemberId;

/// Nobody looks at more tabs at once, and one guest cannot take every connection.
const MOST: usize = 8;

/// All open streams. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct OpenStreams(
    // A std mutex: it is never held across an await.
    Arc<Mutex<HashMap<MemberId, VecDeque<CancellationToken>>>>,
);

/// One of a member's streams, as long as this lives.
#[derive(Debug)]
pub struct OpenStream {
    streams: OpenStreams,
    member: MemberId,
    superseded: CancellationToken,
}

impl OpenStreams {
    /// Counts one more. The member's oldest makes way for one too many.
    pub fn open(&self, member: MemberId) -> OpenStream {
        let superseded = CancellationToken::new();
        let mut all = self.all();
        let streams = all.entry(member).or_default();
        streams.push_back(superseded.clone());
        if streams.len() > MOST
            && let Some(oldest) = streams.pop_front()
        {
            oldest.cancel();
        }
        OpenStream { streams: self.clone(), member, superseded }
    }

    /// Whether a member has one.
    pub fn is_open(&self, member: MemberId) -> bool {
        self.all().contains_key(&member)
    }

    /// How many members have one, and how many there are.
    pub fn count(&self) -> (usize, usize) {
        let all = self.all();
        (all.len(), all.values().map(VecDeque::len).sum())
    }

    fn all(&self) -> MutexGuard<'_, HashMap<MemberId, VecDeque<CancellationToken>>> {
        // Nothing that holds the lock can leave the map half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenStream {
    /// Done once newer streams of the same member have taken this one's place.
    pub async fn superseded(&self) {
        self.superseded.cancelled().await;
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        // Those that made way are marked, and gone from the list.
        self.superseded.cancel();
        let mut all = self.streams.all();
        if let Some(streams) = all.get_mut(&self.member) {
            streams.retain(|stream| !stream.is_cancelled());
            if streams.is_empty() {
                all.remove(&self.member);
            }
        }
    }
}

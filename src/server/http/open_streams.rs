//! The event streams that are open: eight for each member at most.

use std::{
    collections::{HashMap, VecDeque},
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio_util::sync::CancellationToken;

use crate::{model::MemberId, server::chance};

/// Nobody looks at more tabs at once, and one guest cannot take every connection.
const MOST: usize = 8;

/// A page whose stream broke off comes back no sooner than this: whatever broke it has a moment to pass.
const SOONEST_MS: u64 = 500;
/// A page that is alone, or one of a few, comes back no later than this.
const SOON_MS: u64 = 2_000;
/// And one of a crowd no later than this.
const LATEST_MS: u64 = 10_000;
/// How much time each page of a crowd has for itself: 500 a second come back.
const SPACE_MS: u64 = 2;

/// All open streams. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct OpenStreams(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    // A std mutex: it is never held across an await.
    by_member: Mutex<HashMap<MemberId, VecDeque<CancellationToken>>>,
    open: AtomicUsize,
    /// How many there were when the server began to stop.
    at_the_end: OnceLock<usize>,
}

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
        self.0.open.fetch_add(1, Ordering::Relaxed);
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

    /// After how many milliseconds a page should come back if its stream breaks off. Pages draw from a
    /// span that grows with how many there are, so that a crowd does not come back at once.
    pub fn retry_ms(&self) -> u64 {
        chance::within(span(self.0.open.load(Ordering::Relaxed)))
    }

    /// The same when the server stops, whose streams end one after another: for all that there were.
    pub fn retry_after_stop_ms(&self) -> u64 {
        let open = || self.0.open.load(Ordering::Relaxed);
        chance::within(span(*self.0.at_the_end.get_or_init(open)))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<MemberId, VecDeque<CancellationToken>>> {
        // Nothing that holds the lock can leave the map half changed.
        self.0.by_member.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.streams.0.open.fetch_sub(1, Ordering::Relaxed);
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

/// When so many pages come back, in milliseconds.
fn span(streams: usize) -> RangeInclusive<u64> {
    let streams = u64::try_from(streams).unwrap_or(u64::MAX);
    SOONEST_MS..=streams.saturating_mul(SPACE_MS).clamp(SOON_MS, LATEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowd_comes_back_spread_over_ten_seconds_and_a_few_at_once() {
        for (streams, latest) in [
            (0, 2_000),
            (1, 2_000),
            (1_000, 2_000),
            (2_500, 5_000),
            (5_000, 10_000),
            (20_000, 10_000),
        ] {
            assert_eq!(span(streams), 500..=latest, "{streams}");
        }
    }

    #[test]
    fn crowd_whose_streams_end_one_after_another_is_spread_evenly() {
        let streams = OpenStreams::default();
        let mut crowd: Vec<_> = (0..5_000).map(|member| streams.open(MemberId(member))).collect();
        let mut second_of = [0; 11];
        while let Some(stream) = crowd.pop() {
            let retry_ms = streams.retry_after_stop_ms();
            drop(stream);
            second_of[usize::try_from(retry_ms / 1_000).expect("a few seconds")] += 1;
        }

        // 526 in each whole second on average, and half as many in the first, which begins late.
        assert!(second_of[1..10].iter().all(|pages| (400..660).contains(pages)), "{second_of:?}");
        assert!((180..360).contains(&second_of[0]), "{second_of:?}");
        assert_eq!(streams.retry_ms().max(2_000), 2_000, "nobody is there any more");
    }
}

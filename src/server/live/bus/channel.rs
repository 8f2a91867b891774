//! The way to whoever runs a room, and back.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};

use tokio::sync::{mpsc, watch};

use super::super::{
    attendance::Attendance, latency::Latency, message::Message, published::Published,
};
use crate::model::{Millis, VisitorId};

/// The way to whoever runs a room, and back.
#[derive(Clone, Debug)]
pub(in super::super) struct Channel {
    pub(super) inbox: mpsc::UnboundedSender<Message>,
    pub(super) states: watch::Receiver<Option<Arc<Published>>>,
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) watchers: AtomicUsize,
    pub(super) attendance: Attendance,
    /// The newest revision that was announced, and the newest that may have changed rights.
    pub(super) announced: AtomicU64,
    pub(super) rights: AtomicU64,
    pub(super) touched_at: AtomicU64,
    /// Whether whoever runs the room has nothing to do before `wakes_ms`, except for what `requests`
    /// that are in flight lead to.
    pub(super) is_parked: AtomicBool,
    /// By `Clock::elapsed_ms`.
    pub(super) wakes_ms: AtomicU64,
    pub(super) requests: AtomicUsize,
    pub(super) latency: Latency,
    /// When Spotify answered last, in Unix milliseconds; 0 if it has not.
    pub(super) answered_at: AtomicU64,
}

impl Channel {
    /// Says something to whoever runs the room.
    pub(in super::super) fn send(&self, message: Message) {
        self.shared.is_parked.store(false, Ordering::Release);
        // Who has just ended hears nothing more: the channel goes with them.
        let _ = self.inbox.send(message);
    }

    /// What is published; the state of now first of all.
    pub(in super::super) fn subscribe(&self) -> watch::Receiver<Option<Arc<Published>>> {
        self.states.clone()
    }

    /// The newest revision that was announced.
    pub(in super::super) fn announced(&self) -> u64 {
        self.shared.announced.load(Ordering::Acquire)
    }

    /// Keeps the room watched for a while. To say so once a second is enough.
    pub(in super::super) fn touch(&self, now: Millis) {
        const OFTEN_ENOUGH_MS: u64 = 1_000;
        let before = Millis(self.shared.touched_at.load(Ordering::Relaxed));
        if now < before || before + OFTEN_ENOUGH_MS <= now {
            self.shared.touched_at.store(now.0, Ordering::Relaxed);
            self.send(Message::Touched);
        }
    }

    /// A page of somebody's begins to watch.
    pub(in super::super) fn enter(&self, visitor: VisitorId, now: Millis) {
        if self.shared.attendance.opens(visitor, now) {
            self.send(Message::SomebodyCame);
        }
        if self.shared.watchers.fetch_add(1, Ordering::AcqRel) == 0 {
            self.send(Message::Watchers);
        }
    }

    /// A page of somebody's watches no longer.
    pub(in super::super) fn leave(&self, visitor: VisitorId, now: Millis) {
        self.shared.attendance.closes(visitor, now);
        if self.shared.watchers.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.send(Message::Watchers);
        }
    }

    /// Somebody does something.
    pub(in super::super) fn acts(&self, visitor: VisitorId, now: Millis) {
        if self.shared.attendance.acts(visitor, now) {
            self.send(Message::SomebodyCame);
        }
    }
}

impl Shared {
    pub(super) fn watchers(&self) -> usize {
        self.watchers.load(Ordering::Acquire)
    }

    /// How many requests are in flight, if there is nothing else to do before a later time.
    pub(super) fn parked_requests(&self, elapsed_ms: u64) -> Option<usize> {
        let is_due = elapsed_ms >= self.wakes_ms.load(Ordering::Acquire);
        let is_parked = self.is_parked.load(Ordering::Acquire) && !is_due;
        is_parked.then(|| self.requests.load(Ordering::Acquire))
    }
}

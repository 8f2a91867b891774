//! What a room publishes, on its way to whoever watches; and what people want, on its way to
//! whoever runs the room.
//!
//! Both ends live in this process today. Several nodes will talk over NATS: that is this file's
//! second implementation, and nothing else assumes one process.

mod channel;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering},
};

use tokio::sync::{mpsc, watch};

pub(super) use self::channel::Channel;
use self::channel::Shared;
use super::{
    latency::Latency,
    message::{Change, Message},
    published::Published,
};
use crate::{
    model::{Millis, RoomId, VisitorId},
    server::metrics::Metrics,
};

/// All channels, one for each room that somebody runs. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Bus(Arc<Channels>);

#[derive(Debug, Default)]
struct Channels {
    // A std mutex: it is never held across an await.
    by_room: Mutex<HashMap<RoomId, Channel>>,
    /// Grows whenever a room has nothing more to do for now.
    parkings: watch::Sender<u64>,
    metrics: Metrics,
}

/// The end of a channel that belongs to whoever runs the room. The channel ends with it.
#[derive(Debug)]
pub(super) struct Owner {
    bus: Bus,
    room: RoomId,
    states: watch::Sender<Option<Arc<Published>>>,
    inbox: mpsc::UnboundedReceiver<Message>,
    shared: Arc<Shared>,
}

impl Bus {
    /// A bus without rooms, measured by `metrics`.
    pub(super) fn new(metrics: Metrics) -> Self {
        Self(Arc::new(Channels { metrics, ..Channels::default() }))
    }

    /// Does something with the room's channel before its owner can end it. Opens one if there is
    /// none: then the owner's end comes along.
    pub(super) fn with_channel<T>(
        &self,
        room: RoomId,
        act: impl FnOnce(&Channel) -> T,
    ) -> (T, Option<Owner>) {
        let mut channels = self.channels();
        if let Some(channel) = channels.get(&room) {
            return (act(channel), None);
        }
        let (sender, inbox) = mpsc::unbounded_channel();
        let (states, published) = watch::channel(None);
        let latency = Latency::new(self.0.metrics.clone());
        let shared = Arc::new(Shared { latency, ..Shared::default() });
        let channel = Channel { inbox: sender, states: published, shared: shared.clone() };
        let acted = act(&channel);
        channels.insert(room, channel);
        (acted, Some(Owner { bus: self.clone(), room, states, inbox, shared }))
    }

    /// The room's state and its channel, unless nobody runs the room or rights have changed since.
    pub(super) fn with_current_rights(&self, room: RoomId) -> Option<(Arc<Published>, Channel)> {
        let channels = self.channels();
        let channel = channels.get(&room)?;
        let state = channel.states.borrow().clone()?;
        let is_current = channel.shared.rights.load(Ordering::Acquire) <= state.revision;
        is_current.then(|| (state, channel.clone()))
    }

    /// The newest revision that was announced, if somebody runs the room.
    pub(super) fn announced(&self, room: RoomId) -> Option<u64> {
        self.channels().get(&room).map(Channel::announced)
    }

    /// Tells whoever runs the room that it has changed. From here on nobody meets rights from
    /// before.
    pub(super) fn announce(&self, change: Change) {
        // Nobody runs it: whoever does next reads the store.
        if let Some(channel) = self.channels().get(&change.room) {
            channel.shared.announced.fetch_max(change.revision, Ordering::AcqRel);
            if change.rights {
                channel.shared.rights.fetch_max(change.revision, Ordering::AcqRel);
            }
            channel.shared.latency.announced(change.revision);
            channel.send(Message::Changed);
        }
    }

    /// When Spotify answered a room last, if somebody runs the room and it did.
    pub(super) fn answered_at(&self, room: RoomId) -> Option<Millis> {
        let at = self.channels().get(&room)?.shared.answered_at.load(Ordering::Relaxed);
        (at > 0).then_some(Millis(at))
    }

    /// Tells every room that Spotify asked to wait.
    pub(super) fn broadcast_rate_limit(&self, until: Millis) {
        for channel in self.channels().values() {
            channel.send(Message::RateLimited(until));
        }
    }

    /// The rooms that somebody watches.
    pub(super) fn watched(&self) -> Vec<RoomId> {
        let channels = self.channels();
        let watched = channels.iter().filter(|(_, channel)| channel.shared.watchers() > 0);
        watched.map(|(room, _)| *room).collect()
    }

    /// The rooms that somebody runs.
    pub(super) fn rooms(&self) -> Vec<RoomId> {
        self.channels().keys().copied().collect()
    }

    /// How many requests to Spotify are in flight, if no room has anything else to do before its
    /// next timer.
    pub(super) fn parked_requests(&self, elapsed_ms: u64) -> Option<usize> {
        let channels = self.channels();
        channels.values().try_fold(0, |requests, channel| {
            Some(requests + channel.shared.parked_requests(elapsed_ms)?)
        })
    }

    /// Changes whenever a room has nothing more to do for now.
    pub(super) fn parkings(&self) -> watch::Receiver<u64> {
        self.0.parkings.subscribe()
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<RoomId, Channel>> {
        // Nothing that holds the lock can leave the map half changed.
        self.0.by_room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Owner {
    /// The next message; nothing once the channel has ended.
    pub(super) async fn hear(&mut self) -> Option<Message> {
        self.inbox.recv().await
    }

    /// The next message, if one has come already.
    pub(super) fn hear_now(&mut self) -> Option<Message> {
        self.inbox.try_recv().ok()
    }

    /// How many watch.
    pub(super) fn watchers(&self) -> usize {
        self.shared.watchers()
    }

    /// Who is here.
    pub(super) fn here(&self, now: Millis) -> HashSet<VisitorId> {
        self.shared.attendance.here(now)
    }

    /// The state that was published last.
    pub(super) fn published(&self) -> Option<Arc<Published>> {
        self.states.borrow().clone()
    }

    /// Shows a state to everybody who watches.
    pub(super) fn publish(&self, state: Published) {
        let revision = state.revision;
        self.states.send_replace(Some(Arc::new(state)));
        self.shared.latency.published(revision);
    }

    /// Spotify answered at `at`.
    pub(super) fn answered(&self, at: Millis) {
        self.shared.answered_at.store(at.0, Ordering::Relaxed);
    }

    /// Has nothing to do before `wakes_ms`, by `Clock::elapsed_ms`, except for what `requests` that
    /// are in flight lead to.
    pub(super) fn park(&self, wakes_ms: u64, requests: usize) {
        self.shared.wakes_ms.store(wakes_ms, Ordering::Release);
        self.shared.requests.store(requests, Ordering::Release);
        self.shared.is_parked.store(self.inbox.is_empty(), Ordering::Release);
        self.bus.0.parkings.send_modify(|parkings| *parkings += 1);
    }

    /// Has something to do.
    pub(super) fn unpark(&self) {
        self.shared.is_parked.store(false, Ordering::Release);
    }

    /// Ends the channel, unless somebody has said something, or watches a room that is not closed.
    /// Under the bus's lock, so that nobody comes between the check and the end.
    pub(super) fn retire(&mut self, is_closed: bool) -> bool {
        let mut channels = self.bus.channels();
        if !self.inbox.is_empty() || (self.shared.watchers() > 0 && !is_closed) {
            return false;
        }
        channels.remove(&self.room);
        true
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        let mut channels = self.bus.channels();
        let is_own = |channel: &Channel| Arc::ptr_eq(&channel.shared, &self.shared);
        if channels.get(&self.room).is_some_and(is_own) {
            channels.remove(&self.room);
        }
        drop(channels);
        self.bus.0.parkings.send_modify(|parkings| *parkings += 1);
    }
}

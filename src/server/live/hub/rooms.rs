//! The live rooms, and the way to each one's task.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::sync::{mpsc, watch};

use super::{Message, RoomState};

/// The live rooms, by their keys and by their codes.
#[derive(Default)]
pub(super) struct Rooms {
    pub(super) live: HashMap<i64, Live>,
    pub(super) ids: HashMap<String, i64>,
    /// Grows with every change of any room: what was read before one may be of before it.
    pub(super) changes: u64,
}

/// The way to one room's task.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) code: String,
    pub(super) inbox: mpsc::UnboundedSender<Message>,
    pub(super) state: Arc<watch::Sender<Arc<RoomState>>>,
    pub(super) watched_until: Arc<AtomicU64>,
    /// Cleared while the database does not say what has changed.
    pub(super) is_current: Arc<AtomicBool>,
}

impl Rooms {
    /// The way to the room's task, unless that came to a bad end.
    pub(super) fn living(&self, room_id: i64) -> Option<&Live> {
        self.live.get(&room_id).filter(|live| !live.inbox.is_closed())
    }

    pub(super) fn forget(&mut self, room_id: i64) {
        if let Some(live) = self.live.remove(&room_id) {
            self.ids.remove(&live.code);
        }
    }
}

impl Live {
    pub(super) fn is_watched(&self, now: u64) -> bool {
        self.state.receiver_count() > 0 || self.watched_until.load(Ordering::Relaxed) > now
    }

    pub(super) fn watched_until(&self) -> u64 {
        self.watched_until.load(Ordering::Relaxed)
    }
}

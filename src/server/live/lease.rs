//! Who runs a room's task: one owner at a time.
//!
//! All owners live in this process today. Several nodes will share leases with an end and a fencing
//! number: that is this file's second implementation, and nothing else assumes one process.

use std::{
    collections::HashSet,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use crate::model::RoomId;

/// Which rooms have an owner. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Leases(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    // A std mutex: it is never held across an await.
    owned: Mutex<HashSet<RoomId>>,
    released: Notify,
}

/// The right to run a room's task, released when it is dropped.
#[derive(Debug)]
pub(super) struct Lease {
    leases: Leases,
    room: RoomId,
}

impl Leases {
    /// The right to run the room's task, once nobody else has it.
    pub(super) async fn acquire(&self, room: RoomId) -> Lease {
        loop {
            let mut released = pin!(self.0.released.notified());
            released.as_mut().enable();
            if self.owned().insert(room) {
                return Lease { leases: self.clone(), room };
            }
            released.await;
        }
    }

    fn owned(&self) -> MutexGuard<'_, HashSet<RoomId>> {
        // Nothing that holds the lock can leave the set half changed.
        self.0.owned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.leases.owned().remove(&self.room);
        self.leases.0.released.notify_waiters();
    }
}

//! Somebody who follows a room.

use std::sync::Arc;

use tokio::sync::watch;

use super::{bus::Channel, published::Published};
use crate::{model::VisitorId, server::clock::Clock};

/// A room's states, for somebody who watches as long as they hold this.
pub struct Watching {
    pub(super) channel: Channel,
    pub(super) visitor: VisitorId,
    pub(super) clock: Clock,
    pub(super) states: watch::Receiver<Option<Arc<Published>>>,
    /// The revision that was announced before this began.
    pub(super) since: u64,
}

impl Watching {
    /// Waits for a state that this has not shown yet; nothing once the room's task has ended.
    pub async fn next(&mut self) -> Option<Arc<Published>> {
        loop {
            self.states.changed().await.ok()?;
            if let Some(state) = self.states.borrow_and_update().clone() {
                return Some(state);
            }
        }
    }

    /// Whether a state shows all that was announced before this began: who is missing in an older one
    /// may have joined since.
    pub fn is_current(&self, state: &Published) -> bool {
        state.revision >= self.since || state.closed
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.channel.leave(self.visitor, self.clock.now());
    }
}

//! How long people wait for the state of a room.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use tokio::sync::watch;

use crate::server::live::published::Published;

/// How long a page waits for what it should show: the first poll of a room that nobody watched, or
/// a change that was just made.
const PATIENCE: Duration = Duration::from_secs(1);

/// Waits for a state that shows the revision and what Spotify says; later than after a second, for
/// what is known.
pub(super) async fn settle(
    states: &mut watch::Receiver<Option<Arc<Published>>>,
    revision: u64,
) -> anyhow::Result<Arc<Published>> {
    let is_settled =
        |state: &Published| state.revision >= revision && (state.polled || state.closed);
    let settled = states.wait_for(|state| state.as_deref().is_some_and(is_settled));
    // Late: people see what is known. Ended: so has the room, or it could not be read.
    let _ = tokio::time::timeout(PATIENCE, settled).await;
    known(states).await
}

/// What is known, once anything is: to read a room may take longer, where many come back at once after a
/// restart.
async fn known(
    states: &mut watch::Receiver<Option<Arc<Published>>>,
) -> anyhow::Result<Arc<Published>> {
    let known = states.wait_for(Option::is_some).await;
    known.ok().and_then(|known| known.clone()).context("the room could not be read")
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures::poll;

    use super::*;
    use crate::{
        model::Millis,
        server::live::room::{Effect, Facts, Room},
    };

    /// What is published of a room that is closed.
    fn closed() -> Option<Arc<Published>> {
        let facts = Facts { closed: true, ..Facts::default() };
        let mut room = Room::new(facts, Millis(0), Millis(0));
        while let Some(effect) = room.poll_effect() {
            if let Effect::Publish(view) = effect {
                return Some(Arc::new(Published::new(*view, None)));
            }
        }
        None
    }

    #[tokio::test]
    async fn a_room_that_is_read_late_is_waited_for_and_one_that_cannot_be_read_is_not() {
        let (sender, mut states) = watch::channel(None);
        let mut late = pin!(known(&mut states));
        assert!(poll!(&mut late).is_pending());
        sender.send_replace(closed());
        assert!(late.await.expect("a state").closed);

        let (sender, mut states) = watch::channel(None);
        drop(sender);
        assert!(known(&mut states).await.is_err());
    }
}

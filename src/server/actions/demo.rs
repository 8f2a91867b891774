//! In a demo a host may let five guests in who are none, so that there is a party to see.
//!
//! They come, ask for songs, vote and leave by the same functions as people do, a few seconds apart, and
//! the room's rules hold for them.

mod guests;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rand::rngs::StdRng;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::guests::Guests;
use super::{App, authorise};
use crate::{
    error::AppError,
    model::{Outcome, RoomId, VisitorId},
};

/// The rooms that simulated guests are in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DemoGuests(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    // A std mutex: it is never held across an await.
    rooms: Mutex<HashSet<RoomId>>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
}

/// A room with simulated guests, as long as this lives.
struct Party {
    demo: DemoGuests,
    room: RoomId,
}

impl DemoGuests {
    /// Guests who leave at `shutdown` at the latest.
    pub fn new(shutdown: CancellationToken) -> Self {
        Self(Arc::new(Shared { rooms: Mutex::default(), tasks: TaskTracker::new(), shutdown }))
    }

    /// Returns once all of them have left.
    pub async fn gone(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// Nothing if they are in the room already.
    fn begin(&self, room: RoomId) -> Option<Party> {
        let is_new = self.rooms().insert(room);
        is_new.then(|| Party { demo: self.clone(), room })
    }

    fn rooms(&self) -> MutexGuard<'_, HashSet<RoomId>> {
        // Nothing that holds the lock can leave the set half changed.
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        self.demo.rooms().remove(&self.room);
    }
}

/// Lets five simulated guests in, who act by chance and leave after a quarter of an hour.
///
/// # Errors
/// `PageNotFound` unless this is a demo; if the visitor is not the host, or the room lets nobody in.
pub async fn let_guests_join(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    rng: StdRng,
) -> Result<Outcome, AppError> {
    let demo = app.demo.as_ref().ok_or(AppError::PageNotFound)?;
    let host = authorise::host(app, visitor, code).await?.0;
    let Some(party) = demo.begin(host.room) else { return Ok(Outcome::GuestsAreHere) };
    let mut guests = Guests::invited(app.clone(), host.room, host.code, rng).await?;
    // Whoever pressed reads why, if nobody is let in.
    guests.one_more_comes().await?;
    let shutdown = demo.0.shutdown.clone();
    demo.0.tasks.spawn(async move {
        guests.party(&shutdown).await;
        drop(party);
    });
    Ok(Outcome::GuestsInvited)
}

//! What the rest of the program sees of live rooms.
//!
//! Each room that somebody watches has one task. Nobody watching, and nothing to see to: no task.

mod settling;
mod wake;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{oneshot, watch};
use tokio_util::task::TaskTracker;

use self::settling::settle;
use super::{
    bus::{Bus, Channel, Owner},
    driver::{Dependencies, Driver},
    lease::Leases,
    message::{Change, Message},
    published::Published,
    room::{self, Command},
    watching::Watching,
};
use crate::{
    error::AppError,
    model::{Millis, Outcome, PlayId, Role, RoomCode, RoomId, VisitorId},
    server::rooms::{fallback, people::Member, plays, queue},
};

/// All live rooms. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

struct Shared {
    dependencies: Dependencies,
    bus: Bus,
    leases: Leases,
    tasks: TaskTracker,
    // A std mutex: it is never held across an await.
    ids: Mutex<HashMap<String, RoomId>>,
}

impl Hub {
    /// A hub without live rooms.
    pub fn new(dependencies: Dependencies) -> Self {
        Self(Arc::new(Shared {
            bus: Bus::new(dependencies.metrics.clone()),
            dependencies,
            leases: Leases::default(),
            tasks: TaskTracker::new(),
            ids: Mutex::default(),
        }))
    }

    /// Follows a room for a visitor; it is watched as long as the answer lives. Its first state shows every change
    /// that was announced before, and what Spotify says, unless that takes longer than a second.
    ///
    /// # Errors
    /// If the room cannot be read.
    pub async fn watch(&self, room: RoomId, visitor: VisitorId) -> anyhow::Result<Watching> {
        let clock = self.0.dependencies.clock.clone();
        let channel = self.channel(room, |channel| {
            channel.enter(visitor, clock.now());
            channel.clone()
        });
        let (mut states, since) = (channel.subscribe(), channel.announced());
        let watching = |states| Watching { channel, visitor, clock, states, since };
        match settle(&mut states, since).await {
            Ok(_) => {
                states.mark_changed();
                Ok(watching(states))
            }
            Err(error) => {
                drop(watching(states)); // watches no longer
                Err(error)
            }
        }
    }

    /// The room's state for a page or before a command, after the same wait. Keeps the room watched
    /// for a while.
    ///
    /// # Errors
    /// If the room cannot be read.
    pub async fn state(&self, room: RoomId) -> anyhow::Result<Arc<Published>> {
        let channel = self.touch(room);
        settle(&mut channel.subscribe(), channel.announced()).await
    }

    /// The room's state before a vote: it shows what Spotify says, after the same wait,
    /// but not yet every change. Keeps the room watched for a while.
    ///
    /// # Errors
    /// If the room cannot be read.
    pub async fn polled(&self, room: RoomId) -> anyhow::Result<Arc<Published>> {
        settle(&mut self.touch(room).subscribe(), 0).await
    }

    /// Whether a state shows every change that was announced.
    pub fn is_current(&self, room: RoomId, state: &Published) -> bool {
        self.0.bus.announced(room).is_none_or(|revision| revision <= state.revision)
    }

    /// The visitor's membership in the open room that has this code, or had it when it became live, if
    /// nothing about its rights has changed since they were read.
    pub fn member(&self, code: &RoomCode, visitor: VisitorId) -> Option<Member> {
        let room = *self.ids().get(code.as_str())?;
        let (state, channel) = self.0.bus.with_current_rights(room)?;
        let member = state.member(room, visitor)?;
        channel.acts(visitor, self.now());
        Some(member)
    }

    /// Tells everybody about a change that is in the store. Whoever asks from here on meets rights
    /// with the change in them; who watches sees it a moment later.
    pub fn changed(&self, change: Change) {
        self.0.bus.announce(change);
    }

    /// Finds a live room by its new code too.
    pub fn renamed(&self, room: RoomId, code: &RoomCode) {
        if self.0.bus.announced(room).is_some() {
            self.ids().insert(code.to_string(), room);
        }
    }

    /// Has a command of somebody in that role carried out, a skip only while this play goes on if
    /// one is given; returns when Spotify received or refused it.
    ///
    /// # Errors
    /// If Spotify rejects it or none is connected.
    pub async fn command(
        &self,
        room: RoomId,
        role: Role,
        command: Command,
        play: Option<PlayId>,
    ) -> Result<Outcome, AppError> {
        // Polls first if nobody watched: the command is for what plays now.
        self.state(room).await?;
        let (reply, outcome) = oneshot::channel();
        self.channel(room, |channel| channel.send(Message::Command(role, command, play, reply)));
        outcome.await.unwrap_or(Err(AppError::Internal))
    }

    /// Wakes the rooms that a stop or a crash left with a decided skip, or with songs to hand over.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn resume(&self) -> anyhow::Result<()> {
        let database = &self.0.dependencies.database;
        let skips = plays::rooms_with_decided_skip(database).await?;
        let songs = queue::rooms_with_songs(&database.reader).await?;
        let since = self.now().before(room::GIVE_UP_MS);
        let playlists = fallback::rooms_playing_since(&database.reader, since).await?;
        let rooms = skips.into_iter().chain(songs).chain(playlists);
        rooms.for_each(|room| self.wake(room));
        Ok(())
    }

    /// Waits until every task has ended; the shutdown token must be cancelled.
    pub async fn stopped(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// When Spotify answered a room last; nothing if the room is not live, or it has not yet.
    pub fn answered_at(&self, room: RoomId) -> Option<Millis> {
        self.0.bus.answered_at(room)
    }

    /// How many requests to Spotify are in flight, if no room has anything else to do before its
    /// next timer. `parkings` tells when that may have changed.
    pub fn parked_requests(&self) -> Option<usize> {
        self.0.bus.parked_requests(self.0.dependencies.clock.elapsed_ms())
    }

    /// Changes whenever a room has nothing more to do for now.
    pub fn parkings(&self) -> watch::Receiver<u64> {
        self.0.bus.parkings()
    }

    /// The rooms that are live.
    pub fn live(&self) -> Vec<RoomId> {
        self.0.bus.rooms()
    }

    /// The rooms that somebody watches.
    pub fn watched(&self) -> Vec<RoomId> {
        self.0.bus.watched()
    }

    /// How many rooms are live.
    pub fn len(&self) -> usize {
        self.0.bus.rooms().len()
    }

    /// Whether no room is live.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keeps the room watched for a while.
    fn touch(&self, room: RoomId) -> Channel {
        let now = self.now();
        self.channel(room, |channel| {
            channel.touch(now);
            channel.clone()
        })
    }

    /// Does something with the room's channel, and starts the room's task if there is none.
    fn channel<T>(&self, room: RoomId, act: impl FnOnce(&Channel) -> T) -> T {
        let (acted, owner) = self.0.bus.with_channel(room, act);
        if let Some(owner) = owner {
            self.start(room, owner);
        }
        acted
    }

    fn start(&self, room: RoomId, owner: Owner) {
        let hub = self.clone();
        let cut_off = self.0.dependencies.cut_off.clone();
        self.0.tasks.spawn(cut_off.run_until_cancelled_owned(async move {
            let Shared { dependencies, bus, leases, .. } = &*hub.0;
            // Held to the end: the next task of this room begins after it.
            let _lease = leases.acquire(room).await;
            let Some(driver) = Driver::start(dependencies.clone(), bus.clone(), room, owner).await
            else {
                return;
            };
            hub.ids().insert(driver.code().to_owned(), room);
            driver.run().await;
            hub.ids().retain(|_, live| *live != room);
        }));
    }

    fn now(&self) -> Millis {
        self.0.dependencies.clock.now()
    }

    fn ids(&self) -> MutexGuard<'_, HashMap<String, RoomId>> {
        // Nothing that holds the lock can leave the map half changed.
        self.0.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("rooms", &self.len()).finish()
    }
}

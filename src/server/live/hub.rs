//! Live rooms: the only state that lives in the process alone.
//!
//! Each watched room has one task. It asks Spotify at an adaptive pace, carries commands out one
//! after the other and publishes the room's state; readers see the latest one. Nobody watching,
//! no task.

mod knowledge;
mod look;
mod orders;
mod pace;
mod published;
mod rooms;
mod task;

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

pub use orders::Command;
pub use published::{MemberState, RoomState, frame};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    knowledge::Knowledge,
    orders::Order,
    rooms::{Live, Rooms},
    task::Task,
};
use crate::server::{
    accounts::seal::Sealer,
    clock::Clock,
    http::caller::Member,
    spotify::Spotify,
    store::{database::Database, entities::play},
};
use crate::{
    error::AppError,
    model::{Outcome, RoomCode, VisitorId},
};

/// A member's page or command keeps a room watched this long.
const WATCHED_MS: u64 = 30_000;
/// How long a page waits for the first look at a room that nobody watched.
const FIRST_LOOK: Duration = Duration::from_secs(1);

/// All live rooms. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

/// What every room's task needs.
#[derive(Clone)]
pub(crate) struct Tools {
    /// Where everything is kept.
    pub(crate) database: Database,
    /// Whom to ask.
    pub(crate) spotify: Spotify,
    /// Opens tokens.
    pub(crate) sealer: Sealer,
    /// The time.
    pub(crate) clock: Clock,
    /// Ends every task.
    pub(crate) shutdown: CancellationToken,
}

struct Shared {
    tools: Tools,
    tasks: TaskTracker,
    // A std mutex: it is never held across an await.
    rooms: Mutex<Rooms>,
    /// Until when Spotify must not be asked by any room: it counts the calls of all together.
    not_before: AtomicU64,
}

/// What a task is told.
enum Message {
    /// The database says something new about the room; answered once that is published.
    Changed(oneshot::Sender<()>),
    /// A person wants something of Spotify.
    Order(Order),
}

impl Hub {
    /// A hub without rooms.
    pub(crate) fn new(tools: Tools) -> Self {
        Self(Arc::new(Shared {
            tools,
            tasks: TaskTracker::new(),
            rooms: Mutex::default(),
            not_before: AtomicU64::new(0),
        }))
    }

    /// Follows a room; it is watched as long as the receiver lives. Waits up to a second for the
    /// first look at Spotify.
    ///
    /// # Errors
    /// If the room cannot be read.
    pub async fn follow(&self, room_id: i64) -> anyhow::Result<watch::Receiver<Arc<RoomState>>> {
        let mut states = self.published(room_id).await?;
        let looked = states.wait_for(|state| state.looked);
        // Late or never: people see what is known.
        let _ = tokio::time::timeout(FIRST_LOOK, looked).await;
        Ok(states)
    }

    /// The room's state for a page or before a command, after the same wait. Keeps the room watched
    /// for a while.
    ///
    /// # Errors
    /// If the room cannot be read.
    pub async fn state(&self, room_id: i64) -> anyhow::Result<Arc<RoomState>> {
        let states = self.follow(room_id).await?;
        let state = states.borrow().clone();
        Ok(state)
    }

    /// The visitor's place in the open room with this code, if the room is live and they are in it.
    ///
    /// Whoever changes a room or a place awaits `changed` before their answer: so nobody who knows
    /// of a change meets a state from before it. Nothing while the room cannot be read.
    pub fn member(&self, code: &RoomCode, visitor: VisitorId) -> Option<Member> {
        let state = {
            let rooms = self.rooms();
            let live = rooms.living(*rooms.ids.get(code.as_str())?)?;
            live.is_current.load(Ordering::Acquire).then(|| live.state.borrow().clone())?
        };
        let place = state.members.get(&visitor.0)?.place.clone();
        let room = state.room.clone().filter(|room| room.closed_at.is_none())?;
        Some(Member { room, place })
    }

    /// Publishes what the database says now, if somebody watches. Returns when it is done.
    pub async fn changed(&self, room_id: i64) {
        let (done, published) = oneshot::channel();
        let sent = {
            let mut rooms = self.rooms();
            rooms.changes += 1;
            rooms.live.get(&room_id).map(|live| live.inbox.send(Message::Changed(done)))
        };
        if matches!(sent, Some(Ok(()))) {
            // Dropped without an answer only when the task ends.
            let _ = published.await;
        }
    }

    /// Has a command carried out; returns when Spotify received or refused it.
    ///
    /// # Errors
    /// What Spotify, or the lack of it, left to be desired.
    pub async fn command(&self, room_id: i64, command: Command) -> Result<Outcome, AppError> {
        drop(self.state(room_id).await?);
        let (order, outcome) = Order::by_person(command);
        self.rooms()
            .live
            .get(&room_id)
            .and_then(|live| live.inbox.send(Message::Order(order)).ok())
            .ok_or(AppError::Internal)?;
        outcome.await.unwrap_or(Err(AppError::Internal))
    }

    /// Wakes the rooms that a crash left with a decided skip.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn resume_skips(&self) -> anyhow::Result<()> {
        let undone = play::Entity::find()
            .filter(play::Column::EndedAt.is_null())
            .filter(play::Column::SkipClaimedAt.is_not_null())
            .all(&self.0.tools.database.reader)
            .await?;
        for play in undone {
            drop(self.published(play.room_id).await?);
        }
        Ok(())
    }

    /// Waits until every task has ended; the shutdown token must be cancelled.
    pub async fn stopped(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    /// The rooms that somebody watches.
    pub fn watched(&self) -> Vec<i64> {
        let now = self.0.tools.clock.now();
        let rooms = self.rooms();
        rooms.live.iter().filter(|(_, live)| live.is_watched(now)).map(|(id, _)| *id).collect()
    }

    /// How many rooms are live.
    pub fn len(&self) -> usize {
        self.rooms().live.len()
    }

    /// Whether no room is live.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Starts the room's task if there is none; returns once it has published.
    async fn published(&self, room_id: i64) -> anyhow::Result<watch::Receiver<Arc<RoomState>>> {
        let until = self.0.tools.clock.now() + WATCHED_MS;
        let watch = |live: &Live| {
            live.watched_until.fetch_max(until, Ordering::Relaxed);
            live.state.subscribe()
        };
        loop {
            let changes = {
                let rooms = self.rooms();
                if let Some(live) = rooms.living(room_id) {
                    return Ok(watch(live));
                }
                rooms.changes
            };
            // Reads the database: without the lock. Two who come at once both read; one starts.
            let Tools { database, spotify, .. } = &self.0.tools;
            let known = Knowledge::read(database, spotify.client_id(), room_id).await?;
            let mut rooms = self.rooms();
            if let Some(live) = rooms.living(room_id) {
                return Ok(watch(live));
            }
            if rooms.changes == changes {
                rooms.forget(room_id);
                let live = self.start(room_id, known);
                let states = watch(&live);
                rooms.ids.insert(live.code.clone(), room_id);
                rooms.live.insert(room_id, live);
                return Ok(states);
            }
        }
    }

    fn start(&self, room_id: i64, known: Knowledge) -> Live {
        let (inbox, messages) = mpsc::unbounded_channel();
        let now = self.0.tools.clock.now();
        let state = Arc::new(watch::Sender::new(Arc::new(RoomState::first(&known, now))));
        let watched_until = Arc::new(AtomicU64::new(now + WATCHED_MS));
        let code = known.room.as_ref().map(|room| room.code.clone()).unwrap_or_default();
        let is_current = Arc::new(AtomicBool::new(true));
        let live = Live { code, inbox, state: state.clone(), watched_until, is_current };
        let task = Task::new(self.clone(), room_id, live.clone(), known);
        self.0.tasks.spawn(task.run(messages));
        live
    }

    /// Forgets a room that nobody watches. Under the lock, so that nobody begins to watch, and no
    /// message arrives, between the check and the end.
    fn retire(&self, room_id: i64, messages: &mpsc::UnboundedReceiver<Message>) -> bool {
        let mut rooms = self.rooms();
        let idle =
            rooms.live.get(&room_id).is_none_or(|live| !live.is_watched(self.0.tools.clock.now()));
        let retire = idle && messages.is_empty();
        if retire {
            rooms.forget(room_id);
        }
        retire
    }

    /// Forgets a room that is closed.
    fn forget(&self, room_id: i64) {
        self.rooms().forget(room_id);
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        // Nothing that holds the lock can leave the map half changed.
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("rooms", &self.len()).finish()
    }
}

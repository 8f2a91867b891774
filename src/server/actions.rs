//! What a person may do: each function authorises, writes and publishes.
//!
//! `commit` is the one door for writes about a room, `write` the same for what is about several.
//! Votes have one of their own, which counts many of them together: `rooms::votes`.

mod admission;
pub mod authorise;
pub mod blocked;
pub mod demo;
pub mod devices;
pub mod fallback;
pub mod history;
pub mod housekeeping;
mod member_limit;
pub mod people;
pub mod playback;
pub mod playlist;
mod presets;
pub mod queue;
pub mod rooms;
pub mod search;
pub mod spotify;
pub mod views;
pub mod visitors;

use sea_orm::{DatabaseTransaction, DbErr};

use crate::{
    error::AppError,
    model::{Millis, RoomId},
    server::{
        accounts::{access::Access, catalogue::Catalogue, limiter::Limiter, seal::Sealer},
        actions::{demo::DemoGuests, member_limit::MemberLimit},
        clock::Clock,
        live::{Change, Hub},
        rooms::{revision, votes::VoteBatcher},
        spotify::Spotify,
        store::database::Database,
    },
};

/// What actions work with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// Everything that survives a restart.
    pub database: Database,
    /// Live rooms.
    pub hub: Hub,
    /// Counts votes.
    pub votes: VoteBatcher,
    /// The Spotify client.
    pub spotify: Spotify,
    /// Keeps it from asking too often.
    pub limiter: Limiter,
    /// Seals tokens.
    pub sealer: Sealer,
    /// Asks Spotify on behalf of rooms.
    pub access: Access,
    /// Finds songs.
    pub catalogue: Catalogue,
    /// How often members may search.
    pub search_limit: MemberLimit,
    /// How often hosts may have Spotify asked besides what their room's task asks.
    pub host_limit: MemberLimit,
    /// Guests who are none, in a demo.
    pub demo: Option<DemoGuests>,
    /// How many people a room takes.
    pub members_per_room: u64,
    /// The time.
    pub clock: Clock,
}

impl App {
    /// The time.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }
}

/// A change of one or more rooms on its way into the store.
#[derive(Debug)]
pub struct Writing {
    /// Holds the rooms against other writers.
    pub transaction: DatabaseTransaction,
    changes: Vec<Change>,
}

impl Writing {
    /// Makes another room part of the change, unless it is closed.
    ///
    /// # Errors
    /// The database's.
    pub async fn revise(&mut self, room: RoomId) -> Result<bool, DbErr> {
        let revision = revision::revise(&self.transaction, room).await?;
        let change = revision.map(|revision| Change { room, revision, rights: true });
        self.changes.extend(change);
        Ok(change.is_some())
    }
}

/// Changes an open room: all of what `rule` writes, or nothing if it fails. Whoever asks afterwards
/// meets the change; who watches sees it a moment later.
///
/// # Errors
/// `RoomClosed` if it was closed meanwhile; otherwise those of `rule`.
pub async fn commit<T>(
    app: &App,
    room: RoomId,
    rule: impl AsyncFnOnce(&mut Writing) -> Result<T, AppError>,
) -> Result<T, AppError> {
    note_room(room);
    write(app, async |writing| {
        if !writing.revise(room).await? {
            return Err(AppError::RoomClosed);
        }
        rule(writing).await
    })
    .await
}

/// Changes what is not about one room alone: `rule` itself makes every room that it changes part of
/// the change.
///
/// # Errors
/// Those of `rule`.
pub async fn write<T>(
    app: &App,
    rule: impl AsyncFnOnce(&mut Writing) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let transaction = app.database.begin().await?;
    let mut writing = Writing { transaction, changes: Vec::new() };
    let done = rule(&mut writing).await?;
    // Not cut off when the browser goes away: what is committed must be announced.
    let Writing { transaction, changes } = writing;
    let hub = app.hub.clone();
    let committing = tokio::spawn(async move {
        transaction.commit().await?;
        changes.into_iter().for_each(|change| hub.changed(change));
        Ok::<_, DbErr>(())
    });
    committing.await.map_err(anyhow::Error::from)??;
    Ok(done)
}

/// Names the room in all that the log says about the request from here on.
fn note_room(room: RoomId) {
    tracing::Span::current().record("room", room.0);
}

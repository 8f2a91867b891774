//! What is said to whoever runs a room.

use tokio::sync::oneshot;

use super::room::Command;
use crate::{
    error::AppError,
    model::{Millis, Outcome, PlayId, Role, RoomId},
};

/// What whoever runs a room is told.
#[derive(Debug)]
pub(super) enum Message {
    /// Somebody changed the room in the store.
    Changed,
    /// Somebody began to watch, or the last one stopped.
    Watchers,
    /// Somebody is here who was away.
    SomebodyCame,
    /// A member loaded a page or pressed something.
    Touched,
    /// A person wants something of Spotify, a skip of this play if they named one, and waits for what
    /// becomes of it.
    Command(Role, Command, Option<PlayId>, oneshot::Sender<Result<Outcome, AppError>>),
    /// The host had Spotify play on another device.
    SpeakerChosen,
    /// Spotify asked to wait until then.
    RateLimited(Millis),
}

/// A change that is in the store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Change {
    /// The room.
    pub room: RoomId,
    /// Its revision with the change in it.
    pub revision: u64,
    /// Whether it may change what people are allowed to do.
    pub rights: bool,
}

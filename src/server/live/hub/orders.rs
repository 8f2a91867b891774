//! What people, and votes, want of Spotify.

use tokio::sync::oneshot;

use crate::{
    error::AppError,
    model::{Outcome, Pending},
};

/// What Spotify is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Command {
    /// Go on.
    Play,
    /// Stop for now.
    Pause,
    /// Go to the next track.
    Skip,
}

impl Command {
    pub(super) fn pending(self) -> Pending {
        match self {
            Self::Play => Pending::Play,
            Self::Pause => Pending::Pause,
            Self::Skip => Pending::Skip,
        }
    }

    pub(super) fn done(self) -> Outcome {
        match self {
            Self::Play => Outcome::Played,
            Self::Pause => Outcome::Paused,
            Self::Skip => Outcome::Skipped,
        }
    }
}

/// A command, and who waits for its outcome.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) command: Command,
    /// Nobody waits for a skip by votes.
    reply: Option<oneshot::Sender<Result<Outcome, AppError>>>,
    /// Whether it was refused once for an old token.
    pub(super) retried: bool,
}

impl Order {
    pub(super) fn by_person(
        command: Command,
    ) -> (Self, oneshot::Receiver<Result<Outcome, AppError>>) {
        let (reply, outcome) = oneshot::channel();
        (Self { command, reply: Some(reply), retried: false }, outcome)
    }

    pub(super) fn by_votes() -> Self {
        Self { command: Command::Skip, reply: None, retried: false }
    }

    /// The order once more, after its token was refused.
    pub(super) fn again(self) -> Self {
        Self { retried: true, ..self }
    }

    pub(super) fn is_by_person(&self) -> bool {
        self.reply.is_some()
    }

    pub(super) fn answer(self, outcome: Result<Outcome, AppError>) {
        if let Some(reply) = self.reply {
            // Who went away meanwhile needs no answer.
            let _ = reply.send(outcome);
        }
    }
}

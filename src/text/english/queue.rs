//! Songs that people asked for.

use std::borrow::Cow;

use super::clock;
use crate::model::Refused;

/// Why a song cannot be added.
pub fn refused(refused: Refused) -> Cow<'static, str> {
    match refused {
        Refused::RequestsClosed => "The host takes no requests right now".into(),
        Refused::NotPlayable => "Cannot be played in the host's country".into(),
        Refused::Blocked => "The host does not want this one".into(),
        Refused::Explicit => "No explicit songs in this room".into(),
        Refused::TooLong { length_ms, longest_ms } => {
            format!("{} is longer than {}", clock(length_ms), clock(longest_ms)).into()
        }
        Refused::Queued(_) => "Already queued: vote for it".into(),
        Refused::Playing => "Plays right now".into(),
        Refused::PlayedAgo { ago_ms } => match ago_ms / 60_000 {
            0 => "Played just now".into(),
            1 => "Played a minute ago".into(),
            minutes => format!("Played {minutes} minutes ago").into(),
        },
        Refused::TooMany(1) => "One song each: wait until yours has played".into(),
        Refused::TooMany(most) => {
            format!("{most} songs each: wait until one of yours has played").into()
        }
        Refused::QueueFull(_) => "The queue is full: wait until a song has played".into(),
    }
}

/// Whoever said no name.
pub const SOMEBODY: &str = "somebody";

//! Trouble with Spotify in words.

use chrono::DateTime;

use crate::model::{Status, StatusKind};

/// What people read about `kind`. Times are UTC: a page with scripts shows the reader's own.
pub fn of(kind: StatusKind, retry_at: Option<u64>) -> Status {
    let text = match kind {
        StatusKind::Ok => "",
        StatusKind::NotConnected => "No music yet: the host has not connected Spotify.",
        StatusKind::Reconnect => {
            "The Spotify sign-in of this room has ended. The host needs to reconnect."
        }
        StatusKind::NothingPlaying => {
            "Nothing is playing. Start something in Spotify on the host's device."
        }
        StatusKind::NoDevice => {
            "No speaker is active. Open Spotify on the host's device and press play once."
        }
        StatusKind::PremiumRequired => {
            "Spotify lets only Premium accounts be controlled: the host and the owner of the Spotify application need one."
        }
        StatusKind::NotRegistered => {
            "Spotify does not know the host's account for this installation. Its owner can add the account's e-mail in the Spotify dashboard under User Management."
        }
        StatusKind::RateLimited => "Spotify asks us to slow down.",
        StatusKind::SkipRefused => {
            "Spotify would not skip this song. The votes stay; one more decides again."
        }
        StatusKind::OtherApplication => {
            "This room is connected with another Spotify application. Start the server with that application again, or connect Spotify anew."
        }
        StatusKind::Unreachable => "Spotify cannot be reached. Trying again by itself.",
    };
    let clock = retry_at.filter(|_| kind == StatusKind::RateLimited).and_then(time_of_day);
    let text = match clock {
        Some(clock) => format!("{text} It goes on by itself at {clock}."),
        None => text.to_owned(),
    };
    Status { kind, text, retry_at }
}

fn time_of_day(instant: u64) -> Option<String> {
    let instant = DateTime::from_timestamp_millis(i64::try_from(instant).ok()?)?;
    Some(instant.format("%H:%M UTC").to_string())
}

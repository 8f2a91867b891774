//! What people read of trouble with Spotify, in one table.

use crate::model::{Millis, Status, StatusKind};

/// One kind of trouble in words.
struct Words {
    /// What everybody in the room reads while it lasts.
    room: &'static str,
    /// What a person reads whose request failed because of it.
    asker: &'static str,
}

const fn words(trouble: StatusKind) -> Words {
    const fn both(text: &'static str) -> Words {
        Words { room: text, asker: text }
    }
    match trouble {
        StatusKind::Ok => both(""),
        StatusKind::NotConnected => Words {
            room: "No music yet: the host has not connected Spotify.",
            asker: "No Spotify account is connected to this room yet. The host can connect one.",
        },
        StatusKind::OtherApplication => both(
            "This room is connected with another Spotify application. The host can connect Spotify again, or start the server with that application's SPOTIFY_CLIENT_ID.",
        ),
        StatusKind::Reconnect => Words {
            room: "The Spotify sign-in of this room has ended. The host needs to reconnect.",
            asker: "The room's Spotify sign-in has ended. The host needs to reconnect.",
        },
        StatusKind::NothingPlaying => Words {
            room: "Nothing is playing. Start something in Spotify on the host's device.",
            asker: "Nothing is playing right now.",
        },
        StatusKind::NoDevice => both(
            "No speaker is active. Open Spotify on the host's device and press play once. The host can also choose a speaker under Speakers.",
        ),
        StatusKind::PremiumRequired => Words {
            room: "Spotify lets only Premium accounts be controlled: the host and the owner of the Spotify application need one.",
            asker: "Spotify needs a Premium account to control playback. The host's account has none.",
        },
        StatusKind::NotRegistered => Words {
            room: "Spotify does not know the host's account for this installation. Its owner can add the account's e-mail in the Spotify dashboard under User Management.",
            asker: "Spotify does not know this account for this installation. Add its e-mail under User Management in the Spotify dashboard.",
        },
        StatusKind::RateLimited => Words {
            room: "Spotify asks us to slow down.",
            asker: "Spotify asks us to slow down. The room shows when it tries again.",
        },
        StatusKind::Unreachable => Words {
            room: "Spotify cannot be reached. Retrying automatically.",
            asker: "Spotify cannot be reached right now. Try again in a moment.",
        },
        StatusKind::SkipRefused => Words {
            room: "Spotify would not skip this song. The votes still count, and the next one tries again.",
            asker: "Spotify does not allow skipping this.",
        },
        StatusKind::Repeats => both(
            "Spotify repeats this song, so what is asked for waits. The host can turn Repeat off in the Spotify app.",
        ),
    }
}

/// What a person reads whose request failed because of `trouble`.
pub(super) fn refusal(trouble: StatusKind) -> &'static str {
    words(trouble).asker
}

/// What everybody in the room reads. The time of a retry is UTC, since the server does not know the
/// reader's zone.
pub fn status(kind: StatusKind, retry_at: Option<Millis>) -> Status {
    let text = words(kind).room;
    let text = match retry_at.filter(|_| kind == StatusKind::RateLimited) {
        Some(at) => format!("{text} Retrying automatically at {}.", time_of_day(at)),
        None => text.to_owned(),
    };
    Status { kind, text, retry_at }
}

/// What a person reads who cannot look songs up before `until`.
pub(super) fn search_rate_limited(until: Millis) -> String {
    let time = time_of_day(until);
    format!(
        "Spotify asks us to search less. Songs can be found again at {time}; the room plays on."
    )
}

/// What a host reads whose history cannot be saved before `until`.
#[cfg(feature = "ssr")]
pub(super) fn playlist_rate_limited(until: Millis) -> String {
    let time = time_of_day(until);
    format!("Spotify asks us to wait with playlists. Press again at {time}; the room plays on.")
}

fn time_of_day(Millis(unix_ms): Millis) -> String {
    let minutes = unix_ms / 60_000;
    format!("{:02}:{:02} UTC", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::AppError, text};

    #[test]
    fn rate_limited_rooms_read_when_the_wait_ends() {
        let noon = Millis(1_785_067_200_000); // 2026-07-26 12:00:00
        for (at, time) in [(noon, "12:00"), (noon + 3_599_999, "12:59"), (noon.before(1), "11:59")]
        {
            let Status { text, retry_at, .. } = status(StatusKind::RateLimited, Some(at));
            let expected =
                format!("Spotify asks us to slow down. Retrying automatically at {time} UTC.");
            assert_eq!((text, retry_at), (expected, Some(at)));
        }
        let without_time = status(StatusKind::RateLimited, None).text;
        assert_eq!(without_time, "Spotify asks us to slow down.");
        let soon = status(StatusKind::Unreachable, Some(noon)).text;
        assert_eq!(soon, "Spotify cannot be reached. Retrying automatically.");
    }

    #[test]
    fn rate_limited_searches_read_when_the_wait_ends() {
        let noon = Millis(1_785_067_200_000);
        let text = AppError::SearchRateLimited(noon).to_string();
        assert_eq!(
            text,
            "Spotify asks us to search less. Songs can be found again at 12:00 UTC; the room plays on."
        );
    }

    #[test]
    fn refused_skips_and_other_applications_say_what_helps() {
        let refused = status(StatusKind::SkipRefused, None).text;
        assert!(refused.starts_with("Spotify would not skip this song."), "{refused}");
        let other = status(StatusKind::OtherApplication, None).text;
        assert!(other.contains("connected with another Spotify application"), "{other}");
        assert!(other.contains("The host can connect Spotify again"), "{other}");
    }

    #[test]
    fn no_device_is_told_to_the_room_and_to_who_pressed_in_the_same_words() {
        let room = status(StatusKind::NoDevice, None).text;
        assert!(room.contains("Open Spotify"), "{room}");
        assert_eq!(text::error(AppError::NoDevice), room);
        assert_eq!(AppError::NoDevice.to_string(), room);
    }
}

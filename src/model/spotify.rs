//! Spotify as the room's rules know it: what a player does, and what can go wrong.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Kind, StatusKind, Track};
use crate::error::AppError;

/// What an account's player does.
#[derive(Clone, Debug, PartialEq)]
pub struct Player {
    /// Whether it plays rather than pauses.
    pub is_playing: bool,
    /// Where it is in the item.
    pub progress_ms: u64,
    /// Whether the item begins again at its end, and after a skip.
    pub repeats: bool,
    /// What kind of thing plays.
    pub kind: Kind,
    /// What plays; none for advertisements, and briefly for anything.
    pub item: Option<Item>,
}

/// What plays.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// What people see of it.
    pub track: Track,
    /// The recording's international code, if it has one.
    pub isrc: Option<String>,
}

/// A track as Spotify's catalogue has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CatalogueTrack {
    /// What people see of it.
    pub item: Item,
    /// The URIs of its artists.
    pub artist_uris: Vec<String>,
    /// Whether it can be played in the account's country.
    pub is_playable: bool,
}

/// A playlist in an account's library.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Playlist {
    /// Spotify's ID of it.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// A picture of it, whose address is good for a day.
    pub image_url: Option<String>,
    /// How many songs and other things it has.
    pub items: u32,
}

/// Something that an account can play on.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Device {
    /// Names it, for a while; those without one cannot be chosen.
    pub id: Option<String>,
    /// What people call it.
    pub name: String,
    /// `Computer`, `Smartphone`, `Speaker` and others, as Spotify has them.
    pub kind: String,
    /// Whether the account plays on it.
    pub is_active: bool,
    /// Whether it takes no commands.
    pub is_restricted: bool,
    /// Whether its volume can be set.
    pub supports_volume: bool,
    /// How loud it is, from 0 to 100, if it says so.
    pub volume_percent: Option<u8>,
}

/// Why Spotify did not do what it was asked, by what the caller can do about it.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum SpotifyError {
    /// The access token is no longer good: refresh it.
    #[error("the access token was refused")]
    Unauthorized,
    /// The refresh token, or the code of a sign-in, is dead: sign in again, do not retry.
    #[error("the grant was refused")]
    InvalidGrant,
    /// The application's client ID or secret is wrong: whoever installed it has to correct that.
    #[error("the client ID or secret was refused")]
    InvalidClient,
    /// No device is active: a person has to open Spotify.
    #[error("no device is active")]
    NoDevice,
    /// The account, or the application's owner, has no Premium.
    #[error("Premium is missing")]
    PremiumRequired,
    /// The account is not on the application's user list.
    #[error("the account is not registered for the application")]
    NotRegistered,
    /// The player does that already, or the device does not allow it now: poll again.
    #[error("the player does not allow that now")]
    Restricted,
    /// Wait: asking earlier only makes the wait longer.
    #[error("Spotify asks to wait")]
    RateLimited {
        /// For how long, if Spotify said so.
        retry_after_ms: Option<u64>,
    },
    /// Spotify failed or its answer made no sense; a command may have been carried out all the same.
    #[error("Spotify failed: {0}")]
    Failed(String),
    /// No answer at all; unless the connection was refused, a command may have been carried out.
    #[error("Spotify did not answer: {0}")]
    NoAnswer(String),
}

/// What people read of a failure: all members, whoever pressed a button, whoever signed in.
struct Told {
    status: StatusKind,
    command: AppError,
    sign_in: AppError,
}

impl SpotifyError {
    /// Whether a command that failed with this may have been carried out.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::NoAnswer(_))
    }

    /// What all members read.
    pub fn status(&self) -> StatusKind {
        self.told().status
    }

    /// What a person reads whose command failed with this.
    pub fn of_command(&self) -> AppError {
        self.told().command
    }

    /// What a person reads whose sign-in failed with this.
    pub fn of_sign_in(&self) -> AppError {
        self.told().sign_in
    }

    /// The one table from failures to words.
    fn told(&self) -> Told {
        use AppError as E;
        use StatusKind as S;
        let (status, command, sign_in) = match self {
            Self::NoDevice => (S::NoDevice, E::NoDevice, E::SignInFailed),
            Self::PremiumRequired => (S::PremiumRequired, E::PremiumRequired, E::PremiumRequired),
            Self::NotRegistered => (S::NotRegistered, E::NotRegistered, E::NotRegistered),
            Self::RateLimited { .. } => (S::RateLimited, E::RateLimited, E::RateLimited),
            Self::InvalidGrant => (S::Unreachable, E::Reconnect, E::SignInFailed),
            Self::InvalidClient => (S::Unreachable, E::ClientRefused, E::ClientRefused),
            Self::Unauthorized | Self::Restricted => {
                (S::Unreachable, E::SpotifyUnreachable, E::SignInFailed)
            }
            Self::Failed(_) | Self::NoAnswer(_) => {
                (S::Unreachable, E::SpotifyUnreachable, E::SpotifyUnreachable)
            }
        };
        Told { status, command, sign_in }
    }
}

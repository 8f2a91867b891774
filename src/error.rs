//! The one error that crosses the wire. It carries no free text: a stranger's link may contain one.

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::model::StatusKind;

/// Why a request was not carried out, in words for the person who made it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Error, PartialEq, Serialize)]
pub enum AppError {
    /// 422: the field "Room code" cannot be a code.
    #[error("A room code has six letters and digits, like ABC234.")]
    CodeMalformed,
    /// 422: the field "Votes to skip" is missing, not a number or out of range.
    #[error("Votes to skip must be a whole number from 1 to 100.")]
    VotesToSkip,
    /// 422: the field "Guests can pause" is neither on nor off.
    #[error("Guests can pause must be on or off.")]
    GuestCanPause,
    /// 422: the request is not of the form that its endpoint takes.
    #[error("The request could not be understood. Go back and try again.")]
    Malformed,
    /// 404: no room has this code.
    #[error("There is no room with that code. Check it with your host.")]
    RoomNotFound,
    /// 410: the host closed the room, or nobody used it for a month.
    #[error("This room is closed. Ask your host for a new code, or create a room yourself.")]
    RoomClosed,
    /// 403: the visitor is not in the room, or no longer.
    #[error("You are not in this room. Join it first.")]
    NotMember,
    /// 403: only the host may do this.
    #[error("Only the host of this room can do that.")]
    NotHost,
    /// 403: the host keeps play and pause to themselves.
    #[error("The host has not allowed guests to pause in this room.")]
    PauseNotAllowed,
    /// 403: the sign-in is not this browser's, was used before, or is more than ten minutes old.
    #[error(
        "This Spotify sign-in has expired or was already used. Go back to your room and connect again."
    )]
    SignInExpired,
    /// 409: Spotify did not accept the sign-in.
    #[error("Spotify did not complete the sign-in. Go back to your room and connect again.")]
    SignInFailed,
    /// 409: Spotify did not accept the application.
    #[error(
        "Spotify does not accept this installation. Whoever installed it has to check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET."
    )]
    ClientRefused,
    /// 409: the host left out a permission that the room needs.
    #[error(
        "Spotify did not grant every permission the room needs. Connect again and agree to all of them."
    )]
    ScopeMissing,
    /// 409: the room has no Spotify account.
    #[error("No Spotify account is connected to this room yet. The host can connect one.")]
    NotConnected,
    /// 409: Spotify ended the room's sign-in.
    #[error("The room's Spotify sign-in has ended. The host needs to reconnect.")]
    Reconnect,
    /// 409: this browser has no Spotify account in another room.
    #[error("You have no Spotify account in another room to move here. Connect one instead.")]
    NothingToMove,
    /// 409: Spotify reports nothing that could be skipped.
    #[error("Nothing is playing right now.")]
    NothingPlaying,
    /// 409: advertisements cannot be skipped.
    #[error("Spotify does not allow skipping this.")]
    NotSkippable,
    /// 409: no device is active.
    #[error("No speaker is active. Open Spotify on the host's device and press play once.")]
    NoDevice,
    /// 409: the host's account is not Premium.
    #[error("Spotify needs a Premium account to control playback. The host's account has none.")]
    PremiumRequired,
    /// 409: the account is not on the application's user list.
    #[error(
        "Spotify does not know this account for this installation. Add its e-mail under User Management in the Spotify dashboard."
    )]
    NotRegistered,
    /// 409: Spotify asks to wait.
    #[error("Spotify asks us to slow down. The room shows when it goes on.")]
    RateLimited,
    /// 409: Spotify failed, or did not answer in time.
    #[error("Spotify cannot be reached right now. Try again in a moment.")]
    SpotifyUnreachable,
    /// 403: another site's page made the browser send this.
    #[error("This request came from another site, so nothing was changed.")]
    ForeignOrigin,
    /// 404: there is no such page.
    #[error("There is nothing at this address.")]
    PageNotFound,
    /// 413: the request is larger than any form here.
    #[error("That was too much to send at once.")]
    TooLarge,
    /// 500: the details are in the server's log.
    #[error("Something went wrong on our side. Please try again.")]
    Internal,
    /// Made in the browser: the request never reached the server.
    #[error("The server cannot be reached. Check your connection and try again.")]
    Offline,
}

impl AppError {
    /// The HTTP status that a script or a page gets.
    pub fn status(self) -> u16 {
        match self {
            Self::CodeMalformed | Self::VotesToSkip | Self::GuestCanPause | Self::Malformed => 422,
            Self::RoomNotFound | Self::PageNotFound => 404,
            Self::RoomClosed => 410,
            Self::NotMember
            | Self::NotHost
            | Self::PauseNotAllowed
            | Self::SignInExpired
            | Self::ForeignOrigin => 403,
            Self::SignInFailed
            | Self::ClientRefused
            | Self::ScopeMissing
            | Self::NotConnected
            | Self::Reconnect
            | Self::NothingToMove
            | Self::NothingPlaying
            | Self::NotSkippable
            | Self::NoDevice
            | Self::PremiumRequired
            | Self::NotRegistered
            | Self::RateLimited
            | Self::SpotifyUnreachable => 409,
            Self::TooLarge => 413,
            Self::Internal | Self::Offline => 500,
        }
    }

    /// Whether the room's status tells its members the same.
    pub fn is_told_by(self, status: StatusKind) -> bool {
        matches!(
            (self, status),
            (Self::Reconnect, StatusKind::Reconnect)
                | (Self::NoDevice, StatusKind::NoDevice)
                | (Self::PremiumRequired, StatusKind::PremiumRequired)
                | (Self::NotRegistered, StatusKind::NotRegistered)
        )
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::Malformed,
            ServerFnErrorErr::Request(_)
            | ServerFnErrorErr::Response(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Offline,
            _ => Self::Internal,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> Self {
        tracing::error!(error = format!("{error:#}"), "A request failed");
        Self::Internal
    }
}

//! Why a request was not carried out.

use std::borrow::Cow;

use super::{
    queue, room,
    spotify::{refusal, search_rate_limited},
};
use crate::{
    error::AppError,
    model::{EndedReason, SongRule, StatusKind},
};

/// The heading where nothing more precise can be said.
const SOMETHING_WENT_WRONG: &str = "Something went wrong";

/// What the person who asked reads.
pub fn error(error: AppError) -> Cow<'static, str> {
    match error {
        AppError::SongRefused(refused) => queue::refused(refused),
        AppError::SearchRateLimited(until) => search_rate_limited(until).into(),
        #[cfg(feature = "ssr")]
        AppError::PlaylistRateLimited(until) => super::spotify::playlist_rate_limited(until).into(),
        AppError::SongRules(rule) => song_rule(rule),
        error => fixed(error).into(),
    }
}

fn fixed(error: AppError) -> &'static str {
    match error {
        AppError::SongRefused(_) => "This song cannot be added.",
        AppError::SearchRateLimited(_) => "Spotify asks us to search less.",
        AppError::PlaylistRateLimited(_) => "",
        AppError::NotATrack => "That is no song on Spotify. Paste the link of a song.",
        AppError::ShortLink => {
            "A short link does not say which song it is. Open it, and paste the full link of the song."
        }
        AppError::Name => {
            "A name has at most 24 characters, at least one letter or digit, and nothing invisible."
        }
        AppError::SongRules(_) => "The rules for songs could not be read.",
        AppError::TooManySearches => "Too many searches. Try again in a few seconds.",
        AppError::CodeMalformed => "A room code has six letters and digits, like ABC234.",
        AppError::VotesToSkip => "Votes to skip must be a whole number from 1 to 100.",
        AppError::GuestCanPause => "Guests can pause must be on or off.",
        AppError::Malformed => "The request could not be understood. Go back and try again.",
        AppError::RoomNotFound => "There is no room with that code. Check it with your host.",
        AppError::RoomClosed => {
            "This room is closed. Ask your host for a new code, or create a room yourself."
        }
        AppError::JoiningStopped => "The host lets nobody new into this room right now.",
        AppError::RoomFull => "This room is full. Try again when somebody has left.",
        AppError::NotMember => "You are not in this room. Join it first.",
        AppError::Removed => room::ended(EndedReason::Removed).1,
        AppError::NotHost => "Only the host of this room can do that.",
        AppError::PauseNotAllowed => "The host has not allowed guests to pause in this room.",
        AppError::SignInExpired => {
            "This Spotify sign-in has expired or was already used. Go back to your room and connect again."
        }
        AppError::SignInFailed => {
            "Spotify did not complete the sign-in. Go back to your room and connect again."
        }
        AppError::ClientRefused => {
            "Spotify does not accept this installation. Whoever installed it has to check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET."
        }
        AppError::ScopeMissing => {
            "Spotify did not grant every permission the room needs. Connect again and agree to all of them."
        }
        AppError::NothingToMove => {
            "You have no Spotify account in another room to move here. Connect one instead."
        }
        AppError::NotConnected => refusal(StatusKind::NotConnected),
        AppError::Reconnect => refusal(StatusKind::Reconnect),
        AppError::NothingPlaying => refusal(StatusKind::NothingPlaying),
        AppError::NotSkippable => refusal(StatusKind::SkipRefused),
        AppError::NoDevice => refusal(StatusKind::NoDevice),
        AppError::OtherAccount => {
            "That is another Spotify account than the one that plays in this room. Go back, and sign in with that one."
        }
        AppError::SpeakerGone
        | AppError::SpeakerRestricted
        | AppError::NoVolumeControl
        | AppError::Volume
        | AppError::NothingToSave
        | AppError::AlreadySaving
        | AppError::PlaylistGone
        | AppError::PlaylistRefused
        | AppError::PlaylistEmpty
        | AppError::PlaylistHidden
        | AppError::TooManyBlocked
        | AppError::SkipShare => on_pages_of_the_server(error),
        AppError::PremiumRequired => refusal(StatusKind::PremiumRequired),
        AppError::NotRegistered => refusal(StatusKind::NotRegistered),
        AppError::RateLimited => refusal(StatusKind::RateLimited),
        AppError::SpotifyUnreachable => refusal(StatusKind::Unreachable),
        AppError::ForeignOrigin => "This request came from another site, so nothing was changed.",
        AppError::PageNotFound => "There is nothing at this address.",
        AppError::TooManyAtOnce => "Too many presses. Try again in a minute.",
        AppError::TooManyVisitors => "Too many people came from your network. Try again soon.",
        AppError::TooManyGuesses => "Too many wrong codes from your network. Wait a minute.",
        AppError::TooManyRooms => "Too many new rooms from your network. Wait a few minutes.",
        AppError::WrongHost => "This is not the address of this site. Ask your host for the link.",
        AppError::TooLarge => "That was too much to send at once.",
        AppError::NotSaved => {
            "The server cannot save anything, so nothing has changed. Please tell whoever runs it: its disk may be full."
        }
        AppError::Internal => "Something went wrong on our side. Please try again.",
        AppError::Offline => "The server cannot be reached. Check your connection and try again.",
    }
}

/// What is said only on pages that the server draws: browsers need not load it.
#[cfg(feature = "ssr")]
fn on_pages_of_the_server(error: AppError) -> &'static str {
    match error {
        AppError::SpeakerGone => {
            "That speaker is no longer there. Open Spotify on it, or choose another one."
        }
        AppError::SpeakerRestricted => {
            "Spotify does not let that speaker be controlled from here. Choose another one."
        }
        AppError::NoVolumeControl => "The volume of this speaker is set on the speaker itself.",
        AppError::Volume => "Volume must be a whole number from 0 to 100.",
        AppError::NothingToSave => "No song was played here yet.",
        AppError::AlreadySaving => {
            "The history is being saved already. Press again in a minute if nothing comes of it."
        }
        AppError::PlaylistGone => "Spotify no longer has that playlist. Press again for a new one.",
        AppError::PlaylistRefused => "Spotify does not let this playlist be changed.",
        AppError::PlaylistEmpty => "That playlist has no song that can be played here.",
        AppError::PlaylistHidden => {
            "Spotify shows us only playlists of your own, and those that you share. Copy the songs into one of yours."
        }
        AppError::TooManyBlocked => "500 songs and artists are blocked: unblock some first.",
        AppError::SkipShare => "The share must be a whole number from 10 to 90 percent.",
        _ => "",
    }
}

#[cfg(not(feature = "ssr"))]
fn on_pages_of_the_server(_: AppError) -> &'static str {
    ""
}

/// Stands beside the rule's field.
fn song_rule(rule: SongRule) -> Cow<'static, str> {
    match rule.most() {
        1 => "Choose one of these.".into(),
        most => format!("A whole number from 1 to {most}, or nothing for no limit.").into(),
    }
}

/// The heading of a page that shows this error in place of what was asked for.
pub fn error_heading(error: AppError) -> &'static str {
    match error {
        AppError::PageNotFound => "Nothing here",
        AppError::RoomNotFound => "No such room",
        AppError::RoomClosed => "This room is closed",
        AppError::Removed => room::ended(EndedReason::Removed).0,
        AppError::NotMember | AppError::NotHost => "No access",
        AppError::SignInExpired
        | AppError::SignInFailed
        | AppError::ScopeMissing
        | AppError::NotRegistered
        | AppError::PremiumRequired
        | AppError::SpotifyUnreachable => "Spotify is not connected",
        _ => SOMETHING_WENT_WRONG,
    }
}

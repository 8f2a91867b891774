//! The one error that crosses the wire. It carries no free text: a stranger's link may contain one.

use std::fmt;

use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::codec::JsonEncoding,
};
use serde::{Deserialize, Serialize};

use crate::{
    model::{Millis, Refused, SongRule, StatusKind},
    text,
};

/// Why a request was not carried out; displayed in words for the person who made it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum AppError {
    /// 422: the field "Room code" cannot be a code.
    CodeMalformed,
    /// 422: the field "Votes to skip" is missing, not a number or out of range.
    VotesToSkip,
    /// 422: the rule that skips a song is none, or its share is out of range.
    SkipShare,
    /// 422: the field "Guests can pause" is neither on nor off.
    GuestCanPause,
    /// 422: what was asked for is no track of Spotify's.
    NotATrack,
    /// 422: a short link, which does not say what it stands for.
    ShortLink,
    /// 422: a name is too long, or has characters that are none of a name's.
    Name,
    /// 422: a volume is missing, not a number or out of range.
    Volume,
    /// 422: a rule for songs is out of range, or none.
    SongRules(SongRule),
    /// 422: the request is not of the form that its endpoint takes.
    Malformed,
    /// 404: no room has this code.
    RoomNotFound,
    /// 410: the host closed the room, or nobody used it for a month.
    RoomClosed,
    /// 409: as many people are in the room as it takes.
    RoomFull,
    /// 403: the host lets nobody new in.
    JoiningStopped,
    /// 403: the visitor is not in the room, or no longer.
    NotMember,
    /// 403: the host removed the visitor from the room.
    Removed,
    /// 403: only the host may do this.
    NotHost,
    /// 403: the host keeps play and pause to themselves.
    PauseNotAllowed,
    /// 403: the sign-in is not this browser's, was used before, or is more than ten minutes old.
    SignInExpired,
    /// 409: Spotify did not accept the sign-in.
    SignInFailed,
    /// 409: Spotify did not accept the application.
    ClientRefused,
    /// 409: the host left out a permission that the room needs.
    ScopeMissing,
    /// 409: the song cannot be added to the queue.
    SongRefused(Refused),
    /// 409: as many songs and artists are blocked as the room remembers.
    TooManyBlocked,
    /// 409: the playlist has no song that can be played.
    PlaylistEmpty,
    /// 409: Spotify does not say what is in the playlist.
    PlaylistHidden,
    /// 409: the room has no Spotify account.
    NotConnected,
    /// 409: Spotify ended the room's sign-in.
    Reconnect,
    /// 409: this browser has no Spotify account in another room.
    NothingToMove,
    /// 409: Spotify reports nothing that could be skipped.
    NothingPlaying,
    /// 409: advertisements cannot be skipped.
    NotSkippable,
    /// 409: no device is active.
    NoDevice,
    /// 409: the speaker that was chosen is not there any more.
    SpeakerGone,
    /// 409: the speaker that was chosen takes no commands.
    SpeakerRestricted,
    /// 409: the speaker that plays does not let its volume be set.
    NoVolumeControl,
    /// 409: the host's account is not Premium.
    PremiumRequired,
    /// 409: the account is not on the application's user list.
    NotRegistered,
    /// 409: Spotify asks to wait.
    RateLimited,
    /// 409: no song was played yet that a playlist could have.
    NothingToSave,
    /// 409: somebody saves the history at this moment.
    AlreadySaving,
    /// 409: Spotify no longer has the playlist.
    PlaylistGone,
    /// 409: Spotify does not let the playlist be changed.
    PlaylistRefused,
    /// 409: Spotify asks to wait until then with playlists, and with nothing else.
    PlaylistRateLimited(Millis),
    /// 409: another account than the one that drives the room agreed.
    OtherAccount,
    /// 409: Spotify asks to wait until then with looking songs up, and with nothing else.
    SearchRateLimited(Millis),
    /// 409: Spotify failed, or did not answer in time.
    SpotifyUnreachable,
    /// 403: another site's page made the browser send this.
    ForeignOrigin,
    /// 404: there is no such page.
    PageNotFound,
    /// 429: more commands wait than the room can send in a few seconds, or guests pressed too much.
    TooManyAtOnce,
    /// 429: the caller searched too often.
    TooManySearches,
    /// 429: too many people came from the caller's network in a short time.
    TooManyVisitors,
    /// 429: too many codes that lead nowhere were tried from the caller's network.
    TooManyGuesses,
    /// 429: too many rooms were created from the caller's network in a short time.
    TooManyRooms,
    /// 421: the request is for another host than this installation's.
    WrongHost,
    /// 413: the request is larger than any form here.
    TooLarge,
    /// 503: the database cannot be written to, as when its disk is full.
    NotSaved,
    /// 500: the details are in the server's log.
    Internal,
    /// Made in the browser: the request never reached the server.
    Offline,
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::error(*self))
    }
}

impl std::error::Error for AppError {}

impl AppError {
    /// The HTTP status that a script or a page gets.
    pub fn status(self) -> u16 {
        match self {
            Self::CodeMalformed
            | Self::VotesToSkip
            | Self::SkipShare
            | Self::GuestCanPause
            | Self::NotATrack
            | Self::ShortLink
            | Self::Name
            | Self::Volume
            | Self::SongRules(_)
            | Self::Malformed => 422,
            Self::RoomNotFound | Self::PageNotFound => 404,
            Self::RoomClosed => 410,
            Self::NotMember
            | Self::Removed
            | Self::NotHost
            | Self::JoiningStopped
            | Self::PauseNotAllowed
            | Self::SignInExpired
            | Self::ForeignOrigin => 403,
            Self::SignInFailed
            | Self::ClientRefused
            | Self::ScopeMissing
            | Self::SongRefused(_)
            | Self::TooManyBlocked
            | Self::PlaylistEmpty
            | Self::PlaylistHidden
            | Self::NotConnected
            | Self::Reconnect
            | Self::NothingToMove
            | Self::RoomFull
            | Self::NothingPlaying
            | Self::NotSkippable
            | Self::NoDevice
            | Self::SpeakerGone
            | Self::SpeakerRestricted
            | Self::NoVolumeControl
            | Self::NothingToSave
            | Self::AlreadySaving
            | Self::PlaylistGone
            | Self::PlaylistRefused
            | Self::PlaylistRateLimited(_)
            | Self::OtherAccount
            | Self::PremiumRequired
            | Self::NotRegistered
            | Self::RateLimited
            | Self::SearchRateLimited(_)
            | Self::SpotifyUnreachable => 409,
            Self::TooLarge => 413,
            Self::WrongHost => 421,
            Self::TooManyAtOnce
            | Self::TooManySearches
            | Self::TooManyVisitors
            | Self::TooManyRooms
            | Self::TooManyGuesses => 429,
            Self::NotSaved => 503,
            Self::Internal | Self::Offline => 500,
        }
    }

    /// After how many seconds it is worth trying again, if anybody knows.
    pub fn retry_after_s(self) -> Option<u32> {
        match self {
            Self::TooManyVisitors | Self::TooManySearches => Some(10),
            Self::NotSaved => Some(30),
            Self::TooManyAtOnce | Self::TooManyRooms | Self::TooManyGuesses => Some(60),
            _ => None,
        }
    }

    /// Whether a room with this status tells its members the same.
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

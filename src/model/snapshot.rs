//! A room's whole state as all its members see it, and what differs for each of them.
//!
//! The JSON forms are documented and stable: fields are added, never renamed. Instants are Unix
//! milliseconds.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Changes, EntryId, Millis, PlayId, QueueEntry, SkipShare, SongRules};

/// Event `snapshot`: the whole state of a room.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(try_from = "Changes")]
pub struct Snapshot {
    /// Grows with every change, across restarts too.
    pub version: u64,
    /// The room's code.
    pub code: String,
    /// How many votes skip a song, unless a share of the people does.
    pub votes_to_skip: u32,
    /// More than which share of the people who are here skips a song, in percent, if that is the rule.
    pub skip_share: Option<SkipShare>,
    /// Whether guests may play and pause.
    pub guest_can_pause: bool,
    /// How many members are in the room.
    pub members: u32,
    /// What plays; nothing while Spotify reports nothing.
    pub playback: Option<Playback>,
    /// The votes to skip what plays.
    pub skip: Skip,
    /// How Spotify is doing.
    pub status: Status,
    /// What the host decided about songs.
    pub rules: SongRules,
    /// The songs that wait, in the order in which they come.
    pub queue: Arc<[QueueEntry]>,
    /// The playlist that goes on when nobody asks for anything, if the host chose one.
    pub fallback: Option<FallbackPlaylist>,
}

impl Snapshot {
    /// The play that can be voted on and skipped.
    pub fn current_play(&self) -> Option<PlayId> {
        self.playback.as_ref()?.play
    }
}

/// The playlist that goes on when nobody asks for anything.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FallbackPlaylist {
    /// What it is called.
    pub name: String,
    /// Whether it waits for the end of what the host has started in their own Spotify since.
    pub waits: bool,
}

/// What plays.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Playback {
    /// Names this playing of the track; votes are for it. None for what cannot be skipped.
    pub play: Option<PlayId>,
    /// What kind of thing plays.
    pub kind: Kind,
    /// The track or episode, if Spotify names it.
    pub track: Option<Track>,
    /// Whether it is playing rather than paused.
    pub is_playing: bool,
    /// Where it was at `as_of`.
    pub progress_ms: u64,
    /// When `progress_ms` was true.
    pub as_of: Millis,
    /// A command that Spotify received and has not shown yet.
    pub pending: Option<Pending>,
}

impl Playback {
    /// Where it is at `now`, if it simply plays on.
    pub fn progress_at(&self, now: Millis) -> u64 {
        let elapsed = if self.is_playing { now.since(self.as_of) } else { 0 };
        let end = self.track.as_ref().map_or(u64::MAX, |track| track.duration_ms);
        self.progress_ms.saturating_add(elapsed).min(end)
    }

    /// Whether it plays once a pending command is done.
    pub fn will_play(&self) -> bool {
        match self.pending {
            Some(Pending::Play) => true,
            Some(Pending::Pause) => false,
            _ => self.is_playing,
        }
    }
}

/// What kind of thing plays, in Spotify's words.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A song.
    Track,
    /// A podcast's episode.
    Episode,
    /// An advertisement.
    Ad,
    /// Something that Spotify does not name.
    Unknown,
}

/// A track, or a podcast's episode shown like one.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Track {
    /// Spotify's URI.
    pub uri: String,
    /// The title.
    pub name: String,
    /// The artists' names; of an episode, the show's.
    pub artists: Vec<String>,
    /// The album's name.
    pub album: Option<String>,
    /// A cover of about 640 pixels.
    pub image_url: Option<String>,
    /// Its length.
    pub duration_ms: u64,
    /// Whether Spotify marks it as explicit.
    pub explicit: bool,
    /// Its page on Spotify; local files have none.
    pub url: Option<String>,
}

/// A command that Spotify received and has not shown yet.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Pending {
    /// Resuming playback.
    Play,
    /// Pausing playback.
    Pause,
    /// Skipping to the next track.
    Skip,
}

/// The votes to skip what plays.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Skip {
    /// How many members voted.
    pub votes: u32,
    /// How many are needed.
    pub needed: u32,
    /// How many people are here, where a share of them decides.
    pub people: Option<u32>,
}

/// How Spotify is doing, in words for everybody in the room.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Status {
    /// What kind of trouble there is, if any.
    pub kind: StatusKind,
    /// What people read; empty when all is well.
    pub text: String,
    /// When Spotify is asked again, if that is known.
    pub retry_at: Option<Millis>,
}

/// A kind of trouble with Spotify.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    /// None.
    Ok,
    /// No account is connected.
    NotConnected,
    /// The sign-in ended: the host has to reconnect.
    Reconnect,
    /// Spotify reports that nothing is playing.
    NothingPlaying,
    /// A command found no active device.
    NoDevice,
    /// The host's account is not Premium.
    PremiumRequired,
    /// The host's account is not on the application's user list.
    NotRegistered,
    /// Spotify asked to wait.
    RateLimited,
    /// Spotify failed or did not answer.
    Unreachable,
    /// The votes decided a skip, and Spotify refused it.
    SkipRefused,
    /// The host's Spotify repeats the track that plays, and songs wait.
    Repeats,
    /// The account belongs to another Spotify application than the configured one.
    OtherApplication,
}

impl StatusKind {
    /// Whether a person has to act: waiting does not help.
    pub fn needs_action(self) -> bool {
        matches!(
            self,
            Self::Reconnect
                | Self::OtherApplication
                | Self::NoDevice
                | Self::PremiumRequired
                | Self::NotRegistered
        )
    }

    /// Whether the host's way out is to sign in to Spotify.
    pub fn needs_sign_in(self) -> bool {
        matches!(self, Self::NotConnected | Self::Reconnect | Self::OtherApplication)
    }
}

/// What a member is in a room.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// In charge of the room.
    Host,
    /// Everybody else.
    Guest,
}

/// Event `you`: what differs for each member.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct You {
    /// The server's clock: it corrects the phone's.
    pub now: Millis,
    /// What this member is.
    pub role: Role,
    /// The play that this member voted to skip.
    pub voted_play: Option<PlayId>,
    /// What this member is called, if they said so.
    pub name: Option<String>,
    /// The songs in the queue that this member voted for.
    pub voted_entries: Vec<EntryId>,
    /// The songs in the queue that this member asked for.
    pub own_entries: Vec<EntryId>,
    /// What became of songs that this member asked for and nobody heard.
    pub lost: Vec<Lost>,
}

/// What became of songs that somebody asked for and nobody heard, in words for them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Lost {
    /// What people read.
    pub text: String,
    /// From when on it is so: a queue that was cleared can be taken back for some seconds.
    pub from: Millis,
    /// When it has been said for long enough.
    pub until: Millis,
}

impl Lost {
    /// Whether people read it at `now`.
    pub fn is_told(&self, now: Millis) -> bool {
        self.from <= now && now < self.until
    }
}

/// Event `build`: what the server is of, after a stream's first snapshot. A page of another build loads
/// itself again.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Build {
    /// The same for all servers whose pages, scripts and styles are the same.
    pub build: String,
}

/// Event `ended`: the last event of a stream.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Ended {
    /// Why nothing more comes.
    pub reason: EndedReason,
}

/// Why a member's events ended.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EndedReason {
    /// The member left, in this tab or another.
    Left,
    /// The host removed the member.
    Removed,
    /// The room was closed.
    Closed,
    /// The member's newer pages took this one's place.
    Superseded,
}

//! What a room hears, and what it wants done.

use super::{
    CurrentPlay, Facts, View,
    connection::{SignIn, Token},
    play::{EndedBy, Observation},
    queue::{Ended, How, QueuedSong, Sent},
};
use crate::{
    error::AppError,
    model::{EntryId, Item, Millis, Outcome, Pending, PlayId, Player, Role, SpotifyError, Track},
};

/// Names one effect whose result comes back as an event.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct JobId(pub u64);

/// Names a person's command until it is answered.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct CommandId(pub u64);

/// What Spotify is told.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Command {
    /// Resumes playback.
    Play,
    /// Pauses playback.
    Pause,
    /// Goes to the next track.
    Skip,
}

impl Command {
    /// What the snapshot shows until Spotify reports it.
    pub(super) fn pending(self) -> Pending {
        match self {
            Self::Play => Pending::Play,
            Self::Pause => Pending::Pause,
            Self::Skip => Pending::Skip,
        }
    }

    /// What people read once Spotify received it.
    pub(super) fn received(self) -> Outcome {
        match self {
            Self::Play => Outcome::Played,
            Self::Pause => Outcome::Paused,
            Self::Skip => Outcome::Skipped,
        }
    }
}

/// The store did not answer, or refused: what it was asked to write may or may not be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StoreFailed;

/// What a room hears.
#[derive(Clone, Debug)]
pub enum Event {
    /// The time of `next_timeout` has come.
    Timer,
    /// So many event streams are open now.
    Watchers(usize),
    /// A member loaded a page or pressed something: the room stays watched for a while.
    Touched,
    /// Somebody changed the room in the store.
    Changed,
    /// The answer to `Reload`.
    Reloaded(Result<Box<Facts>, StoreFailed>),
    /// A person wants something of Spotify, a skip of this play if they named one; answered once by
    /// `Reply`.
    Command(CommandId, Role, Command, Option<PlayId>),
    /// The host had Spotify play on another device: there is an active one now.
    SpeakerChosen,
    /// Spotify asked another room to wait: it counts the calls of all together.
    RateLimited(Millis),
    /// The answer to `Poll`.
    Polled(JobId, Result<Option<Player>, SpotifyError>),
    /// The answer to `Refresh`: the token that is valid now.
    Refreshed(JobId, Result<Token, SpotifyError>),
    /// The answer to `Claim`: whether this claim was the first, of a play that has not ended.
    Claimed(JobId, Result<bool, StoreFailed>),
    /// The answer to `RecordSend`: whether the skip may be sent.
    Recorded(JobId, Result<bool, StoreFailed>),
    /// The answer to `SavePlay`: the play as stored; nothing if the sign-in no longer drives the room.
    Saved(JobId, Result<Option<CurrentPlay>, StoreFailed>),
    /// The answer to `Send`.
    Sent(JobId, Result<(), SpotifyError>),
    /// The answer to `RecordHandover`: whether the song may be handed over.
    HandoverRecorded(JobId, Result<bool, StoreFailed>),
    /// The answer to `HandOver`.
    HandedOver(JobId, Result<(), SpotifyError>),
    /// The answer to `Look`: what Spotify's queue holds.
    Looked(JobId, Result<Vec<Item>, SpotifyError>),
    /// The answer to `Refill`: the song that waits now; nothing if the playlist has none that the rules
    /// allow.
    Refilled(JobId, Result<Option<QueuedSong>, StoreFailed>),
}

/// What a room wants done. Those about the store are carried out one after the other, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask Spotify what plays.
    Poll(JobId, Token),
    /// Get a token newer than this one.
    Refresh(JobId, Token),
    /// Tell Spotify to do something.
    Send(JobId, Token, Command),
    /// Hand a song over.
    HandOver {
        /// Returned with the answer.
        job: JobId,
        /// On whose behalf.
        token: Token,
        /// Spotify's URI of the track.
        uri: String,
        /// Whether it begins at once.
        how: How,
    },
    /// Look into Spotify's queue.
    Look(JobId, Token),
    /// Forget about a poll: its answer counts for nothing.
    Cancel(JobId),
    /// Read the room from the store.
    Reload,
    /// Decide the skip of a play, if nobody did before.
    Claim {
        /// Returned with the answer.
        job: JobId,
        /// What is to be skipped.
        play: PlayId,
        /// When it is decided.
        at: Millis,
    },
    /// Decide the skip of a play, if it has so many votes and nobody decided it before.
    Decide(PlayId, u32, Millis),
    /// Record that a decided skip is about to be sent, if nobody recorded another sending since.
    RecordSend {
        /// Returned with the answer.
        job: JobId,
        /// What is to be skipped.
        play: PlayId,
        /// The sending recorded before this one.
        previous: Option<Millis>,
        /// When it is sent.
        at: Millis,
    },
    /// Put the next song of the fallback playlist into the queue, if nothing waits there.
    Refill(JobId, Millis),
    /// Record that a song is about to be handed over, if it still waits and no other one is on its way.
    RecordHandover {
        /// Returned with the answer.
        job: JobId,
        /// Which one.
        entry: EntryId,
        /// When, and during which play.
        sent: Sent,
    },
    /// Record that a song was not handed over after all.
    ReleaseHandover(EntryId),
    /// Record that a song waits no more.
    EndEntry(EntryId, Ended, Millis),
    /// Take the decision back. The votes stay: they decide anew at once, if an instant is given and
    /// they suffice; otherwise the next one does.
    Release(PlayId, Option<Millis>),
    /// Record which play goes on, while this sign-in drives the room.
    SavePlay {
        /// Returned with the answer.
        job: JobId,
        /// Whose player it is.
        sign_in: SignIn,
        /// What to record.
        change: PlayChange,
        /// The song from the queue that begins with it, if it is one.
        entry: Option<EntryId>,
        /// What plays, if Spotify names it: the room's history shows it.
        track: Option<Box<Track>>,
    },
    /// Remember that Spotify must not be asked before then, and tell all rooms.
    RateLimited(Millis),
    /// Show this to everybody in the room.
    Publish(Box<View>),
    /// Answer a person's command.
    Reply(CommandId, Result<Outcome, AppError>),
    /// Nothing is left to do, unless somebody has come meanwhile.
    Stop,
}

/// What an observation changes about the play that goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PlayChange {
    /// A play begins where none went on.
    Begin {
        /// Spotify's URI of the track.
        uri: String,
        /// Where it is.
        observed: Observation,
    },
    /// A play ends, its votes with it, and another begins.
    Replace {
        /// The play that ended.
        ended: PlayId,
        /// Why.
        reason: EndedBy,
        /// Spotify's URI of the next one's track.
        uri: String,
        /// Where that is.
        observed: Observation,
    },
    /// The same play goes on, but not as it was expected to.
    Update {
        /// The play.
        play: PlayId,
        /// Spotify's URI of the track, which relinking changes.
        uri: String,
        /// Where it is.
        observed: Observation,
    },
}

impl PlayChange {
    /// Whether another play goes on now.
    pub fn begins(&self) -> bool {
        !matches!(self, Self::Update { .. })
    }
}

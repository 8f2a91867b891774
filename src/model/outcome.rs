//! What a form did.

use serde::{Deserialize, Serialize};

/// What a form did: the word after `?done=` on the page that says so.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A room was created.
    Created,
    /// The visitor joined.
    Joined,
    /// The visitor left.
    Left,
    /// The room was closed.
    Closed,
    /// Everything about the visitor was deleted.
    Forgotten,
    /// Settings were saved.
    Saved,
    /// Nobody new is let in any more.
    JoiningStopped,
    /// New people are let in again.
    JoiningAllowed,
    /// The room has another code.
    CodeRenewed,
    /// Spotify was connected.
    Connected,
    /// The account was proven, and drives another room of the host.
    Elsewhere,
    /// The host pressed Cancel at Spotify.
    Declined,
    /// Spotify was disconnected and its data deleted.
    Disconnected,
    /// Spotify moved here from another room.
    Moved,
    /// Spotify received "play".
    Played,
    /// Spotify received "pause".
    Paused,
    /// Spotify received "next".
    Skipped,
    /// "next" may or may not have reached Spotify: what plays is watched, and it is sent once more
    /// if nothing comes of it.
    Unconfirmed,
    /// Spotify received which speaker to play on.
    SpeakerChosen,
    /// Spotify received how loud to play.
    VolumeSet,
    /// What was played is in a playlist.
    PlaylistSaved,
    /// A part of what was played is in a playlist.
    PlaylistUnfinished,
    /// Spotify lets the account's playlists be written.
    PlaylistAllowed,
    /// The host pressed Cancel at Spotify when asked for that.
    PlaylistDeclined,
    /// Simulated guests come into the room.
    GuestsInvited,
    /// Simulated guests are in the room already.
    GuestsAreHere,
    /// The visitor is called by another name.
    Renamed,
    /// A guest was removed for good.
    Removed,
    /// A vote was counted.
    Voted,
    /// A vote was withdrawn.
    Withdrawn,
    /// The vote or the skip was for a play that has ended.
    PlayEnded,
    /// Spotify does not allow it now, or does that already.
    Unchanged,
    /// Spotify reported just now that it does that already: it was not asked.
    Already,
    /// A song was added to the queue.
    Added,
    /// A song waits already: that was a vote for it.
    AddedVote,
    /// A vote for a song was counted.
    SongVoted,
    /// A vote for a song was withdrawn.
    SongUnvoted,
    /// A song was taken out of the queue by who asked for it.
    SongWithdrawn,
    /// A song was taken out of the queue by the host.
    SongRemoved,
    /// What became of lost songs was read.
    Dismissed,
    /// A song is played next.
    PlaysNext,
    /// The song does not wait any more: it plays, was played, or was removed.
    SongGone,
    /// The queue was cleared.
    QueueCleared,
    /// What was cleared waits again.
    QueueRestored,
    /// Nothing was cleared, or so long ago that it cannot be taken back.
    UndoTooLate,
    /// Spotify shows the host's playlists now.
    LibraryAllowed,
    /// The host pressed Cancel when Spotify asked whether it may show them.
    LibraryDeclined,
    /// A playlist goes on when nobody asks for anything.
    FallbackChosen,
    /// None does any more.
    FallbackEnded,
    /// A song or an artist is blocked.
    Blocked,
    /// It is blocked no more.
    Unblocked,
}

impl Outcome {
    const WORDS: [(Self, &'static str); 51] = [
        (Self::Created, "created"),
        (Self::Joined, "joined"),
        (Self::Left, "left"),
        (Self::Closed, "closed"),
        (Self::Forgotten, "forgotten"),
        (Self::Saved, "saved"),
        (Self::JoiningStopped, "joining-stopped"),
        (Self::JoiningAllowed, "joining-allowed"),
        (Self::CodeRenewed, "code-renewed"),
        (Self::Connected, "connected"),
        (Self::Elsewhere, "elsewhere"),
        (Self::Declined, "declined"),
        (Self::Disconnected, "disconnected"),
        (Self::Moved, "moved"),
        (Self::Played, "played"),
        (Self::Paused, "paused"),
        (Self::Skipped, "skipped"),
        (Self::Unconfirmed, "unconfirmed"),
        (Self::SpeakerChosen, "speaker-chosen"),
        (Self::VolumeSet, "volume-set"),
        (Self::PlaylistSaved, "playlist-saved"),
        (Self::PlaylistUnfinished, "playlist-unfinished"),
        (Self::PlaylistAllowed, "playlist-allowed"),
        (Self::PlaylistDeclined, "playlist-declined"),
        (Self::GuestsInvited, "guests-invited"),
        (Self::GuestsAreHere, "guests-are-here"),
        (Self::Renamed, "renamed"),
        (Self::Removed, "removed"),
        (Self::Voted, "voted"),
        (Self::Withdrawn, "withdrawn"),
        (Self::PlayEnded, "play-ended"),
        (Self::Unchanged, "unchanged"),
        (Self::Already, "already"),
        (Self::Added, "added"),
        (Self::AddedVote, "added-vote"),
        (Self::SongVoted, "song-voted"),
        (Self::SongUnvoted, "song-unvoted"),
        (Self::SongWithdrawn, "song-withdrawn"),
        (Self::SongRemoved, "song-removed"),
        (Self::Dismissed, "dismissed"),
        (Self::PlaysNext, "plays-next"),
        (Self::SongGone, "song-gone"),
        (Self::QueueCleared, "queue-cleared"),
        (Self::QueueRestored, "queue-restored"),
        (Self::UndoTooLate, "undo-too-late"),
        (Self::LibraryAllowed, "library-allowed"),
        (Self::LibraryDeclined, "library-declined"),
        (Self::FallbackChosen, "fallback-chosen"),
        (Self::FallbackEnded, "fallback-ended"),
        (Self::Blocked, "blocked"),
        (Self::Unblocked, "unblocked"),
    ];

    /// Whether it is not what the person asked for.
    pub fn is_unexpected(self) -> bool {
        matches!(
            self,
            Self::Unconfirmed
                | Self::PlayEnded
                | Self::Unchanged
                | Self::AddedVote
                | Self::SongGone
                | Self::UndoTooLate
        )
    }

    /// The word in the address.
    pub fn word(self) -> &'static str {
        let row = Self::WORDS.iter().find(|row| row.0 == self);
        row.map_or("", |row| row.1)
    }

    /// Reads the word in the address.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|row| row.1 == word).map(|row| row.0)
    }
}

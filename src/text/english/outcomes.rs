//! What a form did.

use crate::model::Outcome;

/// What the person who sent the form reads.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Created => "Your room is ready. Share its code or link.",
        Outcome::Joined => "You are in.",
        Outcome::Left => "You left the room.",
        Outcome::Closed => "The room is closed.",
        Outcome::Forgotten => "You are forgotten.",
        Outcome::Saved => "Settings saved.",
        Outcome::JoiningStopped => "Nobody new can join now. Everyone who is here stays.",
        Outcome::CodeRenewed => "The room has a new code. The old one lets nobody new in.",
        Outcome::JoiningAllowed => "Anyone with the code can join again.",
        Outcome::Connected => "Spotify is connected.",
        Outcome::Elsewhere => {
            "This Spotify account plays in another room. Move it here if you like."
        }
        Outcome::Declined => {
            "Spotify was not connected, because you cancelled at Spotify. You can connect at any time."
        }
        Outcome::Disconnected => {
            "Spotify is disconnected, and what was stored about the account is deleted."
        }
        Outcome::Moved => "Spotify now plays in this room.",
        Outcome::Played => "Spotify received your Play.",
        Outcome::Paused => "Spotify received your Pause.",
        Outcome::Skipped => "Spotify received your Skip.",
        Outcome::Unconfirmed => {
            "Spotify has not confirmed the skip. If this song goes on, it is skipped in a few seconds."
        }
        Outcome::GuestsInvited => "Five guests are coming.",
        Outcome::GuestsAreHere => "The guests are here already.",
        Outcome::SpeakerChosen
        | Outcome::VolumeSet
        | Outcome::PlaylistSaved
        | Outcome::PlaylistUnfinished
        | Outcome::PlaylistAllowed
        | Outcome::PlaylistDeclined
        | Outcome::LibraryAllowed
        | Outcome::LibraryDeclined
        | Outcome::FallbackChosen
        | Outcome::FallbackEnded
        | Outcome::Blocked
        | Outcome::Unblocked => on_pages_of_the_server(outcome),
        Outcome::Renamed => "You have a new name.",
        Outcome::Removed => "They are out of the room, with their songs and votes.",
        Outcome::Voted => "Your vote counts.",
        Outcome::Withdrawn => "Your vote is withdrawn.",
        Outcome::PlayEnded => "That song had already ended, so nothing changed.",
        Outcome::Unchanged => "Spotify did not allow that just now. This is what it reports.",
        Outcome::Already => "Spotify does that already.",
        Outcome::Added => "Your song is in the queue.",
        Outcome::AddedVote => "That song was in the queue already. You voted for it.",
        Outcome::SongVoted => "Your vote for the song counts.",
        Outcome::SongUnvoted => "Your vote for the song is withdrawn.",
        Outcome::SongWithdrawn => "Your song is withdrawn.",
        Outcome::SongRemoved => "The song is removed from the queue.",
        Outcome::Dismissed => "Dismissed.",
        Outcome::PlaysNext => "The song plays next.",
        Outcome::SongGone => "That song is no longer in the queue, so nothing changed.",
        Outcome::QueueCleared => "The queue is cleared.",
        Outcome::UndoTooLate => "Too late to undo: the queue stays as it is.",
        Outcome::QueueRestored => "The songs are back in the queue.",
    }
}

/// What is said only on pages that the server draws: browsers need not load it.
#[cfg(feature = "ssr")]
fn on_pages_of_the_server(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SpeakerChosen => "Spotify received your choice of speaker.",
        Outcome::VolumeSet => "Spotify received the volume.",
        Outcome::PlaylistSaved => "The history is in a private playlist of your Spotify account.",
        Outcome::PlaylistUnfinished => "A part of the history is saved. Press again for the rest.",
        Outcome::PlaylistAllowed => "Spotify allows it now. Press once more to save the history.",
        Outcome::PlaylistDeclined => "Nothing was saved, because you cancelled at Spotify.",
        Outcome::FallbackChosen => "This playlist goes on when nobody asks for a song.",
        Outcome::FallbackEnded => "No playlist goes on any more.",
        Outcome::Blocked => "Blocked: it is not played here any more.",
        Outcome::Unblocked => "It may be played here again.",
        Outcome::LibraryAllowed => "Spotify shows your playlists now.",
        Outcome::LibraryDeclined => {
            "This room does not see your playlists, because you cancelled at Spotify."
        }
        _ => "",
    }
}

#[cfg(not(feature = "ssr"))]
fn on_pages_of_the_server(_: Outcome) -> &'static str {
    ""
}

//! Songs and the albums they are on.

/// Title, artists, album, release date, length in seconds, explicit.
pub(super) type Row =
    (&'static str, &'static [&'static str], &'static str, &'static str, u64, bool);

/// A song, or a file of the listener's own, as a player plays it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Song {
    /// 22 base62 characters; none for a local file.
    pub id: Option<String>,
    /// What players and queues are told to play.
    pub uri: String,
    /// The title.
    pub name: &'static str,
    /// At least one.
    pub artists: &'static [&'static str],
    /// Where it was published.
    pub album: Album,
    /// Length in milliseconds.
    pub duration_ms: u64,
    /// Whether the lyrics are marked as explicit.
    pub explicit: bool,
    /// Number on the album, from 1.
    pub track_number: usize,
    /// The code of the recording: the same for a song and what it is relinked to.
    pub isrc: String,
    /// The URI that players report in place of the one they were asked to play.
    pub plays_as: Option<String>,
}

/// A collection of songs with one cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Album {
    /// 22 base62 characters; none for a local file.
    pub id: Option<String>,
    /// The title.
    pub name: &'static str,
    /// `YYYY-MM-DD`.
    pub release_date: &'static str,
    /// How many of its songs are in the catalogue.
    pub total_tracks: usize,
    /// Whether there is cover art.
    pub has_cover: bool,
}

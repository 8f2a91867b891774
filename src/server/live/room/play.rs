//! Which playing of a track goes on: one pure rule.

use crate::model::{Millis, PlayId, Track};

/// A play that was in its last 10 s may be followed by itself.
const LAST_MS: u64 = 10_000;
/// Spotify's progress and our clock agree to about this.
const SLACK_MS: u64 = 2_000;
/// After this long without a poll, nobody knows what happened in between.
const UNWATCHED_MS: u64 = 30_000;
/// Spotify sometimes reports the last song for a moment after it changed.
const STALE_MS: u64 = 3_000;

/// A play that has not ended, as far as is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CurrentPlay {
    /// Its key, which votes name.
    pub id: PlayId,
    /// Spotify's URI of the track.
    pub uri: String,
    /// The last observation that playing on does not explain.
    pub observed: Observation,
    /// The skip, once it was decided.
    pub skip: Option<DecidedSkip>,
}

/// A skip that was decided, and how far it has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DecidedSkip {
    /// When it was decided.
    pub claimed_at: Millis,
    /// When it was last about to be sent.
    pub sent_at: Option<Millis>,
}

/// Where a track was when it was polled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Observation {
    /// When it was so.
    pub at: Millis,
    /// Where it was.
    pub progress_ms: u64,
    /// Whether it was playing.
    pub playing: bool,
    /// The track's length; 0 if nobody knows it, as of some local files.
    pub duration_ms: u64,
}

impl Observation {
    /// Where it would be at `now` if it just played on, past its end too.
    fn playing_on(&self, now: Millis) -> u64 {
        let elapsed = if self.playing { now.since(self.at) } else { 0 };
        self.progress_ms.saturating_add(elapsed)
    }

    /// Whether playing on explains what is observed `later`.
    pub fn explains(&self, later: &Self) -> bool {
        self.playing == later.playing
            && self.playing_on(later.at).abs_diff(later.progress_ms) <= SLACK_MS
    }
}

/// Why a play is over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EndedBy {
    /// It played to its end.
    Finished,
    /// Auxroom sent the skip.
    Skipped,
    /// Something else was started, in the host's own Spotify for example.
    Replaced,
}

/// What identifies a recording when its URI changes while it plays, as relinking does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Recording<'a> {
    /// The international code.
    pub isrc: Option<&'a str>,
    /// Title, artists and length.
    pub track: &'a Track,
}

impl Recording<'_> {
    fn is(&self, other: &Self) -> bool {
        let same_code = self.isrc.is_some() && self.isrc == other.isrc;
        let (ours, theirs) = (self.track, other.track);
        let same_words = ours.name == theirs.name
            && ours.artists == theirs.artists
            && ours.duration_ms == theirs.duration_ms;
        same_code || same_words
    }
}

/// What is known of a play besides what is stored.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The track that was reported last, if it was this play's; only the URI survives a restart.
    pub recording: Option<Recording<'a>>,
    /// When it was last polled at all.
    pub polled_at: Millis,
}

/// Why `play` is over now that `recording` is `observed`; `None` while the same play goes on.
///
/// It ends when the URI changes; when the same URI starts again after its last 10 s, or after a
/// skip (a seek back does not end it); or when the clock passed its end while nobody watched.
pub fn ended_by(
    play: &CurrentPlay,
    context: Context<'_>,
    recording: Recording<'_>,
    observed: &Observation,
) -> Option<EndedBy> {
    let expected = play.observed.playing_on(observed.at);
    let length = Some(play.observed.duration_ms).filter(|length| *length > 0).unwrap_or(u64::MAX);
    let was_last = expected.saturating_add(LAST_MS) >= length;
    let skip_sent_at = play.skip.and_then(|skip| skip.sent_at);

    if recording.track.uri != play.uri {
        let relinked = context.recording.is_some_and(|known| known.is(&recording))
            && expected.abs_diff(observed.progress_ms) <= SLACK_MS;
        return match skip_sent_at {
            _ if relinked => None,
            Some(_) => Some(EndedBy::Skipped),
            None if was_last => Some(EndedBy::Finished),
            None => Some(EndedBy::Replaced),
        };
    }

    let began_after = |instant: Millis| {
        observed.progress_ms < expected
            && observed.progress_ms <= observed.at.since(instant).saturating_add(SLACK_MS)
    };
    if skip_sent_at.is_some_and(began_after) && !play.observed.explains(observed) {
        return Some(EndedBy::Skipped);
    }
    let unwatched = observed.at.since(context.polled_at) > UNWATCHED_MS;
    if unwatched && expected >= length {
        return Some(EndedBy::Finished);
    }
    let went_back = observed.progress_ms.saturating_add(LAST_MS) < expected;
    if was_last && went_back && began_after(context.polled_at) {
        return Some(EndedBy::Finished);
    }
    None
}

/// Whether Spotify reports the play that ended at `ended_at` once more: a stale answer.
pub fn is_stale(uri: &str, ended_uri: &str, ended_at: Millis, now: Millis) -> bool {
    uri == ended_uri && now.since(ended_at) <= STALE_MS
}

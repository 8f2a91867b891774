//! Which playing of a track goes on: one pure rule.

use crate::model::Track;
use crate::server::store::entities::play::EndedBy;

/// A play that was in its last 10 s may be followed by itself.
const LAST_MS: u64 = 10_000;
/// Spotify's progress and our clock agree to about this.
const SLACK_MS: u64 = 2_000;
/// After this long without a look, nobody knows what happened in between.
const UNWATCHED_MS: u64 = 30_000;
/// Spotify sometimes reports the last song for a moment after it changed.
const STALE_MS: u64 = 3_000;

/// Where a track was when it was looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seen {
    /// When it was so.
    pub at: u64,
    /// Where it was.
    pub progress_ms: u64,
    /// Whether it was playing.
    pub playing: bool,
    /// The track's length.
    pub duration_ms: u64,
}

impl Seen {
    /// Where it would be at `now` if it just played on, past its end too.
    fn playing_on(&self, now: u64) -> u64 {
        let elapsed = if self.playing { now.saturating_sub(self.at) } else { 0 };
        self.progress_ms.saturating_add(elapsed)
    }

    /// Whether playing on explains what is seen at `later`.
    pub fn explains(&self, later: &Self) -> bool {
        self.playing == later.playing
            && self.playing_on(later.at).abs_diff(later.progress_ms) <= SLACK_MS
    }
}

/// A play that goes on, as far as is known.
#[derive(Clone, Copy, Debug)]
pub struct Going<'a> {
    /// Spotify's URI.
    pub uri: &'a str,
    /// What is known of the track itself; only the URI survives a restart.
    pub recording: Option<Recording<'a>>,
    /// The last look that playing on does not explain.
    pub seen: Seen,
    /// When it was last looked at at all.
    pub looked_at: u64,
    /// When a skip was sent, if one was.
    pub skip_sent_at: Option<u64>,
}

/// What tells a recording when its URI changes under way: relinking does that.
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

/// Why `going` is over now that `recording` is `seen`; `None` while the same play goes on.
///
/// It ends when the URI changes; when the same URI starts again after its last 10 s, or after a
/// skip (a seek back does not end it); or when the clock passed its end while nobody watched.
pub fn ended_by(going: &Going<'_>, recording: Recording<'_>, seen: &Seen) -> Option<EndedBy> {
    let expected = going.seen.playing_on(seen.at);
    // Of some local files nobody knows when they end.
    let length = Some(going.seen.duration_ms).filter(|length| *length > 0).unwrap_or(u64::MAX);
    let was_last = expected.saturating_add(LAST_MS) >= length;

    if recording.track.uri != going.uri {
        let relinked = going.recording.is_some_and(|known| known.is(&recording))
            && expected.abs_diff(seen.progress_ms) <= SLACK_MS;
        return match going.skip_sent_at {
            _ if relinked => None,
            Some(_) => Some(EndedBy::Skipped),
            None if was_last => Some(EndedBy::Finished),
            None => Some(EndedBy::Replaced),
        };
    }

    let began_after = |instant: u64| {
        seen.progress_ms < expected
            && seen.progress_ms <= seen.at.saturating_sub(instant).saturating_add(SLACK_MS)
    };
    if going.skip_sent_at.is_some_and(began_after) && !going.seen.explains(seen) {
        return Some(EndedBy::Skipped);
    }
    let unwatched = seen.at.saturating_sub(going.looked_at) > UNWATCHED_MS;
    if unwatched && expected >= length {
        return Some(EndedBy::Finished);
    }
    let went_back = seen.progress_ms.saturating_add(LAST_MS) < expected;
    if was_last && went_back && began_after(going.looked_at) {
        return Some(EndedBy::Finished);
    }
    None
}

/// Whether Spotify reports the play that ended at `ended_at` once more: a stale answer.
pub fn is_stale(uri: &str, ended_uri: &str, ended_at: u64, now: u64) -> bool {
    uri == ended_uri && now.saturating_sub(ended_at) <= STALE_MS
}

#[cfg(test)]
mod tests;

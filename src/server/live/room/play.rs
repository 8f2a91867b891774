//! Which playing of a track goes on: one pure rule.

use crate::model::{Item, Millis, PlayId, Track};

/// A play that was in its last 10 s may be followed by itself.
const LAST_MS: u64 = 10_000;
/// Spotify's progress and our clock agree to about this.
const SLACK_MS: u64 = 2_000;
/// A recording goes on by another URI where it was: what passes for playing on may have added up
/// before, and does so again.
const RELINKING_SLACK_MS: u64 = 2 * SLACK_MS;
/// After this long without a poll, nobody knows what happened in between.
const UNWATCHED_MS: u64 = 30_000;
/// Spotify sometimes reports the last song for a moment after it changed.
pub(super) const STALE_MS: u64 = 3_000;

/// A play that has not ended, as far as is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CurrentPlay {
    /// Its key, which votes name.
    pub id: PlayId,
    /// Spotify's URI of the track.
    pub uri: String,
    /// When it began, as far as it was seen.
    pub began_at: Millis,
    /// Whether it is a song from the queue, rather than what the host started in their own Spotify.
    pub is_from_queue: bool,
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

    /// The track's length, if anybody knows it.
    fn length_ms(&self) -> u64 {
        Some(self.duration_ms).filter(|length| *length > 0).unwrap_or(u64::MAX)
    }

    /// When it would be over if it just played on.
    pub(super) fn ends_at(&self) -> Millis {
        let remaining_ms = self.length_ms().saturating_sub(self.progress_ms);
        if self.playing { self.at + remaining_ms } else { Millis::MAX }
    }

    /// Whether playing on explains what is observed `later`.
    pub fn explains(&self, later: &Self) -> bool {
        // A later one that is earlier: the clock was set back, and nothing follows from this one.
        self.at <= later.at
            && self.playing == later.playing
            // Spotify may show the end for a moment after it.
            && self.playing_on(later.at).min(self.length_ms()).abs_diff(later.progress_ms) <= SLACK_MS
    }
}

/// A play that has ended.
#[derive(Clone, Debug)]
pub struct EndedPlay {
    /// What it was.
    pub play: CurrentPlay,
    /// What Spotify named last while it went on, if anybody remembers.
    pub item: Option<Item>,
    /// When it was noticed that it had ended.
    pub ended_at: Millis,
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

impl<'a> From<&'a Item> for Recording<'a> {
    fn from(item: &'a Item) -> Self {
        Self { isrc: item.isrc.as_deref(), track: &item.track }
    }
}

impl Recording<'_> {
    pub(super) fn is(&self, other: &Self) -> bool {
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
    /// When Spotify named it last.
    pub named_at: Millis,
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
    let length = play.observed.length_ms();
    let was_last = expected.saturating_add(LAST_MS) >= length;
    let skip_sent_at = play.skip.and_then(|skip| skip.sent_at);

    if recording.track.uri != play.uri {
        let relinked = context.recording.is_some_and(|known| known.is(&recording))
            && expected.abs_diff(observed.progress_ms) <= RELINKING_SLACK_MS;
        return match skip_sent_at {
            _ if relinked => None,
            Some(_) => Some(EndedBy::Skipped),
            None if was_last => Some(EndedBy::Finished),
            None => Some(EndedBy::Replaced),
        };
    }

    let began_after = |instant: Millis, slack_ms: u64| {
        observed.progress_ms < expected
            && observed.progress_ms <= observed.at.since(instant).saturating_add(slack_ms)
    };
    if skip_sent_at.is_some_and(|at| began_after(at, SLACK_MS)) && !play.observed.explains(observed)
    {
        return Some(EndedBy::Skipped);
    }
    let unwatched = observed.at.since(context.named_at) > UNWATCHED_MS;
    if unwatched && expected >= length.saturating_add(SLACK_MS) {
        return Some(EndedBy::Finished);
    }
    let went_back = observed.progress_ms.saturating_add(LAST_MS) < expected;
    // What Spotify names at its end may be an old answer.
    let last_at = play.observed.ends_at().max(context.named_at.before(STALE_MS));
    let last_at = last_at.min(context.named_at);
    if was_last && went_back && began_after(last_at, STALE_MS) {
        return Some(EndedBy::Finished);
    }
    None
}

/// Whether an answer still shows the play that ended a moment ago: it is old. If the track that
/// goes on plays again, where it is tells.
pub fn is_stale(
    ended: &EndedPlay,
    current: Option<&CurrentPlay>,
    recording: Recording<'_>,
    observed: &Observation,
) -> bool {
    let EndedPlay { play: before, item, ended_at } = ended;
    let uri = &recording.track.uri;
    // It may have been relinked since, or before.
    let is_named = *uri == before.uri
        || item.as_ref().is_some_and(|item| Recording::from(item).is(&recording));
    let is_old = match current {
        Some(play) if play.uri == *uri => {
            before.observed.explains(observed) && !play.observed.explains(observed)
        }
        _ => true,
    };
    is_named && is_old && observed.at.since(*ended_at) <= STALE_MS
}

#[cfg(test)]
mod tests;

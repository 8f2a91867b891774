//! A decided skip: when it is sent, and how often.
//!
//! Deciding, recording and sending are apart: the decision is a conditional update that one caller
//! wins, the sending is recorded before it happens, and whoever finds a decision that did not come
//! true within 10 s polls first and sends once more at most. So no crash loses or doubles it.

use super::{pace, play::DecidedSkip};
use crate::model::Millis;

/// How long a decided skip may take to come true.
pub const SETTLE_MS: u64 = 10_000;
/// How long a poll proves that a play goes on, unless its end is nearer.
pub const EVIDENCE_MS: u64 = 2_000;
/// A skip may take this long to reach the player: sent any closer to the end, it could hit the next song.
pub const TRAVEL_MS: u64 = 1_000;
/// What has been as close to its end for this long is stuck there, or longer than it says.
pub const STUCK_MS: u64 = 5_000;

/// What to do about a decided skip of a play that Spotify still reports.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Nothing was decided.
    Nothing,
    /// Send it, now.
    Send,
    /// Wait until then; poll before anything else.
    Wait {
        /// When to decide again.
        until: Millis,
    },
    /// It was sent twice and did not come true.
    GiveUp,
}

/// That a play goes on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Evidence {
    /// When Spotify reported it.
    pub polled_at: Millis,
    /// From then on somebody may have started something else.
    pub until: Millis,
    /// When it is over if it just plays on, if that is known.
    pub ends_at: Option<Millis>,
}

impl Evidence {
    /// When Spotify is to be polled, because the play ends before a skip would reach it or has ended.
    pub fn poll_after_end_at(&self, now: Millis) -> Option<Millis> {
        let ends_at = self.ends_at.filter(|ends_at| now > ends_at.before(TRAVEL_MS))?;
        Some((ends_at + pace::AFTER_END_MS).max(self.polled_at + pace::QUICK_MS))
    }
}

/// Decides on a play that Spotify reported.
pub fn step(skip: Option<DecidedSkip>, evidence: Evidence, now: Millis) -> Step {
    let Some(DecidedSkip { claimed_at, sent_at }) = skip else { return Step::Nothing };
    let again_at = claimed_at + SETTLE_MS;
    let (due, step) = match sent_at {
        None => (claimed_at, Step::Send),
        // It may have been sent late, after a wait: it has its time from then on.
        Some(sent_at) if sent_at < again_at => (sent_at + SETTLE_MS, Step::Send),
        Some(sent_at) => (sent_at + SETTLE_MS, Step::GiveUp),
    };
    // What was reported before the skip was due says nothing about it.
    if now < due || evidence.polled_at < due {
        return Step::Wait { until: due };
    }
    match evidence.poll_after_end_at(now) {
        Some(over_at) if step == Step::Send => Step::Wait { until: over_at.max(now) },
        // Sent blindly, it would hit the next song if this one ended a moment ago.
        _ if now > evidence.until && step == Step::Send => Step::Wait { until: now },
        _ => step,
    }
}

/// The decision with its instants as `past` has them, which a clock that was set back must not put
/// off: the sending that was the last one stays so.
pub fn rebased(skip: DecidedSkip, past: impl Fn(Millis) -> Millis) -> DecidedSkip {
    let claimed_at = past(skip.claimed_at);
    let sent_at = skip.sent_at.map(|sent_at| {
        let was_last = sent_at >= skip.claimed_at + SETTLE_MS;
        past(sent_at).max(if was_last { claimed_at + SETTLE_MS } else { Millis(0) })
    });
    DecidedSkip { claimed_at, sent_at }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Millis = Millis(1_800_000_000_000);

    /// When it was decided, sent and polled last, and what time it is, in milliseconds after `T0`.
    type Case = (&'static str, Option<u64>, Option<u64>, u64, u64, Step);

    const STEPS: [Case; 11] = [
        ("nothing decided", None, None, 0, 0, Step::Nothing),
        ("decided, not polled yet", Some(1), None, 0, 1, Step::Wait { until: Millis(T0.0 + 1) }),
        ("decided, polled", Some(0), None, 0, 0, Step::Send),
        ("decided before a crash, never sent", Some(0), None, 60_000, 60_000, Step::Send),
        (
            "decided, polled too long ago",
            Some(0),
            None,
            1_000,
            3_001,
            Step::Wait { until: Millis(T0.0 + 3_001) },
        ),
        ("just sent", Some(0), Some(1), 500, 500, Step::Wait { until: Millis(T0.0 + 10_001) }),
        (
            "10 s later, not polled yet",
            Some(0),
            Some(1),
            9_000,
            10_000,
            Step::Wait { until: Millis(T0.0 + 10_001) },
        ),
        ("10 s later, polled", Some(0), Some(0), 10_000, 10_000, Step::Send),
        (
            "sent late, it may still come true",
            Some(0),
            Some(9_300),
            10_000,
            10_000,
            Step::Wait { until: Millis(T0.0 + 19_300) },
        ),
        (
            "sent once more",
            Some(0),
            Some(10_000),
            10_500,
            11_000,
            Step::Wait { until: Millis(T0.0 + 20_000) },
        ),
        ("sent once more in vain", Some(0), Some(10_000), 20_000, 20_000, Step::GiveUp),
    ];

    #[test]
    fn decided_skip_one_table_says_what_becomes_of_it() {
        for (what, claimed, sent, polled, now, expected) in STEPS {
            let skip = claimed.map(|claimed| DecidedSkip {
                claimed_at: T0 + claimed,
                sent_at: sent.map(|sent| T0 + sent),
            });
            let (polled_at, until) = (T0 + polled, T0 + polled + EVIDENCE_MS);
            let evidence = Evidence { polled_at, until, ends_at: None };
            assert_eq!(step(skip, evidence, T0 + now), expected, "{what}");
        }
    }

    #[test]
    fn decided_skip_is_not_sent_when_the_song_ends_before_it_would_arrive() {
        let skip = Some(DecidedSkip { claimed_at: T0, sent_at: None });
        let polled_at = T0 + 100;
        for (what, left_ms, after_ms, expected) in [
            ("long before the end", 60_000, 0, Step::Send),
            ("just in time", 1_500, 500, Step::Send),
            ("in the last second", 1_500, 501, Step::Wait { until: polled_at + 2_000 }),
            ("polled in the last second", 900, 0, Step::Wait { until: polled_at + 1_400 }),
            ("at the end", 0, 0, Step::Wait { until: polled_at + 1_000 }),
            ("after the end", 300, 1_700, Step::Wait { until: polled_at + 1_700 }),
        ] {
            let (until, ends_at) = (polled_at + EVIDENCE_MS, Some(polled_at + left_ms));
            let evidence = Evidence { polled_at, until, ends_at };
            assert_eq!(step(skip, evidence, polled_at + after_ms), expected, "{what}");
        }
    }

    #[test]
    fn decided_skip_is_not_sent_a_third_time_after_the_clock_was_set_back() {
        // Since then everything that happened counts as having happened now.
        let now = Millis(T0.0 - 3_600_000);
        let proof = Evidence { polled_at: now + 30_000, until: now + 32_000, ends_at: None };
        for (sent_after_ms, expected) in [(400, Step::Send), (10_400, Step::GiveUp)] {
            let skip = DecidedSkip { claimed_at: T0, sent_at: Some(T0 + sent_after_ms) };

            let rebased = rebased(skip, |at| at.min(now));

            assert_eq!(step(Some(rebased), proof, now + 30_000), expected, "{sent_after_ms}");
        }
    }
}

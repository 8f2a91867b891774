//! A decided skip: when it is sent, and how often.
//!
//! Deciding, recording and sending are apart: the decision is a conditional update that one caller
//! wins, the sending is recorded before it happens, and whoever finds a decision that did not come
//! true within 10 s polls first and sends once more at most. So no crash loses or doubles it.

use super::play::DecidedSkip;
use crate::model::Millis;

/// How long a decided skip may take to come true.
pub const SETTLE_MS: u64 = 10_000;

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

/// Decides on a play that Spotify reported at `polled_at`.
pub fn step(skip: Option<DecidedSkip>, polled_at: Millis, now: Millis) -> Step {
    let Some(DecidedSkip { claimed_at, sent_at }) = skip else { return Step::Nothing };
    let again_at = claimed_at + SETTLE_MS;
    let (due, step) = match sent_at {
        // Sent blindly, it would hit the next song if this one ended a moment ago.
        None => (claimed_at, Step::Send),
        Some(sent_at) if sent_at < again_at => (again_at, Step::Send),
        Some(sent_at) => (sent_at + SETTLE_MS, Step::GiveUp),
    };
    // What was reported before the skip was due says nothing about it.
    if now >= due && polled_at >= due { step } else { Step::Wait { until: due } }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Millis = Millis(1_800_000_000_000);

    #[test]
    fn decided_skip_one_table_says_what_becomes_of_it() {
        let table = [
            ("nothing decided", None, None, 0, 0, Step::Nothing),
            ("decided, not polled yet", Some(1), None, 0, 1, Step::Wait { until: T0 + 1 }),
            ("decided, polled", Some(0), None, 0, 0, Step::Send),
            ("decided before a crash, never sent", Some(0), None, 60_000, 60_000, Step::Send),
            ("just sent", Some(0), Some(1), 500, 500, Step::Wait { until: T0 + 10_000 }),
            (
                "10 s later, not polled yet",
                Some(0),
                Some(1),
                9_000,
                10_000,
                Step::Wait { until: T0 + 10_000 },
            ),
            ("10 s later, polled", Some(0), Some(1), 10_000, 10_000, Step::Send),
            (
                "sent once more",
                Some(0),
                Some(10_000),
                10_500,
                11_000,
                Step::Wait { until: T0 + 20_000 },
            ),
            ("sent once more in vain", Some(0), Some(10_000), 20_000, 20_000, Step::GiveUp),
        ];
        for (what, claimed, sent, polled, now, expected) in table {
            let skip = claimed.map(|claimed| DecidedSkip {
                claimed_at: T0 + claimed,
                sent_at: sent.map(|sent| T0 + sent),
            });
            assert_eq!(step(skip, T0 + polled, T0 + now), expected, "{what}");
        }
    }
}

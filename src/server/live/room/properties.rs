//! What holds of the pure rules whatever the figures are.

use proptest::prelude::*;

use super::{
    pace,
    play::{Context, DecidedSkip, EndedBy, Observation, Recording, ended_by},
    samples::{self, track},
    skip::{EVIDENCE_MS, Evidence, SETTLE_MS, Step, TRAVEL_MS, step},
};
use crate::model::{Item, Kind, Millis, Player};

const T0: Millis = Millis(1_800_000_000_000);

/// Why a play that was observed so is over, when it was named last at `named_at`.
fn verdict(
    first: Observation,
    named_at: Millis,
    uri: &str,
    later: &Observation,
) -> Option<EndedBy> {
    let play = samples::play(1, "a", first);
    let track = track(uri, later.duration_ms);
    let recording = Recording { isrc: None, track: &track };
    ended_by(&play, Context { recording: None, named_at }, recording, later)
}

proptest! {
    #[test]
    fn play_that_is_watched_goes_on_to_its_end(
        length_ms in 30_000_u64..900_000,
        begins_per_mille in 0_u64..900,
        gaps in prop::collection::vec((1_000_u64..30_000, 0_u64..2_000), 1..40),
    ) {
        let progress_ms = length_ms * begins_per_mille / 1_000;
        let first = Observation { at: T0, progress_ms, playing: true, duration_ms: length_ms };
        let (mut at, mut named_at) = (T0, T0);
        for (gap_ms, jitter_ms) in gaps {
            at += gap_ms;
            // Spotify's clock and ours differ by up to a second, either way.
            let exact_ms = progress_ms + at.since(T0);
            let seen_ms = (exact_ms + jitter_ms).saturating_sub(1_000);
            if exact_ms + 1_000 >= length_ms {
                break;
            }
            let later = Observation { at, progress_ms: seen_ms, ..first };
            prop_assert_eq!(verdict(first, named_at, "a", &later), None);
            named_at = at;
        }
    }

    #[test]
    fn play_that_is_sought_back_before_its_last_seconds_goes_on(
        length_ms in 60_000_u64..900_000,
        reached_per_mille in 0_u64..1_000,
        back_to_per_mille in 0_u64..1_000,
        gap_ms in 1_000_u64..20_000,
    ) {
        let reached_ms = (length_ms - 40_000) * reached_per_mille / 1_000;
        let first = Observation { at: T0, progress_ms: reached_ms, playing: true, duration_ms: length_ms };
        let back_to_ms = (reached_ms + gap_ms) * back_to_per_mille / 1_000;
        let later = Observation { at: T0 + gap_ms, progress_ms: back_to_ms, ..first };

        prop_assert_eq!(verdict(first, T0, "a", &later), None);
    }

    #[test]
    fn play_ends_when_another_track_plays(
        progress_ms in 0_u64..180_000,
        gap_ms in 0_u64..3_600_000,
        next_ms in 0_u64..180_000,
        playing: bool,
    ) {
        let first = Observation { at: T0, progress_ms, playing, duration_ms: 180_000 };
        let later = Observation { at: T0 + gap_ms, progress_ms: next_ms, ..first };

        prop_assert!(verdict(first, T0, "b", &later).is_some());
    }

    #[test]
    fn decided_skip_is_sent_on_fresh_evidence_and_twice_at_most(
        claimed_ms in 0_u64..100_000,
        sent_after_ms in prop::option::of(0_u64..30_000),
        polled_ms in 0_u64..200_000,
        left_ms in prop::option::of(0_u64..10_000),
        now_ms in 0_u64..200_000,
    ) {
        let claimed_at = T0 + claimed_ms;
        let sent_at = sent_after_ms.map(|ms| claimed_at + ms);
        let polled_at = T0 + polled_ms;
        let ends_at = left_ms.map(|left_ms| polled_at + left_ms);
        let evidence = Evidence { polled_at, until: polled_at + EVIDENCE_MS, ends_at };
        let now = T0 + now_ms;
        let is_sent = step(Some(DecidedSkip { claimed_at, sent_at }), evidence, now) == Step::Send;

        let is_fresh = evidence.polled_at >= claimed_at && now <= evidence.until;
        prop_assert!(!is_sent || is_fresh, "sent on what was reported before");
        let arrives_in_time = ends_at.is_none_or(|ends_at| now + TRAVEL_MS <= ends_at);
        prop_assert!(!is_sent || arrives_in_time, "sent where the song ends first");
        // What was sent within the first 10 s was sent once; what came later was the second time.
        let was_sent_twice = sent_at.is_some_and(|at| at >= claimed_at + SETTLE_MS);
        prop_assert!(!is_sent || !was_sent_twice, "sent a third time");
        let is_too_soon = sent_at.is_some() && now < claimed_at + SETTLE_MS;
        prop_assert!(!is_sent || !is_too_soon, "sent again before it could come true");
    }

    #[test]
    fn polls_of_a_steady_track_are_eight_a_minute_at_most(
        length_ms in 60_000_u64..900_000,
        progress_per_mille in 0_u64..1_000,
    ) {
        let progress_ms = (length_ms - 20_000) * progress_per_mille / 1_000;
        let item = Item { track: track("a", length_ms), isrc: None };
        let player =
            Player { is_playing: true, progress_ms, repeats: false, kind: Kind::Track, item: Some(item) };

        let next = pace::next_poll(Some(&player), T0, Millis(0));

        prop_assert!((7_500..=10_000).contains(&next.since(T0)), "{}", next.since(T0));
    }
}

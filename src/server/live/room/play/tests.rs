use super::*;
use crate::server::live::room::samples;

const T0: Millis = Millis(1_800_000_000_000);
const LENGTH: u64 = 180_000;

fn track(uri: &str, name: &str) -> Track {
    Track { name: name.into(), artists: vec!["Somebody".into()], ..samples::track(uri, LENGTH) }
}

/// What is observed `after_ms` after the first poll.
const fn seen(after_ms: u64, progress_ms: u64, playing: bool) -> Observation {
    Observation { at: Millis(T0.0 + after_ms), progress_ms, playing, duration_ms: LENGTH }
}

/// A play of track "a", first seen so.
fn play(observed: Observation, sent_at: Option<Millis>) -> CurrentPlay {
    let skip = sent_at.map(|at| DecidedSkip { claimed_at: at, sent_at: Some(at) });
    CurrentPlay { skip, ..samples::play(1, "a", observed) }
}

/// Why a play is over whose observation was `first`, which was named last at `named_after_ms`, and
/// is now followed by `later` of track `uri`.
fn verdict(
    first: Observation,
    named_after_ms: u64,
    uri: &str,
    later: Observation,
) -> Option<EndedBy> {
    let context = Context { recording: None, named_at: T0 + named_after_ms };
    let track = track(uri, "Song");
    ended_by(&play(first, None), context, Recording { isrc: None, track: &track }, &later)
}

/// What happens to a play: what was observed first, when it was named last (in milliseconds after
/// that), the URI that is named now, and what is observed now.
type Case = (&'static str, Observation, u64, &'static str, Observation);

const GOES_ON: [Case; 14] = [
    ("plays on", seen(0, 60_000, true), 0, "a", seen(9_000, 69_000, true)),
    ("plays on, seen late", seen(0, 60_000, true), 0, "a", seen(9_000, 67_500, true)),
    ("is paused", seen(0, 60_000, true), 0, "a", seen(9_000, 65_000, false)),
    ("stays paused for hours", seen(0, 60_000, false), 0, "a", seen(9_999_000, 60_000, false)),
    ("goes on after hours", seen(0, 60_000, false), 0, "a", seen(9_999_000, 61_000, true)),
    ("is paused in its last seconds", seen(0, 170_000, true), 0, "a", seen(10_400, 172_000, false)),
    ("buffers at its end", seen(0, 175_000, true), 0, "a", seen(6_000, 178_000, true)),
    ("is sought back", seen(0, 100_000, true), 0, "a", seen(9_000, 5_000, true)),
    (
        "is sought back from its last 10 s",
        seen(0, 175_000, true),
        0,
        "a",
        seen(3_000, 60_000, true),
    ),
    ("shows its end once more", seen(0, 175_000, true), 0, "a", seen(7_900, 180_000, true)),
    (
        "nobody watched for just longer than it lasted, and it still plays",
        seen(0, 147_700, true),
        0,
        "a",
        seen(32_400, 179_900, true),
    ),
    ("is sought forward", seen(0, 10_000, true), 0, "a", seen(9_000, 150_000, true)),
    (
        "nobody watched, still before its end",
        seen(0, 10_000, true),
        0,
        "a",
        seen(60_000, 70_000, true),
    ),
    (
        "watched all along past its end by pauses",
        seen(0, 100_000, true),
        395_000,
        "a",
        seen(400_000, 101_000, false),
    ),
];

#[test]
fn play_goes_on_where_one_table_says_so() {
    for (what, first, named_after_ms, uri, later) in GOES_ON {
        assert_eq!(verdict(first, named_after_ms, uri, later), None, "{what}");
    }
}

const ENDS: [(Case, EndedBy); 8] = [
    (
        (
            "starts again, after an old answer that still showed its end",
            seen(0, 135_000, true),
            46_500,
            "a",
            seen(48_000, 3_600, true),
        ),
        EndedBy::Finished,
    ),
    (
        ("starts again after its end", seen(0, 175_000, true), 0, "a", seen(9_000, 4_000, true)),
        EndedBy::Finished,
    ),
    (
        ("starts again, seen at once", seen(0, 165_000, true), 0, "a", seen(15_500, 400, true)),
        EndedBy::Finished,
    ),
    (
        ("another song after its end", seen(0, 175_000, true), 0, "b", seen(9_000, 4_000, true)),
        EndedBy::Finished,
    ),
    (
        ("another song in the middle", seen(0, 60_000, true), 0, "b", seen(9_000, 1_000, true)),
        EndedBy::Replaced,
    ),
    (
        ("another song while paused", seen(0, 60_000, false), 0, "b", seen(9_000, 0, false)),
        EndedBy::Replaced,
    ),
    (
        (
            "nobody watched, its end passed",
            seen(0, 100_000, true),
            0,
            "a",
            seen(600_000, 30_000, true),
        ),
        EndedBy::Finished,
    ),
    (
        (
            "nobody watched, its end passed, paused",
            seen(0, 100_000, true),
            0,
            "a",
            seen(600_000, 150_000, false),
        ),
        EndedBy::Finished,
    ),
];

#[test]
fn play_ends_where_one_table_says_so() {
    for ((what, first, named_after_ms, uri, later), why) in ENDS {
        assert_eq!(verdict(first, named_after_ms, uri, later), Some(why), "{what}");
    }
}

#[test]
fn play_of_a_file_of_unknown_length_goes_on_until_another_one_plays() {
    let endless = |seen: Observation| Observation { duration_ms: 0, ..seen };
    let first = endless(seen(0, 60_000, true));
    for later in [seen(600_000, 660_000, true), seen(9_000, 500, true), seen(40_000, 100_000, true)]
    {
        assert_eq!(verdict(first, 0, "a", endless(later)), None, "{later:?}");
    }
    assert_eq!(verdict(first, 0, "b", seen(9_000, 500, true)), Some(EndedBy::Replaced));
}

#[test]
fn skip_that_starts_the_same_track_again_ends_the_play() {
    let play = play(seen(0, 60_000, true), Some(T0 + 6_000));
    let context = Context { recording: None, named_at: T0 + 5_000 };
    let track = track("a", "Song");
    let recording = Recording { isrc: None, track: &track };

    let ended = |later| ended_by(&play, context, recording, &later);

    assert_eq!(ended(seen(7_000, 67_000, true)), None);
    assert_eq!(ended(seen(8_000, 1_500, true)), Some(EndedBy::Skipped));
}

#[test]
fn relinking_changes_the_uri_and_does_not_end_the_play() {
    let before = track("a", "Song");
    let known = Recording { isrc: Some("XX1"), track: &before };
    let context = Context { recording: Some(known), named_at: T0 };
    let relinked = track("b", "Song (Remastered)");
    let same = Recording { isrc: Some("XX1"), track: &relinked };
    let other = Recording { isrc: Some("XX2"), track: &relinked };
    let play = play(seen(0, 60_000, true), None);

    let ended = |recording, later| ended_by(&play, context, recording, &later);

    assert_eq!(ended(same, seen(9_000, 69_000, true)), None);
    assert_eq!(ended(same, seen(9_000, 66_900, true)), None, "after short pauses");
    assert_eq!(ended(same, seen(9_000, 1_000, true)), Some(EndedBy::Replaced));
    assert_eq!(ended(other, seen(9_000, 69_000, true)), Some(EndedBy::Replaced));
}

/// `play` ended `after_ms`, and was named "Song" of code XX1 until then.
fn ended(play: CurrentPlay, after_ms: u64) -> EndedPlay {
    let item = Item { track: track(&play.uri, "Song"), isrc: Some("XX1".into()) };
    EndedPlay { play, item: Some(item), ended_at: T0 + after_ms }
}

/// The play that goes on since `observed`.
fn next(uri: &str, observed: Observation) -> CurrentPlay {
    samples::play(2, uri, observed)
}

/// Whether an answer that names `uri`, with code `isrc`, is old.
fn stale(
    ended: &EndedPlay,
    current: &CurrentPlay,
    uri: &str,
    isrc: &str,
    later: Observation,
) -> bool {
    let item = Item { track: track(uri, &format!("Title of {uri}")), isrc: Some(isrc.into()) };
    is_stale(ended, Some(current), Recording::from(&item), &later)
}

#[test]
fn stale_answer_names_the_song_before_for_a_moment_only() {
    let before = ended(play(seen(0, 60_000, true), None), 9_000);
    let next = next("b", seen(9_000, 500, true));

    assert!(stale(&before, &next, "a", "XX1", seen(10_000, 70_000, true)));
    assert!(!stale(&before, &next, "a", "XX1", seen(13_000, 70_000, true)), "too long ago");
    assert!(!stale(&before, &next, "b", "XX2", seen(10_000, 1_500, true)), "what plays");
    assert!(!stale(&before, &next, "c", "XX3", seen(10_000, 500, true)), "what plays after it");
}

#[test]
fn stale_answer_may_name_the_song_before_by_another_uri() {
    let before = ended(play(seen(0, 60_000, true), None), 9_000);
    let next = next("b", seen(9_000, 500, true));

    assert!(stale(&before, &next, "a-relinked", "XX1", seen(10_000, 70_000, true)));
}

#[test]
fn stale_answer_about_a_song_that_repeats_is_told_by_its_progress() {
    let before = ended(play(seen(0, 175_000, true), None), 5_500);
    let again = next("a", seen(5_500, 500, true));

    assert!(stale(&before, &again, "a", "XX1", seen(6_500, 180_000, true)), "still at its end");
    assert!(!stale(&before, &again, "a", "XX1", seen(6_500, 1_500, true)), "plays again");
}

#[test]
fn stale_answer_about_a_song_that_repeats_by_another_uri_is_told_by_its_progress() {
    let before = ended(play(seen(0, 175_000, true), None), 5_500);
    let again = next("a-relinked", seen(5_500, 500, true));
    let stale = |later| stale(&before, &again, "a-relinked", "XX1", later);

    assert!(stale(seen(6_500, 180_000, true)), "still at its end");
    assert!(!stale(seen(6_500, 1_500, true)), "plays again");
}

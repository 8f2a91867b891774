use super::*;

const T0: u64 = 1_800_000_000_000;
const LENGTH: u64 = 180_000;

fn track(uri: &str, name: &str) -> Track {
    Track {
        uri: uri.into(),
        name: name.into(),
        artists: vec!["Somebody".into()],
        album: None,
        image_url: None,
        duration_ms: LENGTH,
        explicit: false,
        url: None,
    }
}

/// What is seen `after_ms` after the first look.
fn seen(after_ms: u64, progress_ms: u64, playing: bool) -> Seen {
    Seen { at: T0 + after_ms, progress_ms, playing, duration_ms: LENGTH }
}

/// The verdict on `later`, when `first` was the only look before it, and the last one at
/// `looked_after_ms`.
fn verdict(first: Seen, looked_after_ms: u64, uri: &str, later: Seen) -> Option<EndedBy> {
    let going = Going {
        uri: "a",
        recording: None,
        seen: first,
        looked_at: T0 + looked_after_ms,
        skip_sent_at: None,
    };
    let track = track(uri, "Song");
    ended_by(&going, Recording { isrc: None, track: &track }, &later)
}

#[test]
fn one_table_decides_when_a_play_is_over() {
    use EndedBy::{Finished, Replaced};
    let playing_at = |progress| seen(0, progress, true);
    let paused_at = |progress| seen(0, progress, false);
    let table = [
        ("plays on", playing_at(60_000), 0, "a", seen(9_000, 69_000, true), None),
        ("plays on, seen late", playing_at(60_000), 0, "a", seen(9_000, 67_500, true), None),
        ("is paused", playing_at(60_000), 0, "a", seen(9_000, 65_000, false), None),
        ("stays paused for hours", paused_at(60_000), 0, "a", seen(9_999_000, 60_000, false), None),
        ("goes on after hours", paused_at(60_000), 0, "a", seen(9_999_000, 61_000, true), None),
        (
            "is paused in its last seconds",
            playing_at(170_000),
            0,
            "a",
            seen(10_400, 172_000, false),
            None,
        ),
        ("buffers at its end", playing_at(175_000), 0, "a", seen(6_000, 178_000, true), None),
        ("is sought back", playing_at(100_000), 0, "a", seen(9_000, 5_000, true), None),
        (
            "is sought back from its last 10 s",
            playing_at(175_000),
            0,
            "a",
            seen(3_000, 60_000, true),
            None,
        ),
        ("is sought forward", playing_at(10_000), 0, "a", seen(9_000, 150_000, true), None),
        (
            "starts again after its end",
            playing_at(175_000),
            0,
            "a",
            seen(9_000, 4_000, true),
            Some(Finished),
        ),
        (
            "starts again, seen at once",
            playing_at(165_000),
            0,
            "a",
            seen(15_500, 400, true),
            Some(Finished),
        ),
        (
            "another song after its end",
            playing_at(175_000),
            0,
            "b",
            seen(9_000, 4_000, true),
            Some(Finished),
        ),
        (
            "another song in the middle",
            playing_at(60_000),
            0,
            "b",
            seen(9_000, 1_000, true),
            Some(Replaced),
        ),
        (
            "another song while paused",
            paused_at(60_000),
            0,
            "b",
            seen(9_000, 0, false),
            Some(Replaced),
        ),
        (
            "nobody watched, its end passed",
            playing_at(100_000),
            0,
            "a",
            seen(600_000, 30_000, true),
            Some(Finished),
        ),
        (
            "nobody watched, its end passed, paused",
            playing_at(100_000),
            0,
            "a",
            seen(600_000, 150_000, false),
            Some(Finished),
        ),
        (
            "nobody watched, still before its end",
            playing_at(10_000),
            0,
            "a",
            seen(60_000, 70_000, true),
            None,
        ),
        (
            "watched all along past its end by pauses",
            playing_at(100_000),
            395_000,
            "a",
            seen(400_000, 101_000, false),
            None,
        ),
    ];
    for (what, first, looked_after_ms, uri, later, expected) in table {
        assert_eq!(verdict(first, looked_after_ms, uri, later), expected, "{what}");
    }
}

#[test]
fn a_file_of_unknown_length_goes_on_until_another_one_plays() {
    let endless = |seen: Seen| Seen { duration_ms: 0, ..seen };
    let first = endless(seen(0, 60_000, true));
    for later in [seen(600_000, 660_000, true), seen(9_000, 500, true), seen(40_000, 100_000, true)]
    {
        assert_eq!(verdict(first, 0, "a", endless(later)), None, "{later:?}");
    }
    assert_eq!(verdict(first, 0, "b", seen(9_000, 500, true)), Some(EndedBy::Replaced));
}

#[test]
fn a_skip_that_starts_the_same_track_again_ends_the_play() {
    let going = Going {
        uri: "a",
        recording: None,
        seen: seen(0, 60_000, true),
        looked_at: T0 + 5_000,
        skip_sent_at: Some(T0 + 6_000),
    };
    let track = track("a", "Song");
    let recording = Recording { isrc: None, track: &track };

    assert_eq!(ended_by(&going, recording, &seen(7_000, 67_000, true)), None);
    assert_eq!(ended_by(&going, recording, &seen(8_000, 1_500, true)), Some(EndedBy::Skipped));
}

#[test]
fn a_uri_that_changes_by_relinking_does_not_end_the_play() {
    let before = track("a", "Song");
    let going = Going {
        uri: "a",
        recording: Some(Recording { isrc: Some("XX1"), track: &before }),
        seen: seen(0, 60_000, true),
        looked_at: T0,
        skip_sent_at: None,
    };
    let relinked = track("b", "Song (Remastered)");
    let same = Recording { isrc: Some("XX1"), track: &relinked };
    let other = Recording { isrc: Some("XX2"), track: &relinked };

    assert_eq!(ended_by(&going, same, &seen(9_000, 69_000, true)), None);
    assert_eq!(ended_by(&going, same, &seen(9_000, 1_000, true)), Some(EndedBy::Replaced));
    assert_eq!(ended_by(&going, other, &seen(9_000, 69_000, true)), Some(EndedBy::Replaced));
}

#[test]
fn the_song_before_is_stale_for_a_moment_only() {
    assert!(is_stale("a", "a", T0, T0 + 1_000));
    assert!(!is_stale("a", "a", T0, T0 + 4_000));
    assert!(!is_stale("b", "a", T0, T0 + 1_000));
}

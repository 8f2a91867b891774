use super::*;

const T0: i64 = 1_800_000_000_000;

fn play(claimed_at: Option<i64>, sent_at: Option<i64>) -> play::Model {
    play::Model {
        id: 1,
        room_id: 1,
        uri: "a".into(),
        started_at: T0,
        ended_at: None,
        ended_by: None,
        skip_claimed_at: claimed_at.map(|ms| T0 + ms),
        skip_sent_at: sent_at.map(|ms| T0 + ms),
        seen_at: T0,
        seen_progress_ms: 0,
        seen_playing: true,
        duration_ms: 180_000,
    }
}

#[test]
fn one_table_decides_what_becomes_of_a_decided_skip() {
    let at = |ms: i64| millis(T0 + ms);
    let table = [
        ("nothing decided", None, None, 0, 0, Step::Nothing),
        ("decided, not looked yet", Some(0), None, -4_000, 0, Step::Wait { until: at(0) }),
        ("decided, looked", Some(0), None, 0, 0, Step::Send),
        ("decided before a crash, never sent", Some(0), None, 60_000, 60_000, Step::Send),
        ("just sent", Some(0), Some(1), 500, 500, Step::Wait { until: at(10_000) }),
        (
            "10 s later, not looked yet",
            Some(0),
            Some(1),
            9_000,
            10_000,
            Step::Wait { until: at(10_000) },
        ),
        ("10 s later, looked", Some(0), Some(1), 10_000, 10_000, Step::Send),
        ("sent once more", Some(0), Some(10_000), 10_500, 11_000, Step::Wait { until: at(20_000) }),
        ("sent once more in vain", Some(0), Some(10_000), 20_000, 20_000, Step::GiveUp),
    ];
    for (what, claimed, sent, looked, now, expected) in table {
        assert_eq!(step(&play(claimed, sent), at(looked), at(now)), expected, "{what}");
    }
}

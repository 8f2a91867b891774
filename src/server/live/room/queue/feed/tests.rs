use super::*;

const T0: Millis = Millis(1_800_000_000_000);
const SONG: EntryId = EntryId(7);
const PLAY: PlayId = PlayId(3);
const MISSING: Delivery = Delivery::Missing { at: Millis(T0.0 + 3_000) };

/// A song plays for another minute, was polled just now, and another one waits.
fn waiting() -> Situation {
    Situation {
        playback: Playback::Playing { play: PLAY, ends_at: Some(T0 + 60_000) },
        polled_at: T0,
        sent: None,
        next: Next::Song(SONG),
        may_start: false,
        skips: false,
        held_until: Millis(0),
    }
}

/// The song was handed over a moment ago, and so much is known of that.
fn sent(delivery: Delivery) -> Situation {
    let sent = Sent { entry: SONG, at: T0, play: Some(PLAY), delivery, attempts: 1 };
    Situation { sent: Some(sent), next: Next::Nothing, ..waiting() }
}

/// The same `ms` later, when Spotify was polled.
fn later(situation: Situation, ms: u64) -> (Situation, Millis) {
    (Situation { polled_at: T0 + ms, ..situation }, T0 + ms)
}

#[test]
fn feed_hands_the_next_song_over_20_s_before_the_end() {
    let playing = |ends_at| Playback::Playing { play: PLAY, ends_at };
    let paused = Playback::Paused { play: PLAY };
    let hands_over = Step::HandOver(SONG, How::Enqueue);
    let table = [
        ("a minute before", waiting(), T0, Step::Wait(T0 + 40_000)),
        ("too old to tell", waiting(), T0 + 40_000, Step::Poll),
        ("of unknown length", Situation { playback: playing(None), ..waiting() }, T0, hands_over),
        ("skipped now", Situation { skips: true, ..waiting() }, T0, hands_over),
        ("paused", Situation { playback: paused, ..waiting() }, T0, Step::Nothing),
        (
            "skipped while paused",
            Situation { playback: paused, skips: true, ..waiting() },
            T0,
            hands_over,
        ),
        (
            "skipped while it stands at its start",
            Situation {
                playback: Playback::Stopped { play: Some(PLAY) },
                skips: true,
                ..waiting()
            },
            T0,
            hands_over,
        ),
        (
            "an advertisement",
            Situation { playback: Playback::Unclear, ..waiting() },
            T0,
            Step::Nothing,
        ),
        ("nothing waits", Situation { next: Next::Nothing, ..waiting() }, T0, Step::Nothing),
    ];
    for (what, situation, now, says) in table {
        assert_eq!(step(&situation, now), says, "{what}");
    }
    let (situation, now) = later(waiting(), 40_000);
    assert_eq!(step(&situation, now), hands_over);
    let held = Situation { held_until: now + 5_000, ..situation };
    assert_eq!(step(&held, now), Step::Wait(now + 5_000), "refused a moment ago");
}

#[test]
fn feed_starts_music_only_for_who_has_just_asked_or_heard_a_song_end() {
    let stopped = Situation { playback: Playback::Stopped { play: None }, ..waiting() };
    assert_eq!(step(&stopped, T0), Step::Nothing);
    let may_start = Situation { may_start: true, ..stopped };
    assert_eq!(step(&may_start, T0), Step::HandOver(SONG, How::Start));
}

#[test]
fn feed_looks_before_it_hands_a_song_over_again() {
    let received = Delivery::Received { play: Some(PLAY) };
    let again = Step::HandOver(SONG, How::Enqueue);
    for (what, delivery, after_ms, says) in [
        ("received", received, 0, Step::Nothing),
        ("not received", Delivery::NotSent, 0, again),
        ("unknown, just now", Delivery::Unknown, 2_999, Step::Wait(T0 + LAG_MS)),
        ("unknown, after the queue's lag", Delivery::Unknown, 3_000, Step::Look),
        ("not there", MISSING, 3_100, Step::Wait(T0 + 6_000)),
        ("not there, and the same plays 3 s later", MISSING, 6_000, again),
    ] {
        let (situation, now) = later(sent(delivery), after_ms);
        assert_eq!(step(&situation, now), says, "{what}");
    }
    let mut twice = sent(MISSING);
    twice.sent.as_mut().expect("one").attempts = 2;
    let (twice, now) = later(twice, 6_000);
    assert_eq!(step(&twice, now), Step::Drop(SONG), "twice in vain");
}

#[test]
fn feed_lets_the_hosts_own_queue_come_first_and_drops_what_spotify_forgot() {
    let next = Playback::Playing { play: PlayId(4), ends_at: Some(T0 + 200_000) };
    let after = |delivery| {
        let (situation, now) = later(Situation { playback: next, ..sent(delivery) }, 20_000);
        step(&situation, now)
    };
    assert_eq!(after(Delivery::Received { play: Some(PLAY) }), Step::Look);
    assert_eq!(after(Delivery::Queued { play: Some(PlayId(4)) }), Step::Nothing);
    assert_eq!(after(Delivery::Unknown), Step::Look, "after a restart");
    assert_eq!(after(MISSING), Step::HandOver(SONG, How::Enqueue), "once more");
    assert_eq!(after(Delivery::Gone), Step::Drop(SONG), "it may have been played");
}

#[test]
fn feed_starts_a_song_that_was_handed_over_when_the_music_stopped_all_the_same() {
    let stopped = |delivery, attempts, may_start| {
        let mut situation = sent(delivery);
        situation.sent.as_mut().expect("one").attempts = attempts;
        Situation { playback: Playback::Stopped { play: None }, may_start, ..situation }
    };
    let received = Delivery::Received { play: Some(PLAY) };
    let queued = Delivery::Queued { play: None };
    let starts = Step::HandOver(SONG, How::Start);
    for (what, situation, after_ms, says) in [
        ("it may still begin", stopped(received, 1, true), 7_999, Step::Wait(T0 + SETTLE_MS)),
        ("it did not begin", stopped(received, 1, true), 8_000, Step::Look),
        ("Spotify has it", stopped(queued, 1, true), 8_100, Step::HandOver(SONG, How::GoTo)),
        ("Spotify has it not", stopped(MISSING, 1, true), 8_100, starts),
        ("never sent", stopped(Delivery::NotSent, 1, true), 0, starts),
        ("nobody asked for music", stopped(received, 1, false), 8_000, Step::Nothing),
        ("twice in vain", stopped(MISSING, 2, true), 8_100, Step::Drop(SONG)),
    ] {
        let (situation, now) = later(situation, after_ms);
        assert_eq!(step(&situation, now), says, "{what}");
    }
    assert_eq!(step(&stopped(received, 1, true), T0 + 8_000), Step::Poll, "polled before");
}

//! Where nothing plays, music begins for those who ask, and for nobody else.

use serde_json::json;
use simulator::{Control, DeviceState, Effect, Fault, Wanted};

use super::{ENQUEUE, party, song, waiting};
use crate::harness::{LOOK, PLAY, Party, TestApp, uri_of};

/// A party whose song has ended, with nothing to follow.
async fn silent_party(app: &TestApp) -> Party {
    let party = party(app, 1).await;
    app.spotify_does(Control::Coming(Vec::new()));
    app.passes(60_000).await;
    party
}

#[tokio::test]
async fn queue_starts_music_where_nothing_plays_for_who_asks() {
    let app = TestApp::start().await;
    let Party { guests, code, mut events, .. } = silent_party(&app).await;

    guests[0].asks_for(&code, 5).await.expect(200);
    app.passes(3_000).await;

    let plays = events.snapshot(|snapshot| uri_of(snapshot) == song(5)).await;
    assert!(plays.playback.is_some_and(|playback| playback.is_playing) && plays.queue.is_empty());
    assert_eq!(app.spotify.count(ENQUEUE), 0);
}

#[tokio::test]
async fn queue_goes_on_with_the_next_song_where_spotify_took_one_and_never_plays_it() {
    let app = TestApp::start().await;
    let Party { guests, code, mut events, .. } = silent_party(&app).await;
    app.spotify.fault(Fault::status(PLAY, 204).executed(false));

    guests[0].asks_for(&code, 5).await.expect(200);
    guests[0].asks_for(&code, 6).await.expect(200);
    app.passes(20_000).await;

    let plays = events.snapshot(|snapshot| uri_of(snapshot) == song(6)).await;
    assert!(plays.playback.is_some_and(|playback| playback.is_playing) && plays.queue.is_empty());
    assert_eq!(app.spotify.count(PLAY), 2);
}

#[tokio::test]
async fn queue_waits_for_somebody_after_three_songs_that_spotify_took_and_never_played() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = silent_party(&app).await;
    (0..4).for_each(|_| app.spotify.fault(Fault::status(PLAY, 204).executed(false)));

    for song in 3..8 {
        guests[0].asks_for(&code, song).await.expect(200);
    }
    app.passes(120_000).await;
    assert_eq!(app.spotify.count(PLAY), 3);
    // What waits does not go the same way.
    events.snapshot(|snapshot| waiting(snapshot) == [6, 7]).await;
    app.spotify.clear_faults();

    host.presses("play", &code).await.expect(200).says("played");
    app.passes(3_000).await;
    events.snapshot(|snapshot| uri_of(snapshot) == song(6)).await;
}

#[tokio::test]
async fn queue_is_not_used_up_where_what_is_started_stands_at_its_start() {
    let app = TestApp::start().await;
    let Party { guests, code, .. } = silent_party(&app).await;
    let set = [("/is_playing".to_owned(), json!(false)), ("/progress_ms".to_owned(), json!(0))];
    let set = set.into_iter().collect();
    app.spotify.fault(Fault::new(LOOK, Effect::Edit { remove: vec![], set }).times(u32::MAX));

    for song in 3..9 {
        guests[0].asks_for(&code, song).await.expect(200);
    }
    app.passes(120_000).await;

    assert_eq!(app.spotify.count(PLAY), 3, "{:?}", app.spotify.request_counts());
}

#[tokio::test]
async fn queue_starts_no_music_where_something_else_stands_long_after_a_pause() {
    let app = TestApp::start().await;
    let Party { guests, code, events: _events, .. } = app.party(1, "1").await;
    app.spotify_does(Control::Play(Wanted::new("0").lasting(300_000)));
    app.passes(10_000).await;
    guests[0].asks_for(&code, 5).await.expect(200);
    app.spotify_does(Control::Pause);
    app.passes(90_000).await;

    app.spotify_does(Control::Play(Wanted::new("7")));
    app.spotify_does(Control::Pause);
    app.passes(60_000).await;

    let now = guests[0].sees(&code).await;
    assert_eq!((uri_of(&now), waiting(&now)), (song(7), vec![5]));
    assert_eq!(app.spotify.count(PLAY), 0);
}

#[tokio::test]
async fn queue_waits_for_a_song_that_goes_on_where_its_device_had_gone_away() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = app.party(1, "1").await;
    app.spotify_does(Control::Play(Wanted::new("0").lasting(300_000)));
    app.passes(10_000).await;
    guests[0].asks_for(&code, 5).await.expect(200);
    app.passes(70_000).await;
    app.spotify_does(Control::Device(DeviceState::None));
    app.looks_after(12_000).await;
    events.snapshot(|snapshot| snapshot.playback.is_none()).await;
    app.spotify_does(Control::Device(DeviceState::Active));
    app.advance(3_000);

    host.presses("play", &code).await.expect(200).says("played");
    app.passes(2_000).await;

    let now = guests[0].sees(&code).await;
    assert_eq!((uri_of(&now), waiting(&now)), (song(0), vec![5]));
    assert!(now.playback.is_some_and(|playback| playback.is_playing));
}

#[tokio::test]
async fn queue_goes_on_when_spotify_answers_again_after_the_end_of_what_played() {
    let app = TestApp::start().await;
    let party = app.party(1, "1").await;
    app.spotify_does(Control::Play(Wanted::new("0").lasting(120_000)));
    app.spotify_does(Control::Coming(Vec::new()));
    app.passes(10_000).await;
    party.guests[0].asks_for(&party.code, 5).await.expect(200);
    app.passes(80_000).await;

    app.spotify.fault(Fault::rate_limited("*", Some(35)));
    app.passes(60_000).await;

    let mut events = party.events;
    let plays = events.snapshot(|snapshot| uri_of(snapshot) == song(5)).await;
    assert!(plays.playback.is_some_and(|playback| playback.is_playing));
}

#[tokio::test]
async fn queue_goes_on_after_a_crash_just_when_the_music_had_stopped() {
    let app = TestApp::start().await;
    let party = app.party(1, "1").await;
    app.spotify_does(Control::Play(Wanted::new("0").lasting(120_000)));
    app.spotify_does(Control::Coming(Vec::new()));
    app.passes(10_000).await;
    party.guests[0].asks_for(&party.code, 5).await.expect(200);
    app.passes(80_000).await;
    app.spotify.fault(Fault::rate_limited("*", Some(35)));
    app.spotify.fault(Fault::status(PLAY, 502).executed(false));
    app.passes(50_000).await;
    assert_eq!((app.spotify.count(PLAY), app.account().uri.as_deref()), (1, song(0)));

    let app = app.crash_and_restart().await;
    app.passes(25_000).await;

    assert_eq!(app.account().uri.as_deref(), song(5));
}

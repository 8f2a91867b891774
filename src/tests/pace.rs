//! How often Spotify is asked: one poller per account, however many people watch.

use std::time::{Duration, Instant};

use auxroom::model::StatusKind;
use simulator::{Control, Effect, Fault, Wanted};

use crate::harness::{Events, LOOK, NEXT, Party, Person, TestApp, uri_of};

const MINUTE: u64 = 60_000;

/// Calls in a minute in the middle of a song, with so many streams open; with `pages`, everybody
/// loads the room's page again and again besides.
async fn calls_in_a_minute(streams: usize, pages: bool) -> usize {
    let app = TestApp::start().await;
    let (_host, code) = app.host_with_music().await;
    app.spotify_does(Control::Play(Wanted::new("28").at(MINUTE)));
    let mut watching: Vec<(Person, Events)> = Vec::new();
    for _ in 0..streams {
        let guest = app.guest_in(&code).await;
        let events = guest.watches(&code).await;
        watching.push((guest, events));
    }
    app.passes(10_000).await;

    app.spotify.reset_requests();
    for second in 0..60 {
        app.passes(1_000).await;
        if pages {
            let (guest, _) = &watching[second % streams];
            guest.opens(&format!("/room/{code}")).await.expect(200).says("votes to skip");
        }
    }
    app.spotify.count("*")
}

#[tokio::test]
async fn calls_do_not_depend_on_how_many_people_watch() {
    let (one, twenty) = (calls_in_a_minute(1, false).await, calls_in_a_minute(20, true).await);
    assert_eq!(one, twenty);
    assert!((6..=8).contains(&one), "{one}");
}

#[tokio::test]
async fn a_steady_minute_is_no_news_to_anybody() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(1, "2").await;
    app.spotify_does(Control::Play(Wanted::new("28")));
    app.looks_after(9_000).await;
    let before = host.sees(&code).await;

    app.passes(MINUTE).await;

    let after = host.sees(&code).await;
    assert_eq!(after, before, "browsers count on themselves");
    let playback = after.playback.expect("a song");
    assert_eq!(playback.progress_at(app.clock.now()), 9_000 + MINUTE);
}

#[tokio::test]
async fn what_does_not_move_is_looked_at_less_often() {
    for still in [Control::Pause, Control::NothingPlaying] {
        let app = TestApp::start().await;
        let Party { events: _events, .. } = app.party(1, "2").await;
        let what = format!("{still:?}");
        app.spotify_does(still);
        app.looks_after(9_000).await;

        let calls = app.asked_in(MINUTE).await;

        assert!((4..=6).contains(&calls), "{what}: {calls}");
    }
}

#[tokio::test]
async fn a_command_is_looked_after_quickly_until_it_shows_and_not_for_long() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(1, "2").await;
    for (button, old) in [("pause", true), ("play", false)] {
        let set = [("/is_playing".to_owned(), old.into())].into_iter().collect();
        app.spotify.fault(Fault::new(LOOK, Effect::Edit { remove: vec![], set }).times(3));
        host.presses(button, &code).await.expect(200);
        app.looks_after(1_000).await;
        let quick = app.asked_in(3_000).await;
        assert_eq!(quick, 3, "{button}");
        assert_eq!(app.asked_in(3_000).await, 0, "{button}: it shows");
        app.passes(12_000).await;
        let steady = app.asked_in(MINUTE).await;
        assert!(steady <= 8, "{button}: {steady}");
    }
}

#[tokio::test]
async fn the_next_song_is_seen_within_a_second_of_its_beginning() {
    for remaining in [14_800, 11_100, 9_600, 4_000] {
        let app = TestApp::start().await;
        let Party { host, code, events: _events, .. } = app.party(0, "2").await;
        app.spotify_does(Control::Coming(vec![Wanted::new("1")]));
        let song = Wanted::new("28").lasting(MINUTE).at(MINUTE - remaining - 9_000);
        app.spotify_does(Control::Play(song));
        app.looks_after(9_000).await;
        let next = app.account().coming[0].clone();
        app.passes(remaining - 1).await;
        assert_ne!(uri_of(&host.sees(&code).await), Some(&*next), "{remaining}: too early");

        for _ in 0..4 {
            app.passes(250).await;
        }

        assert_eq!(uri_of(&host.sees(&code).await), Some(&*next), "{remaining}");
        let progress = host.sees(&code).await.playback.expect("a song");
        assert_eq!(progress.progress_at(app.clock.now()), app.account().progress_ms);
    }
}

#[tokio::test]
async fn a_room_that_nobody_watches_is_left_alone_after_half_a_minute() {
    let app = TestApp::start().await;
    let Party { host, code, events, .. } = app.party(0, "2").await;
    app.spotify_does(Control::Play(Wanted::new("28")));
    app.passes(20_000).await;

    drop(events);
    app.is_unwatched().await;
    host.opens(&format!("/room/{code}")).await.expect(200);
    assert!(app.asked_in(29_000).await >= 3, "a page counts as watching");
    app.passes(3_000).await;
    assert_eq!(app.asked_in(2 * MINUTE).await, 0);

    host.presses("pause", &code).await.expect(200);
    host.presses("play", &code).await.expect(200);
    assert!(app.asked_in(29_000).await >= 3, "a command counts as watching");
    app.passes(3_000).await;
    assert_eq!(app.asked_in(2 * MINUTE).await, 0);
}

#[tokio::test]
async fn who_comes_back_sees_what_plays_at_once() {
    let app = TestApp::start().await;
    let Party { host, code, events, .. } = app.party(0, "2").await;
    drop(events);
    app.is_unwatched().await;
    app.passes(MINUTE).await;
    for (place, comes_back) in [("3", true), ("4", false)] {
        app.is_unwatched().await;
        app.advance(10 * MINUTE);
        app.settles().await;
        app.spotify_does(Control::Play(Wanted::new(place)));
        let looks = app.spotify.count(LOOK);
        let song = app.account().uri;

        // Time stands still.
        if comes_back {
            let mut events = host.watches(&code).await;
            events.snapshot(|snapshot| uri_of(snapshot) == song.as_deref()).await;
        } else {
            assert_eq!(uri_of(&host.sees(&code).await), song.as_deref());
        }

        assert_eq!(app.spotify.count(LOOK), looks + 1);
    }
}

#[tokio::test]
async fn a_cold_page_does_not_wait_for_a_spotify_that_hangs() {
    let app = TestApp::start_patient().await;
    let (host, code) = app.host_with_music().await;
    app.advance(10 * MINUTE);
    app.settles().await;
    app.spotify.fault(Fault::new(LOOK, Effect::Hang));
    let looks = app.spotify.count(LOOK);

    let began = Instant::now();
    let page = host.opens(&format!("/room/{code}")).await.expect(200);
    let waited = began.elapsed();

    // It waits a second of real time; Spotify would get ten.
    assert!(waited < Duration::from_secs(5), "{waited:?}");
    assert_eq!(app.spotify.count(LOOK), looks + 1);
    page.says(&code).says("Asking Spotify…").never_says("Skip</button>");

    app.spotify.release();
    let mut events = host.watches(&code).await;
    events.playing().await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
}

#[tokio::test]
async fn the_first_event_of_a_cold_room_says_what_plays() {
    let app = TestApp::start().await;
    let Party { host, code, events, .. } = app.party(0, "2").await;
    drop(events);
    app.is_unwatched().await;
    app.passes(MINUTE).await;

    let mut events = host.watches(&code).await;

    let first = events.snapshot(|_| true).await;
    assert_eq!(uri_of(&first), app.account().uri.as_deref());
}

#[tokio::test]
async fn what_people_press_in_a_cold_room_waits_for_the_first_look() {
    let app = TestApp::start_patient().await;
    let Party { host, guests, code, events, play } = app.party(1, "2").await;
    drop(events);
    app.is_unwatched().await;
    // Slower than a page waits.
    let late = || Fault::new(LOOK, Effect::Pass).delayed(1_500);

    app.passes(MINUTE).await;
    app.spotify.fault(late());
    guests[0].votes(&code, play).await.expect(200).says("voted");
    app.settles().await;
    app.passes(MINUTE).await;
    app.spotify.fault(late());
    host.presses("skip", &code).await.expect(200).says("skipped");

    assert_eq!(app.spotify.count(NEXT), 1);
    assert!(app.state.hub.len() == 1);
}

#[tokio::test]
async fn a_clock_that_is_set_back_stops_nothing() {
    let app = TestApp::start().await;
    let Party { code, events: _events, .. } = app.party(0, "2").await;
    app.passes(20_000).await;
    let looks = app.spotify.count(LOOK);

    app.clock.set(app.clock.now().before(60 * MINUTE));
    app.guest_in(&code).await;

    app.hears(LOOK, looks + 1).await;
    assert!(app.asked_in(MINUTE).await >= 5);
}

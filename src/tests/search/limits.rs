//! How often is too often: for one member, and for Spotify.

use auxroom::{error::AppError, model::Millis};
use futures::future::join_all;
use reqwest::StatusCode;
use simulator::Fault;

use super::{SEARCH, TRACKS, link, uri};
use crate::harness::{BEGIN, LOOK, PAUSE, TestApp};

#[tokio::test]
async fn search_limit_of_a_member_leaves_others_and_known_answers_alone() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    for number in 0..9 {
        guest.searches(&code, &format!("song {number}")).await.expect(200);
    }
    guest.adds(&code, &link(0)).await.expect(200);

    let refused = guest.searches(&code, "one more").await.expect(429);
    assert_eq!((&*refused.body, refused.header("retry-after")), ("\"TooManySearches\"", "10"));
    guest.adds(&code, &link(1)).await.expect(429).says("TooManySearches");
    guest.searches(&code, "song 0").await.expect(200);
    guest.searches(&code, uri(0)).await.expect(200);
    host.searches(&code, "one more").await.expect(200);
    guest.searches(&code, "one more").await.expect(200);

    app.advance(2_000);
    guest.searches(&code, "another").await.expect(200);
    guest.searches(&code, "and another").await.expect(429);
    app.advance(20_000);
    for number in 0..10 {
        guest.searches(&code, &format!("later {number}")).await.expect(200);
    }
    guest.searches(&code, "later").await.expect(429);
}

#[tokio::test]
async fn rate_limit_of_searches_says_when_it_ends_and_stops_nothing_else() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let _events = host.watches(&code).await;
    app.spotify.fault(Fault::rate_limited(SEARCH, Some(20 * 3_600)).times(9));

    let until = Millis(BEGIN + 20 * 3_600_000);
    let error = serde_json::to_string(&AppError::SearchRateLimited(until)).expect("JSON");
    for words in ["velvet", "tidewater", "velvet"] {
        let answer = guest.searches(&code, words).await.expect(409);
        assert_eq!(answer.body, error);
    }
    assert_eq!(app.spotify.count(SEARCH), 1, "it is left alone");

    guest.opens(&format!("/room/{code}")).await.expect(200).never_says("slow down");
    app.looks_after(10_000).await;
    host.presses("pause", &code).await.expect(200);
    assert_eq!(app.spotify.count(PAUSE), 1);
    guest.adds(&code, &link(3)).await.expect(200).says("added");

    let app = app.crash_and_restart().await;
    guest.searches(&code, "velvet").await.expect(409).says("SearchRateLimited");
    assert_eq!(app.spotify.count(SEARCH), 1, "a restart does not end the wait");
    app.spotify.clear_faults();
    app.advance(20 * 3_600_000);
    assert_eq!(guest.finds(&code, "velvet").await.len(), 1);
}

#[tokio::test]
async fn rate_limit_of_single_tracks_leaves_searches_alone() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    app.spotify.fault(Fault::rate_limited(TRACKS, Some(60)));

    guest.adds(&code, &link(3)).await.expect(409).says("SearchRateLimited");

    let found = guest.finds(&code, "velvet").await;
    guest.adds(&code, &found[0].track.uri).await.expect(200).says("added");
}

#[tokio::test]
async fn rate_limit_of_the_player_stops_searches_too() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let _events = host.watches(&code).await;
    app.spotify.fault(Fault::rate_limited(LOOK, Some(600)));
    app.looks_after(10_000).await;

    host.searches(&code, "velvet").await.expect(409).says("\"RateLimited\"");
    host.adds(&code, uri(3)).await.expect(409).says("\"RateLimited\"");

    assert_eq!((app.spotify.count(SEARCH), app.spotify.count(TRACKS)), (0, 0));
    app.advance(600_000);
    assert_eq!(host.finds(&code, "velvet").await.len(), 1);
}

#[tokio::test]
async fn budget_that_keeps_searches_waiting_for_five_seconds_refuses_them() {
    let app = TestApp::start_with(&[("AUXROOM_SPOTIFY_BUDGET", "30")]).await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let before = app.spotify.count("GET *");

    let searching = tokio::spawn(async move {
        let songs = (0..10).map(|number| format!("song {number}"));
        let searches = songs.flat_map(|song| [(&host, song.clone()), (&guest, song + "!")]);
        let searches =
            searches.map(|(person, song)| async { person.searches(&code, &{ song }).await });
        join_all(searches).await
    });
    // Ten calls at once.
    app.waits_for_budget(10 + before).await;
    app.passes(5_000).await;

    let answers = searching.await.expect("no panic");
    let found = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    // One more every 1.5 s, of which the room's own poll may take one.
    let most = 10 - before + 3;
    assert!((most - 1..=most).contains(&found), "{found} of at most {most}");
    for answer in answers.into_iter().filter(|answer| answer.status != StatusCode::OK) {
        answer.expect(429).says("TooManySearches");
    }
}

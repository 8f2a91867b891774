//! One budget for all that the application asks of Spotify's Web API: many rooms become slower
//! together, and what people press goes first.

use std::collections::HashMap;

use auxroom::{model::StatusKind, server::spotify::Service};
use reqwest::Method;
use url::Url;

use crate::harness::{Events, LOOK, NEXT, PAUSE, Person, TestApp};

/// So many rooms that are all watched, in which Spotify would get 50 calls a minute.
async fn eight_rooms(app: &TestApp) -> Vec<(Person, String, Events)> {
    let mut rooms = Vec::new();
    for _ in 0..8 {
        let (host, code) = app.host_with_music().await;
        // Opening rooms is not what is measured.
        app.passes(30_000).await;
        let events = host.watches(&code).await;
        rooms.push((host, code, events));
    }
    app.passes(60_000).await;
    rooms
}

#[tokio::test]
async fn budget_makes_many_rooms_slower_together_and_locks_none_out() {
    let app = TestApp::start_with(&[("AUXROOM_SPOTIFY_BUDGET", "30")]).await;
    let rooms = eight_rooms(&app).await;
    let before = app.spotify.requests().len();

    for _ in 0..6 {
        let asked = app.asked_in(30_000).await;
        assert!((14..=30).contains(&asked), "{asked} calls in a window");
    }

    let mut polls: HashMap<_, usize> = HashMap::new();
    for request in app.spotify.requests().into_iter().skip(before) {
        *polls.entry(request.account).or_default() += 1;
    }
    assert_eq!(polls.len(), rooms.len());
    // The free pace would be 20.
    assert!(polls.values().all(|polls| (11..=15).contains(polls)), "in 180 s: {polls:?}");
    for (host, code, _) in &rooms {
        assert_eq!(host.sees(code).await.status.kind, StatusKind::Ok);
    }
}

#[tokio::test]
async fn budget_lets_what_people_press_go_before_polls() {
    let app = TestApp::start_with(&[("AUXROOM_SPOTIFY_BUDGET", "30")]).await;
    let rooms = eight_rooms(&app).await;

    let (host, code, _) = &rooms[3];
    host.presses("pause", code).await.expect(200);

    assert_eq!(app.spotify.count(PAUSE), 1);
}

#[tokio::test]
async fn budget_that_keeps_a_skip_waiting_does_not_let_it_hit_the_next_song() {
    let app = TestApp::start_with(&[("AUXROOM_SPOTIFY_BUDGET", "3")]).await;
    let (host, code) = app.host_with_music().await;
    let _events = host.watches(&code).await;
    app.looks_after(60_000).await;

    // One call in 15 s: the poll had it.
    let skip = host.request(reqwest::Method::POST, "/api/playback/skip");
    let skip = tokio::spawn(skip.form(&[("code", &code)]).send());
    app.waits_for_budget(1).await;
    app.advance(2_000);

    let answer = skip.await.expect("no panic").expect("an answer");
    assert_eq!(answer.status(), 409);
    assert_eq!(answer.text().await.expect("a body"), r#""RateLimited""#);
    app.passes(60_000).await;
    assert_eq!(app.spotify.count(NEXT), 0);
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
}

#[tokio::test]
async fn budget_does_not_show_in_a_room_of_its_own() {
    let app = TestApp::start().await;
    let _room = app.party(0, "2").await;
    let before = app.spotify.count(LOOK);

    app.passes(60_000).await;

    assert!((6..=8).contains(&(app.spotify.count(LOOK) - before)));
}

#[tokio::test]
async fn budget_that_makes_no_sense_stops_the_start() {
    let app = TestApp::start().await.crash().await;
    for budget in ["0", "-1", "many"] {
        let refusal = app.refuses_to_start_with(&[("AUXROOM_SPOTIFY_BUDGET", budget)]).await;
        assert!(refusal.contains("AUXROOM_SPOTIFY_BUDGET"), "{budget}: {refusal}");
    }
}

#[tokio::test]
async fn budget_that_keeps_many_sign_ins_waiting_refuses_them_before_their_requests_end() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let mut coming = Vec::new();
    for _ in 0..50 {
        let consent = Url::parse(&host.goes_to_spotify(&code).await).expect("an address");
        let state = consent.query_pairs().find(|(name, _)| name == "state").expect("a state").1;
        let back = host.request(Method::GET, &format!("/spotify/callback?state={state}&code=x"));
        coming.push(tokio::spawn(back.send()));
    }
    let mut waiting = app.state.limiter.budget(Service::Accounts).waiting();
    // Of 10 calls at once, sign-ins leave two to rooms.
    waiting.wait_for(|waiting| *waiting == 42).await.expect("the budget lives on");

    app.advance(8_000);

    let mut refused = 0;
    for answer in coming {
        let answer = answer.await.expect("no panic").expect("an answer");
        assert_eq!(answer.status(), 409);
        refused += usize::from(answer.text().await.expect("a page").contains("slow down"));
    }
    assert!((30..=42).contains(&refused), "{refused} were told to come back");
}

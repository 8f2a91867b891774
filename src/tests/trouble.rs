//! When Spotify does not do what it is asked: people read what to do, and it passes.

use auxroom::model::{Status, StatusKind};
use simulator::{Control, DeviceState, Effect, Fault};

use crate::harness::{LOOK, PAUSE, PLAY, Party, Person, TestApp, play_of};

const MINUTE: u64 = 60_000;

async fn status(person: &Person, code: &str) -> Status {
    person.sees(code).await.status
}

#[tokio::test]
async fn without_a_device_people_read_that_spotify_must_be_opened() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = app.party(1, "2").await;
    app.spotify_does(Control::Device(DeviceState::None));
    for button in ["pause", "skip"] {
        host.presses(button, &code).await.expect(409).says("NoDevice");
        let is_told = |status: &Status| status.kind == StatusKind::NoDevice;
        let snapshot = events.snapshot(|snapshot| is_told(&snapshot.status)).await;
        assert!(
            snapshot.status.text.contains("Open Spotify"),
            "{button}: {}",
            snapshot.status.text
        );
        app.spotify_does(Control::Device(DeviceState::Active));
        app.spotify_does(Control::Resume);
        app.passes(13_000).await;
        assert_eq!(status(&host, &code).await.kind, StatusKind::Ok, "{button}: it plays again");
        app.spotify_does(Control::Device(DeviceState::Inactive));
    }
    host.presses("pause", &code).await.expect(409);
    host.presses("play", &code).await.expect(409).says("NoDevice");
    app.passes(MINUTE).await;
    assert_eq!(status(&guests[0], &code).await.kind, StatusKind::NoDevice, "it does not play yet");
    let page = guests[0].opens(&format!("/room/{code}")).await.expect(200);
    page.tells("alert", "No speaker is active. Open Spotify");
    let page = host.posts_and_reads("/api/playback/play", &[("code", &code)]).await;
    page.tells("alert", "Open Spotify on the host's device").says("Play</button>");
}

#[tokio::test]
async fn an_account_without_premium_is_told_so_until_it_has_it() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, play, .. } = app.party(0, "2").await;
    app.spotify_does(Control::Premium(false));

    host.presses("pause", &code).await.expect(409).says("PremiumRequired");

    app.passes(MINUTE).await;
    let snapshot = host.sees(&code).await;
    assert_eq!(snapshot.status.kind, StatusKind::PremiumRequired);
    assert!(snapshot.status.text.contains("Premium"), "{}", snapshot.status.text);
    assert_eq!(play_of(&snapshot), Some(play), "what plays is still shown");
    host.opens(&format!("/room/{code}")).await.tells("alert", "Spotify lets only Premium");

    app.spotify_does(Control::Premium(true));
    host.presses("pause", &code).await.expect(200);
    assert_eq!(status(&host, &code).await.kind, StatusKind::Ok);
}

/// Breaks everything for an account with `off`, and repairs it with `on`.
async fn comes_and_goes(off: impl Fn(&TestApp), on: impl Fn(&TestApp), kind: StatusKind) {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, play, .. } = app.party(0, "2").await;
    off(&app);
    app.looks_after(9_000).await;

    let snapshot = host.sees(&code).await;
    assert_eq!((snapshot.status.kind, play_of(&snapshot)), (kind, Some(play)));
    host.presses("pause", &code).await.expect(409);
    let text = snapshot.status.text;
    host.opens(&format!("/room/{code}")).await.tells("alert", &text);
    assert!(app.asked_in(MINUTE).await <= 8, "trouble is no reason to ask more");

    on(&app);
    app.looks_after(30_000).await;
    assert_eq!(status(&host, &code).await.kind, StatusKind::Ok);
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn an_application_whose_owner_loses_premium_comes_back_by_itself() {
    let owner_has = |premium| move |app: &TestApp| app.spotify.owner_premium(premium);
    comes_and_goes(owner_has(false), owner_has(true), StatusKind::PremiumRequired).await;
}

#[tokio::test]
async fn an_account_off_the_user_list_comes_back_by_itself() {
    let is = |registered| move |app: &TestApp| app.spotify_does(Control::Registered(registered));
    comes_and_goes(is(false), is(true), StatusKind::NotRegistered).await;
}

#[tokio::test]
async fn who_is_asked_to_wait_waits_and_goes_on_by_itself() {
    for (retry_after, wait_ms) in [(Some(20), 20_000), (None, 30_000), (Some(86_000), 86_000_000)] {
        let app = TestApp::start().await;
        let Party { host, code, events: _events, play, .. } = app.party(0, "2").await;
        app.spotify.fault(Fault::rate_limited(LOOK, retry_after));
        app.looks_after(9_000).await;
        let until = app.clock.now() + wait_ms;

        let snapshot = host.sees(&code).await;
        assert_eq!(snapshot.status.kind, StatusKind::RateLimited);
        assert_eq!((snapshot.status.retry_at, play_of(&snapshot)), (Some(until), Some(play)));
        assert!(snapshot.status.text.contains("UTC"), "the time: {}", snapshot.status.text);
        let asked = app.spotify.count("*");
        for button in ["play", "pause", "skip"] {
            host.presses(button, &code).await.expect(409).says("RateLimited");
        }
        app.passes(9_000).await;
        app.advance(wait_ms - 9_001);
        app.settles().await;
        assert_eq!(app.spotify.count("*"), asked, "{retry_after:?}: too early");
        host.opens(&format!("/room/{code}")).await.tells("status", "Spotify asks us to slow");

        app.looks_after(1).await;
        assert_eq!(status(&host, &code).await.kind, StatusKind::Ok);
    }
}

#[tokio::test]
async fn a_command_that_has_to_wait_is_refused_and_can_be_pressed_again() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::rate_limited(PAUSE, Some(20)));

    host.presses("pause", &code).await.expect(409).says("RateLimited");

    let shown = status(&host, &code).await;
    assert_eq!(shown.kind, StatusKind::RateLimited);
    assert_eq!(shown.retry_at, Some(app.clock.now() + 20_000));
    assert_eq!(app.asked_in(19_000).await, 0);
    app.looks_after(1_000).await;
    assert_eq!((status(&host, &code).await.kind, app.spotify.count(PAUSE)), (StatusKind::Ok, 1));
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn a_spotify_that_stays_away_is_asked_less_and_less() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::status(LOOK, 503).times(1_000));
    app.passes(9_000).await;

    let (first, later) = (app.asked_in(MINUTE).await, app.asked_in(MINUTE).await);

    assert!((3..=6).contains(&first), "{first}");
    assert!((1..=3).contains(&later), "{later}");
    host.opens(&format!("/room/{code}")).await.tells("status", "Spotify cannot be reached.");
    app.spotify.clear_faults();
    app.looks_after(30_000).await;
    assert_eq!(status(&host, &code).await.kind, StatusKind::Ok);
}

#[tokio::test]
async fn a_command_without_an_answer_says_that_spotify_cannot_be_reached() {
    for effect in [Effect::Close, Effect::Hang, Effect::Truncate] {
        let app = TestApp::start().await;
        let Party { host, code, events: _events, .. } = app.party(0, "2").await;
        let what = format!("{effect:?}");
        host.presses("pause", &code).await.expect(200);
        app.passes(10_000).await;
        app.spotify.fault(Fault::new(PLAY, effect).executed(false));
        let answer = host.presses("play", &code).await;
        // A body cut short is an answer all the same: the status says "received".
        let is_received = what == "Truncate";
        assert_eq!(answer.status.as_u16(), if is_received { 200 } else { 409 }, "{what}");
        app.passes(12_000).await;
        assert_eq!(app.spotify.count(PLAY), 1, "{what}");
        assert_eq!(status(&host, &code).await.kind, StatusKind::Ok, "{what}");
    }
}

#[tokio::test]
async fn who_is_asked_to_wait_waits_in_every_room_and_however_often_people_look() {
    let app = TestApp::start().await;
    let Party { host, code, events, .. } = app.party(0, "2").await;
    let Party { host: other_host, code: other, events: other_events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::rate_limited(LOOK, Some(3_600)));
    app.passes(11_000).await;
    let asked = app.spotify.count("*");

    app.passes(MINUTE).await;
    for (host, code) in [(&host, &code), (&other_host, &other)] {
        assert_eq!(status(host, code).await.kind, StatusKind::RateLimited);
    }
    drop((events, other_events));
    app.is_unwatched().await;
    app.passes(MINUTE).await;
    assert!(app.state.hub.is_empty());
    for (host, code) in [(&host, &code), (&other_host, &other)] {
        assert_eq!(status(host, code).await.kind, StatusKind::RateLimited);
        host.presses("pause", code).await.expect(409).says("RateLimited");
    }
    assert_eq!(app.spotify.count("*"), asked, "Spotify counts the calls of all rooms together");

    app.advance(3_600_000);
    assert_eq!(status(&host, &code).await.kind, StatusKind::Ok);
}

#[tokio::test]
async fn a_spotify_that_asks_to_wait_without_saying_how_long_is_asked_less_and_less() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::rate_limited(LOOK, None).times(4));
    app.looks_after(9_000).await;
    for wait_ms in [30_000, 60_000, 120_000] {
        assert_eq!(status(&host, &code).await.retry_at, Some(app.clock.now() + wait_ms));
        app.looks_after(wait_ms).await;
    }
}

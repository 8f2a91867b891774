//! Tokens are refreshed in time, once, and never lost without need.

use auxroom::model::StatusKind;
use serde_json::Value;
use simulator::{Control, Effect, Fault, NextRefresh};
use tokio::join;

use crate::harness::{LOOK, NEXT, PAUSE, TOKEN, TestApp};

/// In the last minute of a token's life.
const AN_HOUR: u64 = 59 * 60_000 + 1_000;

/// The refresh tokens that the server sent.
fn refresh_tokens(app: &TestApp) -> Vec<String> {
    let sent = app.wire.heard(TOKEN).into_iter().filter_map(|said| {
        let mut form = url::form_urlencoded::parse(said.body.as_bytes());
        form.find(|(name, _)| name == "refresh_token").map(|(_, token)| token.into_owned())
    });
    sent.collect()
}

fn statuses(app: &TestApp, path: &str) -> Vec<Option<u16>> {
    let requests = app.spotify.requests().into_iter();
    requests.filter(|request| request.path == path).map(|request| request.status).collect()
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_expires_while_people_only_watch() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let begin = app.clock.now();
    let _events = host.watches(&code).await;

    app.looks_after(58 * 60_000).await;
    assert_eq!(app.spotify.count(TOKEN), 1, "too early");
    while app.clock.now() < begin + 62 * 60_000 {
        app.looks_after(9_000).await;
    }

    let requests = app.spotify.requests();
    let refreshed = requests.iter().rfind(|request| request.path == "/api/token");
    let refreshed_at = refreshed.expect("a refresh").at_ms - begin.0;
    assert!((58 * 60_000..60 * 60_000).contains(&refreshed_at), "{refreshed_at}");
    assert_eq!(app.spotify.count(TOKEN), 2);
    assert!(requests.iter().all(|request| request.status != Some(401)), "{requests:?}");
}

#[tokio::test]
async fn a_refresh_without_a_refresh_token_keeps_the_old_one() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let _events = host.watches(&code).await;
    let set = |value: Value| Effect::Edit {
        remove: vec![],
        set: [("/refresh_token".to_owned(), value)].into_iter().collect(),
    };

    for effect in [Effect::Pass, set(Value::Null), set("".into()), Effect::Pass] {
        app.spotify.fault(Fault::new(TOKEN, effect));
        app.looks_after(AN_HOUR).await;
    }

    let sent = refresh_tokens(&app);
    assert_eq!(sent.len(), 4);
    assert!(sent.iter().all(|token| *token == sent[0]), "{sent:?}");
    assert!(statuses(&app, "/v1/me/player").iter().all(|status| *status == Some(200)));
}

#[tokio::test]
async fn a_refresh_with_a_new_refresh_token_uses_it_from_then_on() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let events = host.watches(&code).await;

    for _ in 0..3 {
        // The old one is revoked at once.
        app.spotify_does(Control::NextRefresh(NextRefresh::Rotate));
        app.looks_after(AN_HOUR).await;
    }
    let app = app.crash_and_restart().await;
    drop(events);
    app.is_unwatched().await;
    let mut events = host.watches(&code).await;
    events.playing().await;
    app.looks_after(AN_HOUR).await;

    let mut sent = refresh_tokens(&app);
    sent.dedup();
    assert_eq!(sent.len(), 4, "{sent:?}");
    assert!(statuses(&app, "/api/token").iter().all(|status| *status == Some(200)));
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn many_who_need_a_refresh_at_once_make_one() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room_with("2", "on").await;
    host.connects_spotify(&code).await;
    let (one, two) = (app.guest_in(&code).await, app.guest_in(&code).await);
    app.advance(2 * AN_HOUR);
    app.settles().await;
    let room = format!("/room/{code}");

    let (paused, again, page, stream, skipped) = join!(
        host.presses("pause", &code),
        one.presses("pause", &code),
        two.opens(&room),
        two.watches(&code),
        host.presses("skip", &code),
    );

    for answer in [paused, again, page, skipped] {
        answer.expect(200);
    }
    drop(stream);
    assert_eq!(app.spotify.count(TOKEN), 2, "{:?}", app.spotify.request_counts());
    assert_eq!(app.spotify.count(NEXT), 1);
}

#[tokio::test]
async fn a_command_that_meets_a_dead_token_is_carried_out_after_one_refresh() {
    for (button, path) in [("pause", "/v1/me/player/pause"), ("skip", "/v1/me/player/next")] {
        let app = TestApp::start().await;
        let (host, code) = app.host_with_music().await;
        let coming = app.account().coming[0].clone();
        app.spotify_does(Control::ExpireAccessTokens);

        host.presses(button, &code).await.expect(200);

        assert_eq!(statuses(&app, path), [Some(401), Some(204)], "{button}");
        assert_eq!(app.spotify.count(TOKEN), 2, "{button}");
        let account = app.account();
        assert!(!account.is_playing || account.uri == Some(coming), "{button}: {account:?}");
    }
}

#[tokio::test]
async fn a_look_that_meets_a_dead_token_is_repeated_after_one_refresh() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    app.spotify_does(Control::ExpireAccessTokens);
    app.spotify_does(Control::Pause);

    app.looks_after(9_000).await;

    let paused = |playback: &auxroom::model::Playback| !playback.is_playing;
    events.snapshot(|snapshot| snapshot.playback.as_ref().is_some_and(paused)).await;
    assert_eq!(app.spotify.count(TOKEN), 2);
}

#[tokio::test]
async fn a_token_that_stays_refused_is_not_refreshed_without_end() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Ok).await;

    app.spotify.fault(Fault::status(LOOK, 401).times(50));
    app.advance(9_000);
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Unreachable).await;
    app.settles().await;
    assert_eq!(app.spotify.count(TOKEN), 2);
    assert!(app.asked_in(60_000).await < 20, "{:?}", app.spotify.request_counts());

    app.spotify.clear_faults();
    app.looks_after(30_000).await;
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Ok).await;
    let tokens = app.spotify.count(TOKEN);
    app.spotify.fault(Fault::status(PAUSE, 401).times(50));
    host.presses("pause", &code).await.expect(409).says("SpotifyUnreachable");
    assert_eq!((app.spotify.count(PAUSE), app.spotify.count(TOKEN)), (2, tokens + 1));
}

//! Browsers that go away before they are answered.

use auxroom::{model::StatusKind, server::store::entities::connection};
use reqwest::{Method, Response, header::ACCEPT};
use simulator::{Effect, Fault};
use tokio::task::JoinHandle;
use url::Url;

use crate::harness::{Person, TOKEN, TestApp};

/// The host on the way back from Spotify, which does not answer; and the room.
async fn slow_sign_in(app: &TestApp) -> (Person, String, Url) {
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "agree").await;
    app.spotify.fault(Fault::new(TOKEN, Effect::Hang));
    (host, code, back.parse().expect("an address"))
}

/// The host's browser opens the way back, and the server asks Spotify.
async fn comes_back(
    app: &TestApp,
    host: &Person,
    back: &Url,
) -> JoinHandle<reqwest::Result<Response>> {
    let opening = host.request(Method::GET, back.as_str()).header(ACCEPT, "text/html");
    let opening = tokio::spawn(opening.send());
    app.hears(TOKEN, 1).await;
    opening
}

#[tokio::test]
async fn a_host_who_gives_up_on_a_slow_sign_in_is_still_the_host() {
    let app = TestApp::start_patient().await;
    let (host, code, back) = slow_sign_in(&app).await;

    let opening = comes_back(&app, &host, &back).await;
    opening.abort();
    app.spotify.release();
    app.settles().await;

    host.opens(&format!("/room/{code}/settings")).await.expect(200);
    host.connects_spotify(&code).await;
}

#[tokio::test]
async fn what_a_command_began_is_finished_and_seen_by_everybody() {
    let app = TestApp::start_patient().await;
    let (host, code, back) = slow_sign_in(&app).await;
    let guest = app.guest_in(&code).await;
    let mut events = guest.watches(&code).await;

    let form: Vec<_> = back.query_pairs().collect();
    let completing = host.request(Method::POST, "/api/spotify/complete").form(&form);
    let completing = tokio::spawn(completing.send());
    app.hears(TOKEN, 1).await;
    completing.abort();
    app.settles().await;
    app.spotify.release();

    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Ok).await;
}

#[tokio::test]
async fn a_sign_in_whose_room_closes_under_way_connects_nothing() {
    let app = TestApp::start_patient().await;
    let (host, code, back) = slow_sign_in(&app).await;
    let opening = comes_back(&app, &host, &back).await;

    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);
    app.spotify.release();

    assert_eq!(opening.await.expect("no panic").expect("an answer").status(), 410);
    assert_eq!(app.count::<connection::Entity>().await, 0);
}

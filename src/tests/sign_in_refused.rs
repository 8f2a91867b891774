//! Sign-ins that come to nothing: a friendly page, and nothing is connected.

use auxroom::model::StatusKind;
use serde_json::{Value, json};
use simulator::{Control, Effect, Fault};
use url::Url;

use crate::harness::{Party, Person, TOKEN, TestApp};

const EXPIRED: &str = "has expired or was already used. Go back to your room and connect again.";

/// A host on the way back from Spotify, the room's code and the address they come back to.
async fn host_who_agreed(app: &TestApp) -> (Person, String, String) {
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "agree").await;
    (host, code, back)
}

#[tokio::test]
async fn a_forged_callback_connects_nothing() {
    let app = TestApp::start().await;
    let (host, code, back) = host_who_agreed(&app).await;
    let (_, code_and_state) = back.split_once('?').expect("a query");
    let grant = code_and_state.split('&').find(|pair| pair.starts_with("code=")).expect("a code");
    let long = "x".repeat(2_000);

    for query in [
        String::new(),
        grant.to_owned(),
        "state=".to_owned(),
        format!("{grant}&state="),
        format!("{grant}&state=made-up"),
        format!("{grant}&state={long}"),
        format!("{grant}&state=%00%ff'%22<script>"),
        "error=access_denied".to_owned(),
        "error=access_denied&state=made-up".to_owned(),
    ] {
        let page = host.opens(&format!("/spotify/callback?{query}")).await.expect(403);
        page.says(EXPIRED).never_says("<script>alert").never_says("made-up");
    }

    assert_eq!(app.spotify.count(TOKEN), 0);
    assert_eq!(app.connection(&code).await, None);
    host.follows(&back).await.expect(200).says("Spotify is connected.");
}

#[tokio::test]
async fn a_reloaded_callback_changes_nothing() {
    let app = TestApp::start().await;
    let (host, code, back) = host_who_agreed(&app).await;
    host.follows(&back).await.expect(200).says("Spotify is connected.");
    let connected = app.connection(&code).await;

    host.opens(&back).await.expect(403).says(EXPIRED);
    let back = Url::parse(&back).expect("an address");
    let pairs: Vec<_> = back.query_pairs().collect();
    let fields: Vec<_> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
    host.calls("/api/spotify/complete", &fields).await.expect(403).says("SignInExpired");

    assert_eq!(app.connection(&code).await, connected);
    assert_eq!(app.spotify.count(TOKEN), 1);
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn nobody_else_can_end_a_hosts_sign_in() {
    let app = TestApp::start().await;
    let (host, code, back) = host_who_agreed(&app).await;
    let other_host = app.person();
    other_host.creates_room().await;

    for other in [app.person(), app.guest_in(&code).await, other_host] {
        let before = other.cookie();
        other.opens(&back).await.expect(403).says(EXPIRED);
        assert_eq!(other.cookie(), before);
    }

    assert_eq!(app.spotify.count(TOKEN), 0);
    assert_eq!(app.connection(&code).await, None);
    host.follows(&back).await.expect(200).says("Spotify is connected.");
}

#[tokio::test]
async fn a_denied_consent_ends_in_the_room_with_a_word_about_it() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "cancel").await;
    assert!(back.contains("error=access_denied"), "{back}");

    let page = host.follows(&back).await.expect(200);
    page.says("Spotify was not connected").says(&code).says("Connect Spotify</button>");
    assert_eq!(app.spotify.count(TOKEN), 0);
    assert_eq!(app.connection(&code).await, None);

    // The state is used up: neither the same word nor a code comes through with it.
    host.opens(&back).await.expect(403).says(EXPIRED);
    host.opens(&back.replace("error=access_denied", "code=x")).await.expect(403).says(EXPIRED);
    assert_eq!(app.spotify.count(TOKEN), 0);
}

#[tokio::test]
async fn a_sign_in_for_a_room_that_closed_meanwhile_says_so() {
    let app = TestApp::start().await;
    let (host, code, back) = host_who_agreed(&app).await;
    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);

    let status = host.opens(&back).await.status;

    assert!(status.is_client_error(), "{status}");
    assert_eq!(app.spotify.count(TOKEN), 0);
    assert_eq!(app.connection(&code).await, None);
}

#[tokio::test]
async fn a_host_who_leaves_a_permission_out_is_asked_again() {
    let app = TestApp::start().await;
    for scopes in
        ["user-read-playback-state", "user-read-playback-state user-modify-playback-state", ""]
    {
        let (host, code, back) = host_who_agreed(&app).await;
        let set = [("/scope".to_owned(), scopes.into())].into_iter().collect();
        app.spotify.fault(Fault::new(TOKEN, Effect::Edit { remove: vec![], set }));

        host.opens(&back).await.expect(409).says("did not grant every permission");

        assert_eq!(app.connection(&code).await, None);
        host.connects_spotify(&code).await;
    }
}

fn answer(status: u16, body: Value) -> Effect {
    Effect::Answer { status, headers: Default::default(), body }
}

fn without(field: &str) -> Effect {
    Effect::Edit { remove: vec![field.to_owned()], set: Default::default() }
}

/// Lets `fault` befall a sign-in: it ends on a page of ours, connects nothing, and a try a minute
/// later works.
async fn fails(app: &TestApp, fault: Fault) {
    let (host, code, back) = host_who_agreed(app).await;
    let what = format!("{fault:?}");
    app.spotify.fault(fault);

    let page = host.opens(&back).await;

    assert!(page.status.is_client_error(), "{what}: {}", page.status);
    assert!(page.body.contains("role=\"alert\""), "{what}: {}", page.body);
    assert_eq!(app.connection(&code).await, None, "{what}");
    app.advance(60_000);
    host.connects_spotify(&code).await;
}

#[tokio::test]
async fn rate_limit_of_either_service_makes_sign_ins_wait_without_asking() {
    for asked in [TOKEN, "GET /v1/me"] {
        let app = TestApp::start().await;
        app.spotify.fault(Fault::rate_limited(asked, Some(60)));
        let (host, _, back) = host_who_agreed(&app).await;
        host.opens(&back).await.tells("alert", "Spotify asks us to slow down.");
        let (other, code, back) = host_who_agreed(&app).await;
        let before = app.spotify.count(asked);

        let page = other.opens(&back).await;

        page.tells("alert", "Spotify asks us to slow down.");
        assert_eq!(app.spotify.count(asked), before);
        app.advance(60_000);
        other.connects_spotify(&code).await;
    }
}

#[tokio::test]
async fn rate_limit_of_the_accounts_service_leaves_rooms_with_good_tokens_alone() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::rate_limited(TOKEN, Some(3_600)));
    let (other, _, back) = host_who_agreed(&app).await;
    other.opens(&back).await.tells("alert", "Spotify asks us to slow down.");

    app.looks_after(9_000).await;

    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn an_exchange_that_fails_in_any_way_connects_nothing() {
    let app = TestApp::start().await;
    let error = |name: &str| json!({ "error": name, "error_description": "Secret words" });
    for effect in [
        answer(400, error("invalid_grant")),
        answer(400, error("invalid_client")),
        answer(400, Value::Null),
        answer(500, Value::Null),
        answer(503, "<html>".into()),
        answer(302, Value::Null),
        answer(200, json!({ "access_token": 7 })),
        Effect::Hang,
        Effect::Close,
        Effect::Truncate,
        Effect::Malform,
        Effect::Text("oPClBVDz".to_owned()),
        without("/access_token"),
        without("/expires_in"),
    ] {
        fails(&app, Fault::new(TOKEN, effect)).await;
    }
    fails(&app, Fault::rate_limited(TOKEN, Some(5))).await;
    fails(&app, Fault::rate_limited(TOKEN, None)).await;
}

#[tokio::test]
async fn an_account_that_cannot_be_read_connects_nothing() {
    let app = TestApp::start().await;
    let me = "GET /v1/me";
    for effect in [
        answer(401, json!({ "error": { "status": 401, "message": "Invalid access token" } })),
        answer(500, Value::Null),
        answer(200, json!({})),
        answer(200, json!({ "account_id": "", "id": null })),
        Effect::Hang,
        Effect::Close,
        Effect::Truncate,
        Effect::Malform,
    ] {
        fails(&app, Fault::new(me, effect)).await;
    }
    fails(&app, Fault::rate_limited(me, Some(60))).await;
}

#[tokio::test]
async fn an_account_that_is_not_on_the_user_list_is_told_what_to_do() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let account = app.spotify.add_account();
    app.spotify.control(Some(&account), Control::Registered(false)).expect("the account");
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "agree").await;

    host.opens(&back).await.expect(409).says("under User Management in the Spotify dashboard");

    assert_eq!(app.connection(&code).await, None);
}

#[tokio::test]
async fn an_application_whose_owner_has_no_premium_is_told_so() {
    let app = TestApp::start().await;
    let (host, code, back) = host_who_agreed(&app).await;
    app.spotify.owner_premium(false);

    host.opens(&back).await.expect(409).says("Premium");

    assert_eq!(app.connection(&code).await, None);
}

#[tokio::test]
async fn a_mistyped_client_secret_is_named_to_who_can_mend_it() {
    let app = TestApp::start_with(&[("SPOTIFY_CLIENT_SECRET", "mistyped")]).await;
    let (host, code, back) = host_who_agreed(&app).await;

    let page = host.opens(&back).await.expect(409);

    page.says("check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET").never_says("mistyped");
    assert_eq!(app.connection(&code).await, None);
}

#[tokio::test]
async fn a_consent_page_that_failed_is_not_taken_for_a_cancelled_one() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "cancel").await;

    let page = host.opens(&back.replace("access_denied", "server_error")).await.expect(409);

    page.says("Spotify did not complete the sign-in.");
    assert_eq!(app.spotify.count(TOKEN), 0);
}

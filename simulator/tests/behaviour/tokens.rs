//! Codes become tokens.

use crate::harness::{Answer, REDIRECT_URI, World, exchange_fields};

pub(crate) fn assert_refused(answer: &Answer, error: &str, description: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(answer.json()["error"], error);
    assert_eq!(answer.json()["error_description"], description);
}

#[tokio::test]
async fn a_code_becomes_tokens_that_say_what_was_granted() {
    let world = World::start().await;

    let answer = world
        .exchange(&world.code("user-read-playback-state user-modify-playback-state").await)
        .await;

    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["scope"], "user-read-playback-state user-modify-playback-state");
    assert_eq!(body["access_token"].as_str().map(str::len), Some(300));
    assert!(body["refresh_token"].is_string());
}

#[tokio::test]
async fn code_works_once() {
    let world = World::start().await;
    let code = world.code("").await;

    assert_eq!(world.exchange(&code).await.status, 200);

    assert_refused(&world.exchange(&code).await, "invalid_grant", "Invalid authorization code");
    assert_refused(&world.exchange("made-up").await, "invalid_grant", "Invalid authorization code");
}

#[tokio::test]
async fn code_expires_after_ten_minutes() {
    let world = World::start().await;
    let (in_time, late) = (world.code("").await, world.code("").await);

    world.pass(10 * 60 * 1_000 - 1);
    assert_eq!(world.exchange(&in_time).await.status, 200);

    world.pass(1);
    assert_refused(&world.exchange(&late).await, "invalid_grant", "Authorization code expired");
}

#[tokio::test]
async fn the_redirect_uri_must_be_the_same_again() {
    let world = World::start().await;
    let code = world.code("").await;
    let other = format!("{REDIRECT_URI}/");
    let mut fields = exchange_fields(&code);
    fields[2].1 = &other;

    let answer = world.form("/api/token", Some("app:secret"), &fields).await;

    assert_refused(&answer, "invalid_grant", "Invalid redirect URI");
}

#[tokio::test]
async fn the_verifier_must_match_the_challenge() {
    let world = World::start().await;
    let code = world.code("").await;
    let wrong = "another-verifier-of-forty-three-characters-too";
    for verifier in [wrong, "", "short"] {
        let mut fields = exchange_fields(&code);
        fields[3].1 = verifier;
        let answer = world.form("/api/token", Some("app:secret"), &fields).await;
        assert_refused(&answer, "invalid_grant", "code_verifier was incorrect");
    }
    let answer = world.form("/api/token", Some("app:secret"), &exchange_fields(&code)[..3]).await;
    assert_refused(&answer, "invalid_grant", "code_verifier was incorrect");
}

#[tokio::test]
async fn a_client_with_a_secret_needs_no_challenge() {
    let world = World::start().await;
    let code = world.agree(&[], "").await.location_query()["code"].clone();

    let unasked = world.exchange(&code).await;
    assert_refused(&unasked, "invalid_grant", "code_verifier was incorrect");

    let answer = world.form("/api/token", Some("app:secret"), &exchange_fields(&code)[..3]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_client_proves_itself_by_header_or_by_fields() {
    let world = World::start().await;
    for basic in ["app:wrong", "another:secret", "app", ""] {
        let answer =
            world.form("/api/token", Some(basic), &exchange_fields(&world.code("").await)).await;
        assert_eq!(answer.json()["error"], "invalid_client", "{basic}");
    }
    for (secret, status) in [("wrong", 400), ("secret", 200)] {
        let code = world.code("").await;
        let mut fields = exchange_fields(&code).to_vec();
        fields.extend([("client_id", "app"), ("client_secret", secret)]);
        assert_eq!(world.form("/api/token", None, &fields).await.status, status);
    }
}

#[tokio::test]
async fn a_public_client_needs_a_challenge() {
    let world = World::start().await;
    let code = world.agree(&[], "").await.location_query()["code"].clone();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", REDIRECT_URI),
        ("client_id", "app"),
    ];

    assert_refused(
        &world.form("/api/token", None, &fields).await,
        "invalid_client",
        "Invalid client secret",
    );
}

#[tokio::test]
async fn only_forms_and_known_grants_are_understood() {
    let world = World::start().await;
    let json = serde_json::json!({ "grant_type": "refresh_token", "refresh_token": "x", "client_id": "app" });
    let as_json = world.send(world.request("POST", "/api/token", "", json)).await;
    assert_eq!(as_json.json()["error"], "unsupported_grant_type");
    assert_eq!(as_json.status, 400);

    let answer = world.form("/api/token", Some("app:secret"), &[("grant_type", "password")]).await;
    assert_eq!(answer.json()["error"], "unsupported_grant_type");
    assert_eq!(answer.status, 400);
}

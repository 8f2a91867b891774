//! The controls over HTTP, as browser tests use them.

use serde_json::{Value, json};

use crate::harness::{Answer, START_MS, World};

async fn post(world: &World, path: &str, body: Value) -> Answer {
    world.send(world.request("POST", &format!("/control/{path}"), "", body)).await
}

#[tokio::test]
async fn accounts_can_be_made_listed_and_signed_in() {
    let world = World::start().await;
    let first =
        post(&world, "accounts", json!({})).await.json()["id"].as_str().expect("an id").to_owned();
    world.sign_in().await;
    world.sign_in().await;

    let accounts = world.get("/control/accounts", "").await.json();
    assert_eq!(accounts.as_array().map(Vec::len), Some(2));
    assert_eq!((&accounts[0]["id"], &accounts[0]["is_playing"]), (&json!(first), &json!(true)));

    assert_eq!(post(&world, "consent", json!({ "account": first })).await.status, 204);
    let token = world.sign_in().await;
    assert_eq!(world.get("/v1/me", &token).await.json()["id"], first);
    assert_eq!(post(&world, "consent", json!({ "account": "nobody" })).await.status, 404);
}

#[tokio::test]
async fn every_control_of_an_account_is_understood() {
    let world = World::start().await;
    world.sign_in().await;
    let id = world.simulator.accounts()[0].id.clone();
    let controls = [
        json!({ "play": { "item": "3", "position_ms": 1_000, "duration_ms": 90_000 } }),
        json!({ "coming": [{ "item": "ad", "duration_ms": 5_000 }, { "item": "episode" }] }),
        json!("pause"),
        json!("resume"),
        json!({ "seek_ms": 1 }),
        json!("nothing_playing"),
        json!({ "device": "none" }),
        json!({ "device": "inactive" }),
        json!({ "device": "restricted" }),
        json!({ "device": "active" }),
        json!({ "private_session": true }),
        json!({ "premium": false }),
        json!({ "registered": false }),
        json!({ "repeat": "track" }),
        json!({ "stale_ms": 500 }),
        json!({ "command_answer": "text" }),
        json!("revoke_refresh_tokens"),
        json!("expire_access_tokens"),
        json!({ "next_refresh": "rotate" }),
        json!({ "next_refresh": { "fail": { "error": "invalid_grant", "description": "Refresh token revoked" } } }),
    ];
    for control in controls {
        for account in ["latest", &id] {
            let answer = post(&world, &format!("accounts/{account}"), control.clone()).await;
            assert_eq!(answer.status, 204, "{control}: {}", answer.text);
        }
    }
    assert_eq!(post(&world, "accounts/nobody", json!("pause")).await.status, 404);
    assert_eq!(
        post(&world, "accounts/latest", json!({ "play": { "item": "nothing" } })).await.status,
        404
    );
    assert_eq!(post(&world, "accounts/latest", json!("dance")).await.status, 422);
}

#[tokio::test]
async fn faults_and_requests_are_controlled_over_http() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let faults = [
        json!({ "on": "GET /v1/me", "effect": { "answer": { "status": 429, "headers": { "retry-after": "3" }, "body": { "a": 1 } } } }),
        json!({ "on": "GET /v1/me", "times": 1, "executed": true, "effect": { "answer": { "status": 500, "body": "oops" } } }),
        json!({ "on": "GET /v1/me", "effect": { "edit": { "remove": ["/id"], "set": { "/type": null } } } }),
        json!({ "on": "GET /v1/me", "delay_ms": 1 }),
        json!({ "on": "GET /v1/never", "effect": "hang" }),
        json!({ "on": "GET /v1/never", "effect": "close" }),
        json!({ "on": "GET /v1/never", "effect": "truncate" }),
        json!({ "on": "GET /v1/never", "effect": "malform" }),
        json!({ "on": "GET /v1/never", "effect": { "text": "hello" } }),
    ];
    for fault in faults {
        let answer = post(&world, "faults", fault.clone()).await;
        assert_eq!(answer.status, 204, "{fault}: {}", answer.text);
    }
    let limited = world.get("/v1/me", &token).await;
    assert_eq!(
        (limited.status, limited.header("retry-after"), limited.text.as_str()),
        (429, "3", "{\"a\":1}")
    );
    assert_eq!(world.get("/v1/me", &token).await.text, "oops");
    let edited = world.get("/v1/me", &token).await.json();
    assert!(edited.get("id").is_none() && edited["type"].is_null());
    assert_eq!(world.send(world.request("DELETE", "/control/faults", "", "")).await.status, 204);
    assert_eq!(world.get("/v1/never", &token).await.status, 404);

    let log = world.get("/control/requests", "").await.json();
    assert_eq!(log["counts"]["GET /v1/me"], 3);
    assert_eq!(log["requests"].as_array().map(Vec::len), Some(6));
    assert_eq!(world.get("/control/wait?on=GET%20/v1/me&count=3", "").await.status, 204);
    assert_eq!(world.send(world.request("DELETE", "/control/requests", "", "")).await.status, 204);
    assert_eq!(
        world.get("/control/requests", "").await.json(),
        json!({ "requests": [], "counts": {} })
    );
    assert_eq!(post(&world, "release", json!({})).await.status, 204);
}

#[tokio::test]
async fn the_clock_moves_on_command() {
    let world = World::start().await;
    let token = world.sign_in().await;

    let answer = post(&world, "clock", json!({ "advance_ms": 2_500 })).await;

    assert_eq!(answer.json()["now_ms"], START_MS + 2_500);
    assert_eq!(world.get("/control/clock", "").await.json()["now_ms"], START_MS + 2_500);
    assert_eq!(world.player(&token).await["progress_ms"], 2_500);
}

#[tokio::test]
async fn the_catalogue_can_be_read() {
    let world = World::start().await;
    let songs = world.get("/control/catalogue", "").await.json();
    assert_eq!(songs[0]["uri"], simulator::catalogue::songs()[0].uri);
}

#[tokio::test]
async fn a_reset_forgets_everything_and_draws_other_tokens() {
    let world = World::start().await;
    let token = world.sign_in().await;
    post(&world, "app", json!({ "owner_premium": false })).await;
    post(
        &world,
        "faults",
        json!({ "on": "*", "effect": { "answer": { "status": 500 } }, "times": 9 }),
    )
    .await;

    assert_eq!(post(&world, "reset", json!({})).await.status, 204);

    assert_eq!(world.get("/control/accounts", "").await.json(), json!([]));
    assert_eq!(world.get("/v1/me", &token).await.message(), "Invalid access token");
    let other = world.sign_in().await;
    assert_ne!(other, token);
    assert_eq!(world.get("/v1/me", &other).await.status, 200);
}

#[tokio::test]
async fn without_an_account_there_is_nothing_to_control() {
    let world = World::start().await;
    assert_eq!(post(&world, "accounts/latest", json!("pause")).await.status, 404);
}

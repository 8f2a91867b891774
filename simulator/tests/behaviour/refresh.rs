//! Access tokens end and are renewed.

use simulator::{Control, NextRefresh};

use crate::harness::{ALL_SCOPES, Answer, Tokens, World, exchange_fields};
use crate::tokens::assert_refused;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

async fn refresh(world: &World, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    world.form("/api/token", Some("app:secret"), &fields).await
}

async fn refresh_publicly(world: &World, token: &str) -> Answer {
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "app")];
    world.form("/api/token", None, &fields).await
}

async fn sign_in_publicly(world: &World) -> Tokens {
    let code = world.code(ALL_SCOPES).await;
    let mut fields = exchange_fields(&code).to_vec();
    fields.push(("client_id", "app"));
    let answer = world.form("/api/token", None, &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let text = |name: &str| answer.json()[name].as_str().expect("a token").to_owned();
    Tokens { access: text("access_token"), refresh: text("refresh_token") }
}

#[tokio::test]
async fn refreshing_keeps_the_refresh_token_and_leaves_it_out() {
    let world = World::start().await;
    let tokens = world.sign_in_with(ALL_SCOPES).await;
    for _ in 0..2 {
        let answer = refresh(&world, &tokens.refresh).await;
        assert_eq!(answer.status, 200);
        assert!(answer.json().get("refresh_token").is_none());
        assert_ne!(answer.json()["access_token"], tokens.access);
    }
}

#[tokio::test]
async fn access_token_expires_after_an_hour() {
    let world = World::start().await;
    let tokens = world.sign_in_with(ALL_SCOPES).await;

    world.pass(3_600_000 - 1);
    assert_eq!(world.get("/v1/me", &tokens.access).await.status, 200);

    world.pass(1);
    let answer = world.get("/v1/me", &tokens.access).await;
    assert_eq!((answer.status, answer.message()), (401, "The access token expired".to_owned()));
    let renewed = refresh(&world, &tokens.refresh).await.json()["access_token"].clone();
    assert_eq!(world.get("/v1/me", renewed.as_str().expect("a token")).await.status, 200);
}

#[tokio::test]
async fn refresh_token_expires_six_months_after_the_authorization() {
    let world = World::start().await;
    let tokens = world.sign_in_with(ALL_SCOPES).await;
    world.pass(182 * DAY_MS);
    assert_eq!(refresh(&world, &tokens.refresh).await.status, 200);

    world.pass(2 * DAY_MS);

    assert_refused(
        &refresh(&world, &tokens.refresh).await,
        "invalid_grant",
        "Refresh token expired",
    );
    assert_refused(&refresh(&world, "made-up").await, "invalid_grant", "Invalid refresh token");
}

#[tokio::test]
async fn a_public_client_gets_a_new_refresh_token_each_time() {
    let world = World::start().await;
    let tokens = sign_in_publicly(&world).await;

    let answer = refresh_publicly(&world, &tokens.refresh).await;

    let second = answer.json()["refresh_token"].as_str().expect("a new one").to_owned();
    assert_refused(
        &refresh_publicly(&world, &tokens.refresh).await,
        "invalid_grant",
        "Refresh token revoked",
    );
    assert_eq!(refresh_publicly(&world, &second).await.status, 200);
}

#[tokio::test]
async fn the_refresh_token_of_a_client_with_a_secret_needs_the_secret() {
    let world = World::start().await;
    let tokens = world.sign_in_with(ALL_SCOPES).await;

    assert_refused(
        &refresh_publicly(&world, &tokens.refresh).await,
        "invalid_client",
        "Invalid client secret",
    );
}

#[tokio::test]
async fn the_next_refresh_does_what_it_is_told() {
    let world = World::start().await;
    let tokens = world.sign_in_with(ALL_SCOPES).await;
    let fail =
        NextRefresh::Fail { error: "server_error".to_owned(), description: "Try later".to_owned() };

    world.control(Control::NextRefresh(fail));
    assert_refused(&refresh(&world, &tokens.refresh).await, "server_error", "Try later");

    world.control(Control::NextRefresh(NextRefresh::Rotate));
    let rotated = refresh(&world, &tokens.refresh).await;
    assert!(rotated.json()["refresh_token"].is_string());
    assert_refused(
        &refresh(&world, &tokens.refresh).await,
        "invalid_grant",
        "Refresh token revoked",
    );

    let tokens = sign_in_publicly(&world).await;
    world.control(Control::NextRefresh(NextRefresh::Omit));
    assert!(refresh_publicly(&world, &tokens.refresh).await.json().get("refresh_token").is_none());
    assert_eq!(refresh_publicly(&world, &tokens.refresh).await.status, 200);
}

#[tokio::test]
async fn tokens_can_be_revoked_and_expired_for_one_account() {
    let world = World::start().await;
    let (other, tokens) =
        (world.sign_in_with(ALL_SCOPES).await, world.sign_in_with(ALL_SCOPES).await);

    world.control(Control::RevokeRefreshTokens);
    world.control(Control::ExpireAccessTokens);

    assert_refused(
        &refresh(&world, &tokens.refresh).await,
        "invalid_grant",
        "Refresh token revoked",
    );
    assert_eq!(world.get("/v1/me", &tokens.access).await.message(), "The access token expired");
    assert_eq!(refresh(&world, &other.refresh).await.status, 200);
    assert_eq!(world.get("/v1/me", &other.access).await.status, 200);
}

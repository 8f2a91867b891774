//! Misbehaviour on demand, and the log of requests.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use simulator::{Effect, Fault};

use crate::harness::World;

const PLAYER: &str = "GET /v1/me/player";
const NEXT: &str = "POST /v1/me/player/next";

#[tokio::test]
async fn fault_applies_to_as_many_requests_as_it_says() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.fault(Fault::rate_limited(PLAYER, Some(7)).times(2));
    world.simulator.fault(Fault::status("GET /v1/me*", 503));

    let limited = world.get("/v1/me/player", &token).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, "7"));
    assert_eq!(limited.message(), "API rate limit exceeded");
    assert_eq!(world.get("/v1/search?q=a&type=track", &token).await.status, 200);
    let statuses = [
        world.get("/v1/me/player", &token).await.status,
        world.get("/v1/me/player", &token).await.status,
    ];
    assert_eq!(statuses, [429, 503]);
    assert_eq!(world.get("/v1/me/player", &token).await.status, 200);
}

#[tokio::test]
async fn fault_can_fail_a_command_that_was_executed() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let uri = || world.simulator.accounts()[0].uri.clone();
    let first = uri();

    world.simulator.fault(Fault::status(NEXT, 502));
    assert_eq!(world.command("POST /next", &token).await.status, 502);
    assert_eq!(uri(), first);

    world.simulator.fault(Fault::status(NEXT, 502).executed(true));
    assert_eq!(world.command("POST /next", &token).await.status, 502);
    assert_ne!(uri(), first);
}

#[tokio::test]
async fn fault_applies_to_the_token_endpoint_too() {
    let world = World::start().await;
    let code = world.code("").await;
    let body = json!({ "error": "server_error" });
    let answer = Effect::Answer {
        status: 500,
        headers: [("x-hint".to_owned(), "1".to_owned())].into(),
        body,
    };
    world.simulator.fault(Fault::new("POST /api/token", answer));

    let failed = world.exchange(&code).await;

    assert_eq!((failed.status, failed.header("x-hint")), (500, "1"));
    assert_eq!(failed.json()["error"], "server_error");
    assert_eq!(world.exchange(&code).await.status, 200);
}

#[tokio::test]
async fn delay_holds_up_the_answer() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.fault(Fault::new(PLAYER, Effect::Pass).delayed(60));
    let start = Instant::now();

    assert_eq!(world.get("/v1/me/player", &token).await.status, 200);

    assert!(start.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn hanging_request_continues_when_released() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let first = world.simulator.accounts()[0].uri.clone();
    world.simulator.fault(Fault::new(NEXT, Effect::Hang));

    let (answer, ()) = tokio::join!(world.command("POST /next", &token), async {
        world.simulator.wait_for_request(NEXT, 1).await;
        assert_eq!(world.simulator.accounts()[0].uri, first);
        assert_eq!(world.simulator.requests().last().expect("a request").status, None);
        world.simulator.release();
    });

    assert_eq!(answer.status, 204);
    assert_ne!(world.simulator.accounts()[0].uri, first);
}

#[tokio::test]
async fn hanging_command_may_have_taken_effect() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.fault(Fault::new("PUT /v1/me/player/pause", Effect::Hang).executed(true));

    let (answer, ()) = tokio::join!(world.command("PUT /pause", &token), async {
        world.simulator.wait_for_request("PUT *", 1).await;
        assert!(!world.simulator.accounts()[0].is_playing);
        world.simulator.release();
    });

    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn delay_can_hold_up_the_command_itself() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let late = Fault::new("PUT *", Effect::Pass).executed(false).delayed(50);
    world.simulator.fault(late);

    let (answer, ()) = tokio::join!(world.command("PUT /pause", &token), async {
        world.simulator.wait_for_request("PUT *", 1).await;
        assert!(world.simulator.accounts()[0].is_playing);
    });

    assert_eq!(answer.status, 204);
    assert!(!world.simulator.accounts()[0].is_playing);
}

#[tokio::test]
async fn close_ends_the_connection_without_an_answer() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.fault(Fault::new(PLAYER, Effect::Close));

    let failed = world.try_send(world.request("GET", "/v1/me/player", &token, "")).await;

    assert!(failed.is_err(), "{failed:?}");
    assert_eq!(world.get("/v1/me/player", &token).await.status, 200);
}

#[tokio::test]
async fn truncate_cuts_the_answer_off_half_way() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.fault(Fault::new(PLAYER, Effect::Truncate));

    let failed = world.try_send(world.request("GET", "/v1/me/player", &token, "")).await;

    assert!(failed.is_err(), "{failed:?}");
}

#[tokio::test]
async fn malform_text_and_edit_change_the_body() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let answer = async |effect: Effect| {
        world.simulator.fault(Fault::new(PLAYER, effect));
        let answer = world.get("/v1/me/player", &token).await;
        assert_eq!(answer.status, 200);
        answer
    };

    let malformed = answer(Effect::Malform).await;
    assert_eq!(malformed.header("content-type"), "application/json");
    assert!(serde_json::from_str::<Value>(&malformed.text).is_err());

    let text = answer(Effect::Text("upstream says hello".to_owned())).await;
    assert_eq!(text.text, "upstream says hello");

    let set = Map::from_iter([
        ("/item/album".to_owned(), Value::Null),
        ("/item/artists/0".to_owned(), json!("nobody")),
        ("/currently_playing_type".to_owned(), json!("hologram")),
        ("/surprise".to_owned(), json!({ "a": 1 })),
        ("/no/such/place".to_owned(), json!(1)),
    ]);
    let edited =
        answer(Effect::Edit { remove: vec!["/device".to_owned(), "/no/such".to_owned()], set })
            .await
            .json();
    assert_eq!(
        (&edited["item"]["album"], &edited["item"]["artists"][0]),
        (&Value::Null, &json!("nobody"))
    );
    assert_eq!(
        (&edited["currently_playing_type"], &edited["surprise"]["a"]),
        (&json!("hologram"), &json!(1))
    );
    assert!(edited.get("device").is_none());
    assert!(edited.get("no").is_none());
}

#[tokio::test]
async fn faults_can_be_cleared() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.fault(Fault::status("*", 500).times(u32::MAX));
    assert_eq!(world.get("/v1/me", &token).await.status, 500);

    world.simulator.clear_faults();

    assert_eq!(world.get("/v1/me", &token).await.status, 200);
}

#[tokio::test]
async fn request_log_counts_and_forgets() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.simulator.reset_requests();
    world.pass(5);

    world.get("/v1/me/player?additional_types=episode", &token).await;
    world.get("/v1/me", "made-up").await;
    world.command("PUT /pause", &token).await;

    let requests = world.simulator.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("GET", "/v1/me/player"));
    assert_eq!(requests[0].query.as_deref(), Some("additional_types=episode"));
    assert_eq!((requests[0].status, requests[0].at_ms), (Some(200), world.simulator.now()));
    assert_eq!(requests[0].account.as_deref(), Some(world.simulator.accounts()[0].id.as_str()));
    assert_eq!((requests[1].status, requests[1].account.as_deref()), (Some(401), None));
    assert_eq!(world.simulator.request_counts()["PUT /v1/me/player/pause"], 1);
    assert_eq!(world.simulator.count("* /v1/me*"), 3);
    assert_eq!(world.simulator.count("GET /v1/*/player"), 1);
    assert_eq!(world.simulator.count("GET /v1/me"), 1);

    world.simulator.reset_requests();
    assert_eq!(world.simulator.requests(), []);
}

#[tokio::test]
async fn request_log_holds_no_secret() {
    let world = World::start().await;
    let tokens = world.sign_in_with("").await;
    world.get("/authorize?state=a-secret-state", "").await;

    let log = format!("{:?} {:?}", world.simulator.requests(), world.simulator);

    assert!(!log.contains(&tokens.access) && !log.contains(&tokens.refresh));
    assert!(!log.contains("a-secret-state") && !log.contains("code="));
}

//! Who may not call, and what is answered then.

use simulator::{Control, DeviceState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::World;

const EVERYTHING: [(&str, &str); 14] = [
    ("GET", "/v1/me"),
    ("GET", "/v1/search?q=a&type=track"),
    ("GET", "/v1/tracks/0000000000000000000000"),
    ("GET", "/v1/me/player"),
    ("PUT", "/v1/me/player"),
    ("GET", "/v1/me/player/currently-playing"),
    ("GET", "/v1/me/player/devices"),
    ("GET", "/v1/me/player/queue"),
    ("POST", "/v1/me/player/queue"),
    ("PUT", "/v1/me/player/play"),
    ("PUT", "/v1/me/player/pause"),
    ("POST", "/v1/me/player/next"),
    ("POST", "/v1/me/player/previous"),
    ("PUT", "/v1/me/player/seek"),
];

#[tokio::test]
async fn every_endpoint_wants_a_token() {
    let world = World::start().await;
    for (method, path) in EVERYTHING {
        let without = world.send(world.request(method, path, "", "")).await;
        assert_eq!(
            (without.status, without.message().as_str()),
            (401, "No token provided"),
            "{path}"
        );
        let wrong = world.send(world.request(method, path, "made-up", "")).await;
        assert_eq!(
            (wrong.status, wrong.message().as_str()),
            (401, "Invalid access token"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn scopes_open_exactly_what_they_name() {
    let world = World::start().await;
    let none = world.sign_in_with("").await.access;
    let reads = world.sign_in_with("user-read-playback-state").await.access;
    let writes = world.sign_in_with("user-modify-playback-state").await.access;
    for (method, path) in EVERYTHING {
        let is_closed = async |token: &str| {
            let answer = world.send(world.request(method, path, token, "")).await;
            answer.status == 403 && answer.message() == "Insufficient client scope"
        };
        let player = path.starts_with("/v1/me/player");
        assert_eq!(is_closed(&none).await, player, "{method} {path}");
        assert_eq!(is_closed(&writes).await, player && method == "GET", "{method} {path}");
        let state = matches!(path, "/v1/me/player" | "/v1/me/player/devices") && method == "GET";
        assert_eq!(is_closed(&reads).await, player && !state, "{method} {path}");
    }
}

#[tokio::test]
async fn an_account_that_is_not_registered_gets_text() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.control(Control::Registered(false));

    let answer = world.get("/v1/me", &token).await;

    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.text,
        "Check settings on developer.spotify.com/dashboard, the user may not be registered."
    );
    assert!(answer.header("content-type").starts_with("text/plain"));
}

#[tokio::test]
async fn an_owner_without_premium_stops_everybody() {
    let world = World::start().await;
    let token = world.sign_in().await;

    world.simulator.owner_premium(false);
    let answer = world.get("/v1/me", &token).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer
            .message()
            .starts_with("Active premium subscription required for the owner of the app.")
    );

    world.simulator.owner_premium(true);
    assert_eq!(world.get("/v1/me", &token).await.status, 200);
}

#[tokio::test]
async fn premium_is_needed_for_commands_and_not_for_reads() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.control(Control::Premium(false));
    world.control(Control::Device(DeviceState::None));

    let answer = world.command("PUT /pause", &token).await;

    assert_eq!(
        (answer.status, &answer.json()["error"]["reason"]),
        (403, &"PREMIUM_REQUIRED".into())
    );
    assert_eq!(world.get("/v1/me/player/devices", &token).await.status, 200);
}

#[tokio::test]
async fn content_length_is_required_of_put_and_post() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let address = world.url.strip_prefix("http://").expect("an address");
    for line in ["PUT /v1/me/player/pause", "POST /v1/me/player/next"] {
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let request = format!(
            "{line} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");

        assert!(answer.starts_with("HTTP/1.1 411 Length Required\r\n"), "{answer}");
        assert!(answer.to_lowercase().contains("content-type: text/html"), "{answer}");
    }
    assert!(world.simulator.accounts()[0].is_playing);
}

#[tokio::test]
async fn unknown_service_is_the_answer_to_what_is_not_simulated() {
    let world = World::start().await;
    let token = world.sign_in().await;

    let answer = world.get("/v1/albums/x", &token).await;
    assert_eq!((answer.status, answer.message().as_str()), (404, "Service not found"));
    let answer = world.send(world.request("POST", "/v1/me/player/pause", &token, "")).await;
    assert_eq!((answer.status, answer.message().as_str()), (405, "Method not allowed"));
}

#[tokio::test]
async fn only_bearer_tokens_are_understood() {
    let world = World::start().await;
    let mut request = world.request("GET", "/v1/me", "", "");
    request.headers_mut().insert("authorization", "Basic YTpi".parse().expect("a value"));

    let answer = world.send(request).await;

    assert_eq!(
        (answer.status, answer.message().as_str()),
        (400, "Only valid bearer authentication supported")
    );
}

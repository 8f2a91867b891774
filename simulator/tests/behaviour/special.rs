//! What is not an ordinary song on an active device.

use serde_json::{Value, json};
use simulator::{Control, DeviceState, Wanted, catalogue};

use crate::harness::World;

#[tokio::test]
async fn ad_has_no_item_and_ends_by_itself() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let next = world.simulator.accounts()[0].coming[0].clone();
    world.control(Control::Play(Wanted::new("ad").lasting(15_000)));

    let player = world.player(&token).await;
    assert_eq!((&player["item"], &player["currently_playing_type"]), (&Value::Null, &json!("ad")));
    for flag in ["skipping_next", "skipping_prev", "seeking", "interrupting_playback"] {
        assert_eq!(player["actions"]["disallows"][flag], true, "{flag}");
    }
    world.pass(15_000);
    assert_eq!(world.player(&token).await["item"]["uri"], next);
}

#[tokio::test]
async fn an_episode_shows_only_to_those_who_know_episodes() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.control(Control::Play(Wanted::new("episode")));

    for path in ["/v1/me/player", "/v1/me/player/currently-playing"] {
        let unaware = world.get(path, &token).await.json();
        assert_eq!(
            (&unaware["item"], &unaware["currently_playing_type"]),
            (&Value::Null, &json!("episode"))
        );
        let aware =
            world.get(&format!("{path}?additional_types=track,episode"), &token).await.json();
        assert_eq!(aware["item"]["type"], "episode");
        assert_eq!(aware["item"]["uri"], catalogue::EPISODE_URI);
    }
}

#[tokio::test]
async fn special_items_look_as_they_do_in_reality() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let item = async |name: &str| {
        world.control(Control::Play(Wanted::new(name)));
        world.player(&token).await
    };

    let local = item("local").await;
    assert_eq!((&local["item"]["is_local"], &local["item"]["id"]), (&json!(true), &Value::Null));
    assert_eq!(local["item"]["album"]["images"], json!([]));
    assert_eq!(item("no_cover").await["item"]["album"]["images"], json!([]));

    let relinked = item("relinked").await;
    let asked = catalogue::relinked();
    assert_ne!(relinked["item"]["uri"], asked.uri);
    assert_ne!(relinked["item"]["id"], json!(asked.id));
    assert_eq!(relinked["item"]["name"], asked.name);
    assert_eq!(relinked["item"]["external_ids"]["isrc"], asked.isrc);

    let unknown = item("unknown").await;
    assert_eq!(
        (&unknown["item"], &unknown["currently_playing_type"]),
        (&Value::Null, &json!("unknown"))
    );
}

#[tokio::test]
async fn without_a_session_the_player_has_no_content() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let cases = [
        (Control::NothingPlaying, 2, true),
        (Control::Device(DeviceState::Inactive), 2, false),
        (Control::Device(DeviceState::None), 0, false),
    ];
    for (control, devices, active) in cases {
        world.control(Control::Play(Wanted::new("0")));
        world.control(control.clone());
        for path in ["/v1/me/player", "/v1/me/player/currently-playing"] {
            let answer = world.get(path, &token).await;
            assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{control:?}");
        }
        let listed = world.get("/v1/me/player/devices", &token).await.json();
        let listed = listed["devices"].as_array().expect("a list");
        assert_eq!(listed.len(), devices, "{control:?}");
        assert_eq!(listed.iter().any(|device| device["is_active"] == true), active, "{control:?}");
        let queue = world.get("/v1/me/player/queue", &token).await.json();
        assert_eq!(queue, json!({ "currently_playing": null, "queue": [] }));
    }
}

#[tokio::test]
async fn a_private_session_shows_on_the_device() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.control(Control::PrivateSession(true));
    assert_eq!(world.player(&token).await["device"]["is_private_session"], true);
}

//! Devices and what they allow.

use serde_json::json;
use simulator::{Control, DeviceState, catalogue};

use crate::harness::World;

fn uri(place: usize) -> &'static str {
    &catalogue::songs()[place].uri
}

async fn devices(world: &World, token: &str) -> (String, String) {
    let devices = world.get("/v1/me/player/devices", token).await.json();
    let id = |place: usize| devices["devices"][place]["id"].as_str().expect("an id").to_owned();
    (id(0), id(1))
}

#[tokio::test]
async fn the_volume_is_set_where_the_device_allows_it() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let (_, phone) = devices(&world, &token).await;

    assert_eq!(world.command("PUT /volume?volume_percent=35", &token).await.status, 204);
    assert_eq!(world.player(&token).await["device"]["volume_percent"], 35);

    let answer =
        world.command(&format!("PUT /volume?volume_percent=35&device_id={phone}"), &token).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]["reason"]),
        (403, &json!("VOLUME_CONTROL_DISALLOW"))
    );
    assert_eq!(world.player(&token).await["device"]["type"], "Speaker");
}

#[tokio::test]
async fn playback_moves_to_another_device_and_keeps_its_state_unless_told() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let (speaker, phone) = devices(&world, &token).await;
    world.command("PUT /pause", &token).await;

    let answer = world.command_with("PUT ", &token, json!({ "device_ids": [phone] })).await;
    assert_eq!(answer.status, 204);
    let player = world.player(&token).await;
    assert_eq!((&player["device"]["id"], &player["is_playing"]), (&json!(phone), &json!(false)));

    world.command_with("PUT ", &token, json!({ "device_ids": [speaker], "play": true })).await;
    let player = world.player(&token).await;
    assert_eq!((&player["device"]["id"], &player["is_playing"]), (&json!(speaker), &json!(true)));
}

#[tokio::test]
async fn without_an_active_device_a_command_must_name_one() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let (speaker, _) = devices(&world, &token).await;
    for state in [DeviceState::Inactive, DeviceState::None] {
        world.control(Control::Device(state));
        for command in [
            "PUT /play",
            "PUT /pause",
            "POST /next",
            "PUT /seek?position_ms=1",
            &format!("POST /queue?uri={}", uri(0)),
        ] {
            let answer = world.command(command, &token).await;
            assert_eq!(answer.status, 404, "{command}");
            let error = json!({ "status": 404, "message": "Player command failed: No active device found", "reason": "NO_ACTIVE_DEVICE" });
            assert_eq!(answer.json()["error"], error);
        }
    }
    let gone = world.command(&format!("PUT /play?device_id={speaker}"), &token).await;
    assert_eq!((gone.status, gone.message().as_str()), (404, "Device not found"));

    world.control(Control::Device(DeviceState::Inactive));
    assert_eq!(world.command(&format!("PUT /play?device_id={speaker}"), &token).await.status, 204);
    assert_eq!(world.player(&token).await["is_playing"], true);
}

#[tokio::test]
async fn a_restricted_device_takes_no_commands() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.control(Control::Device(DeviceState::Restricted));

    let answer = world.command("PUT /pause", &token).await;

    assert_eq!((answer.status, answer.message().as_str()), (403, "Restricted device"));
    let player = world.player(&token).await;
    assert_eq!(
        (&player["device"]["is_restricted"], &player["is_playing"]),
        (&json!(true), &json!(true))
    );
    world.control(Control::Device(DeviceState::Active));
    assert_eq!(world.command("PUT /pause", &token).await.status, 204);
}

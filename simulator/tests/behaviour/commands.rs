//! Commands to the player.

use serde_json::json;
use simulator::{CommandAnswer, Control, Wanted, catalogue};

use crate::harness::{START_MS, World};

fn uri(place: usize) -> &'static str {
    &catalogue::songs()[place].uri
}

#[tokio::test]
async fn pausing_and_resuming_keep_the_position() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.pass(3_000);

    assert_eq!(world.command("PUT /pause", &token).await.status, 204);
    world.pass(9_000);
    let paused = world.player(&token).await;
    assert_eq!((&paused["is_playing"], &paused["progress_ms"]), (&json!(false), &json!(3_000)));
    assert_eq!(paused["timestamp"], START_MS + 3_000);

    assert_eq!(world.command("PUT /play", &token).await.status, 204);
    world.pass(500);
    let playing = world.player(&token).await;
    assert_eq!((&playing["is_playing"], &playing["progress_ms"]), (&json!(true), &json!(3_500)));
    assert_eq!(playing["timestamp"], START_MS + 12_000);
}

#[tokio::test]
async fn next_and_previous_walk_through_the_playlist() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let first = world.player(&token).await["item"]["uri"].clone();
    let second = world.simulator.accounts()[0].coming[0].clone();

    assert_eq!(world.command("POST /next", &token).await.status, 204);
    assert_eq!(world.player(&token).await["item"]["uri"], second);

    assert_eq!(world.command("POST /previous", &token).await.status, 204);
    assert_eq!(world.player(&token).await["item"]["uri"], first);
}

#[tokio::test]
async fn previous_leads_from_a_queued_item_back_to_the_playlist() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let first = world.player(&token).await["item"]["uri"].clone();
    world.command(&format!("POST /queue?uri={}", uri(9)), &token).await;
    world.command("POST /next", &token).await;
    assert_eq!(world.player(&token).await["item"]["uri"], uri(9));

    assert_eq!(world.command("POST /previous", &token).await.status, 204);

    assert_eq!(world.player(&token).await["item"]["uri"], first);
}

#[tokio::test]
async fn restriction_is_violated_by_asking_for_what_already_holds() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let refused = async |command: &str| {
        let answer = world.command(command, &token).await;
        assert_eq!(answer.status, 403, "{command}");
        let error = json!({ "status": 403, "message": "Player command failed: Restriction violated", "reason": "UNKNOWN" });
        assert_eq!(answer.json()["error"], error, "{command}");
    };

    refused("PUT /play").await;
    refused("POST /previous").await;
    world.command("PUT /pause", &token).await;
    refused("PUT /pause").await;

    world.control(Control::Play(Wanted::new("ad")));
    refused("POST /next").await;
    refused("POST /previous").await;
    refused("PUT /seek?position_ms=1").await;

    world.control(Control::NothingPlaying);
    refused("PUT /pause").await;
    refused("POST /next").await;
}

#[tokio::test]
async fn play_starts_uris_from_an_offset_and_keeps_the_queue() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.command(&format!("POST /queue?uri={}", uri(9)), &token).await;
    let body = json!({ "uris": [uri(0), uri(1), uri(2)], "offset": { "position": 1 }, "position_ms": 4_000 });

    assert_eq!(world.command_with("PUT /play", &token, body).await.status, 204);

    let player = world.player(&token).await;
    assert_eq!((&player["item"]["uri"], &player["progress_ms"]), (&json!(uri(1)), &json!(4_000)));
    assert_eq!(world.simulator.accounts()[0].coming, [uri(9), uri(2)]);
}

#[tokio::test]
async fn play_starts_an_album_at_a_track() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let album = catalogue::songs()[0].album.id.clone().expect("an id");
    let context = format!("spotify:album:{album}");

    let body = json!({ "context_uri": context, "offset": { "uri": uri(2) } });
    assert_eq!(world.command_with("PUT /play", &token, body).await.status, 204);

    let player = world.player(&token).await;
    assert_eq!(
        (&player["item"]["uri"], &player["context"]["uri"]),
        (&json!(uri(2)), &json!(context))
    );
}

#[tokio::test]
async fn play_past_the_end_starts_the_next_track() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let body = json!({ "uris": [uri(0), uri(1)], "position_ms": 9_999_999 });
    world.command_with("PUT /play", &token, body).await;
    assert_eq!(world.player(&token).await["item"]["uri"], uri(1));
}

#[tokio::test]
async fn unavailable_tracks_are_accepted_and_not_played() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let before = world.player(&token).await["item"]["uri"].clone();
    let missing = "spotify:track:0000000000000000000000";

    assert_eq!(
        world.command_with("PUT /play", &token, json!({ "uris": [missing] })).await.status,
        204
    );
    assert_eq!(world.player(&token).await["item"]["uri"], before);
    assert_eq!(world.command(&format!("POST /queue?uri={missing}"), &token).await.status, 204);
    world.command(&format!("POST /queue?uri={}", uri(3)), &token).await;
    world.command("POST /next", &token).await;
    assert_eq!(world.player(&token).await["item"]["uri"], uri(3));
}

#[tokio::test]
async fn bodies_and_parameters_that_make_no_sense_are_refused() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let both = json!({ "uris": [uri(0)], "context_uri": "spotify:album:x" }).to_string();
    let cases = [
        ("PUT /play", "{", "Error parsing JSON."),
        ("PUT /play", "{\"uris\":5}", "Malformed json"),
        (
            "PUT /play",
            "{\"uris\":[\"spotify:track:short\"]}",
            "Invalid track uri: spotify:track:short",
        ),
        ("PUT /play", "{\"context_uri\":\"spotify:artist:x\"}", "Invalid context uri"),
        ("PUT /play", &both, "Only one of context_uri and uris can be given"),
        ("PUT /seek", "", "Required parameter position_ms missing"),
        ("PUT /seek?position_ms=-1", "", "Invalid position_ms"),
        ("PUT /volume", "", "Required parameter volume_percent missing"),
        ("PUT /volume?volume_percent=101", "", "Invalid volume_percent"),
        ("POST /queue", "", "Required parameter uri missing"),
        ("POST /queue?uri=spotify:album:x", "", "Invalid track uri: spotify:album:x"),
        ("PUT ", "", "Malformed json"),
        ("PUT ", "{\"device_ids\":[\"a\",\"b\"]}", "Exactly one device_id is supported"),
    ];
    for (command, body, message) in cases {
        let answer = world.command_with(command, &token, body).await;
        assert_eq!((answer.status, answer.message().as_str()), (400, message), "{command} {body}");
    }
}

#[tokio::test]
async fn seeking_past_the_end_is_the_next_track() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let second = world.simulator.accounts()[0].coming[0].clone();

    assert_eq!(world.command("PUT /seek?position_ms=60000", &token).await.status, 204);
    assert_eq!(world.player(&token).await["progress_ms"], 60_000);
    assert_eq!(world.command("PUT /seek?position_ms=9999999", &token).await.status, 204);
    let player = world.player(&token).await;
    assert_eq!((&player["item"]["uri"], &player["progress_ms"]), (&json!(second), &json!(0)));
}

#[tokio::test]
async fn command_answers_come_in_three_forms() {
    let world = World::start().await;
    let token = world.sign_in().await;
    for (answer, status) in [
        (CommandAnswer::Text, 200),
        (CommandAnswer::Accepted, 202),
        (CommandAnswer::NoContent, 204),
    ] {
        world.control(Control::CommandAnswer(answer));
        let answer = world.command("POST /next", &token).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.text.is_empty(), status != 200);
        assert!(serde_json::from_str::<serde_json::Value>(&answer.text).is_err());
    }
}

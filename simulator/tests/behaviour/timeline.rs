//! What plays when, with nobody but the clock acting.

use serde_json::{Value, json};
use simulator::{Control, Ending, Repeat, Wanted, catalogue};

use crate::harness::{START_MS, World};

fn uri(place: usize) -> &'static str {
    &catalogue::songs()[place].uri
}

#[tokio::test]
async fn a_new_account_plays_its_playlist_on_its_speaker() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.pass(1_500);

    let player = world.player(&token).await;

    assert_eq!(player["is_playing"], true);
    assert_eq!(player["progress_ms"], 1_500);
    assert_eq!(player["timestamp"], START_MS);
    assert_eq!(player["currently_playing_type"], "track");
    assert_eq!(player["context"]["type"], "playlist");
    assert_eq!(player["repeat_state"], "off");
    assert_eq!(player["shuffle_state"], false);
    assert_eq!(
        player["actions"],
        json!({ "disallows": { "resuming": true, "skipping_prev": true } })
    );
    assert_eq!(player["device"]["name"], "Living room speaker");
    assert_eq!(player["device"]["supports_volume"], true);
    let devices = world.get("/v1/me/player/devices", &token).await.json();
    assert_eq!(devices["devices"][1]["type"], "Smartphone");
    assert_eq!(devices["devices"][1]["supports_volume"], false);
    assert_eq!(devices["devices"][1]["is_active"], false);
}

#[tokio::test]
async fn a_track_ends_and_the_next_one_starts_on_time() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let first = world.player(&token).await;
    let length = first["item"]["duration_ms"].as_u64().expect("a length");
    let coming = world.simulator.accounts()[0].coming.clone();

    world.pass(length - 1);
    assert_eq!(world.player(&token).await["item"]["uri"], first["item"]["uri"]);

    world.pass(251);
    let second = world.player(&token).await;
    assert_eq!(second["item"]["uri"], coming[0]);
    assert_eq!(second["progress_ms"], 250);
    assert_eq!(second["timestamp"], START_MS + length);
    assert!(second["actions"]["disallows"].get("skipping_prev").is_none());
}

#[tokio::test]
async fn playlist_starts_over_by_itself_for_days() {
    let world = World::start().await;
    world.sign_in().await;
    let whole: u64 = catalogue::songs()[..30].iter().map(|song| song.duration_ms).sum();
    let before = world.simulator.accounts();

    world.pass(50 * whole);

    assert_eq!(world.simulator.accounts(), before);
}

#[tokio::test]
async fn list_of_tracks_stops_at_its_start_when_it_ends() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let body = json!({ "uris": [uri(0), uri(1)] });
    assert_eq!(world.command_with("PUT /play", &token, body).await.status, 204);

    world.pass(catalogue::songs()[0].duration_ms + catalogue::songs()[1].duration_ms);

    let player = world.player(&token).await;
    assert_eq!((&player["item"]["uri"], &player["is_playing"]), (&json!(uri(0)), &json!(false)));
    assert_eq!((&player["progress_ms"], &player["context"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn repeat_decides_what_follows() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let body = json!({ "uris": [uri(0), uri(1)] });
    world.command_with("PUT /play", &token, body).await;
    let both = catalogue::songs()[0].duration_ms + catalogue::songs()[1].duration_ms;

    world.control(Control::Repeat(Repeat::Context));
    world.pass(both + 10);
    let player = world.player(&token).await;
    assert_eq!((&player["item"]["uri"], &player["is_playing"]), (&json!(uri(0)), &json!(true)));
    assert_eq!((&player["repeat_state"], &player["progress_ms"]), (&json!("context"), &json!(10)));

    world.control(Control::Repeat(Repeat::Track));
    world.pass(catalogue::songs()[0].duration_ms);
    assert_eq!(world.player(&token).await["item"]["uri"], uri(0));
    world.command("POST /next", &token).await;
    let player = world.player(&token).await;
    assert_eq!((&player["item"]["uri"], &player["progress_ms"]), (&json!(uri(0)), &json!(0)));
}

#[tokio::test]
async fn queued_items_come_first_in_their_order() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let context_next = world.simulator.accounts()[0].coming[0].clone();
    for place in [4, 2] {
        let answer = world.command(&format!("POST /queue?uri={}", uri(place)), &token).await;
        assert_eq!(answer.status, 204);
    }

    let queue = world.get("/v1/me/player/queue", &token).await.json();
    let uris: Vec<&str> = queue["queue"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|item| item["uri"].as_str())
        .collect();
    assert_eq!(uris.len(), 20);
    assert_eq!(uris[..3], [uri(4), uri(2), &*context_next]);
    assert!(queue["currently_playing"]["uri"].is_string());

    let mut played = Vec::new();
    for _ in 0..3 {
        let player = world.player(&token).await;
        world.pass(
            player["item"]["duration_ms"].as_u64().expect("a length")
                - player["progress_ms"].as_u64().expect("progress"),
        );
        played.push(world.player(&token).await["item"]["uri"].as_str().expect("a uri").to_owned());
    }
    assert_eq!(played, uris[..3]);
}

#[tokio::test]
async fn coming_sets_what_follows_and_its_lengths() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.control(Control::Play(Wanted::new("0").at(5_000).lasting(60_000)));
    world.control(Control::Coming(vec![
        Wanted::new("1").lasting(10_000),
        Wanted::new("2").lasting(20_000),
    ]));

    let player = world.player(&token).await;
    assert_eq!(
        (&player["progress_ms"], &player["item"]["duration_ms"]),
        (&json!(5_000), &json!(60_000))
    );
    world.pass(55_000 + 9_000);
    let player = world.player(&token).await;
    assert_eq!((&player["item"]["uri"], &player["progress_ms"]), (&json!(uri(1)), &json!(9_000)));
    assert_eq!(player["item"]["duration_ms"], 10_000);
    world.pass(21_000);
    let player = world.player(&token).await;
    assert_eq!((&player["item"]["uri"], &player["is_playing"]), (&json!(uri(2)), &json!(false)));
}

#[tokio::test]
async fn device_can_pause_resume_and_seek() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.pass(1_000);

    world.control(Control::Pause);
    world.pass(60_000);
    let player = world.player(&token).await;
    assert_eq!((&player["is_playing"], &player["progress_ms"]), (&json!(false), &json!(1_000)));
    assert_eq!(player["timestamp"], START_MS + 1_000);
    assert_eq!(player["actions"]["disallows"]["pausing"], true);

    world.control(Control::Resume);
    world.pass(500);
    assert_eq!(world.player(&token).await["progress_ms"], 1_500);

    world.control(Control::SeekMs(90_000));
    assert_eq!(world.player(&token).await["progress_ms"], 90_000);
}

#[tokio::test]
async fn stale_reads_lag_behind_a_command() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let first = world.player(&token).await["item"]["uri"].clone();
    let second = world.simulator.accounts()[0].coming[0].clone();
    world.control(Control::StaleMs(800));
    world.pass(1_000);

    world.command("POST /next", &token).await;
    world.pass(799);
    let stale = world.player(&token).await;
    assert_eq!((&stale["item"]["uri"], &stale["progress_ms"]), (&first, &json!(1_799)));
    assert_eq!(world.simulator.accounts()[0].uri.as_deref(), Some(second.as_str()));

    world.pass(1);
    let fresh = world.player(&token).await;
    assert_eq!((&fresh["item"]["uri"], &fresh["progress_ms"]), (&json!(second), &json!(800)));
}

#[tokio::test]
async fn what_was_heard_is_recorded_with_its_breaks_and_why_it_ended() {
    let world = World::start().await;
    world.sign_in().await;
    let account = world.simulator.accounts()[0].id.clone();
    let does = |control| world.simulator.control(None, control).expect("an account");
    does(Control::Play(Wanted::new("1").lasting(60_000)));
    does(Control::Coming(vec![Wanted::new("2").lasting(60_000)]));
    world.pass(10_000);
    does(Control::Pause);
    world.pass(5_000);
    does(Control::Resume);
    // The rest, the second song, and then nothing, until what stands at its start is resumed.
    world.pass(300_000);
    does(Control::Resume);
    world.pass(10_000);
    does(Control::Pause);

    let heard = world.simulator.heard(&account);

    let at = |after_ms: u64| START_MS + after_ms;
    let expected = [
        (uri(1), at(0), 0, false, at(10_000), Ending::Paused),
        (uri(1), at(15_000), 10_000, true, at(65_000), Ending::Finished),
        (uri(2), at(65_000), 0, false, at(125_000), Ending::Finished),
        (uri(2), at(315_000), 0, true, at(325_000), Ending::Paused),
    ];
    let told: Vec<_> = heard
        .iter()
        .map(|heard| {
            let (until_ms, ending) = heard.ended.expect("it is over");
            (heard.uri.as_str(), heard.from_ms, heard.position_ms, heard.resumed, until_ms, ending)
        })
        .collect();
    assert_eq!(told, expected);
    let token = world.sign_in().await;
    let account = world.simulator.accounts().last().expect("the account").id.clone();
    world.pass(1_000);
    world.command("POST /next", &token).await;
    let ended: Vec<_> = world.simulator.heard(&account).iter().map(|heard| heard.ended).collect();
    assert_eq!(ended, [Some((world.simulator.now(), Ending::Skipped)), None]);
}

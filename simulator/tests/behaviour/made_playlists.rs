//! Playlists that apps make.

use serde_json::{Value, json};
use simulator::catalogue::songs;

use crate::harness::{Answer, World};

const WRITING: &str = "playlist-modify-private playlist-read-private";

async fn creates(world: &World, token: &str, body: impl ToString) -> Answer {
    world.send(world.request("POST", "/v1/me/playlists", token, body)).await
}

async fn adds(world: &World, token: &str, id: &str, body: impl ToString) -> Answer {
    let path = format!("/v1/playlists/{id}/items");
    world.send(world.request("POST", &path, token, body)).await
}

async fn made(world: &World, token: &str) -> String {
    let made = creates(world, token, json!({ "name": "Party", "public": false })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["id"].as_str().expect("an id").to_owned()
}

fn uris(places: std::ops::Range<usize>) -> Vec<&'static str> {
    songs()[places].iter().map(|song| song.uri.as_str()).collect()
}

#[tokio::test]
async fn made_playlists_come_first_and_hold_what_was_added_in_order() {
    let world = World::start().await;
    let token = world.sign_in_with(WRITING).await.access;
    let body = json!({ "name": "Party", "description": "Marked 7", "public": false });
    let first = creates(&world, &token, body).await.json();
    let id = made(&world, &token).await;

    let added = adds(&world, &token, &id, json!({ "uris": uris(0..3) })).await;
    assert_eq!((added.status, added.json()["snapshot_id"].is_string()), (201, true));
    adds(&world, &token, &id, json!({ "uris": uris(3..4) })).await;
    adds(&world, &token, &id, json!({ "uris": uris(4..5), "position": 0 })).await;

    let all = world.get("/v1/me/playlists", &token).await.json();
    let ids: Vec<_> = (0..2).map(|place| all["items"][place]["id"].clone()).collect();
    assert_eq!(ids, [json!(id), first["id"].clone()], "the newest first");
    assert_eq!((&all["total"], &all["items"][0]["items"]["total"]), (&json!(8), &json!(5)));
    assert_eq!(all["items"][1]["description"], "Marked 7");
    let items = world.get(&format!("/v1/playlists/{id}/items"), &token).await.json();
    let held: Vec<_> = (0..5).map(|place| items["items"][place]["item"]["uri"].clone()).collect();
    let wanted: Vec<Value> = [4, 0, 1, 2, 3].map(|place| json!(songs()[place].uri)).into();
    assert_eq!(held, wanted);
    let account = world.simulator.accounts()[0].id.clone();
    assert_eq!(world.simulator.made_playlists(&account)[1].uris.len(), 5);
}

#[tokio::test]
async fn made_playlists_are_strict() {
    let world = World::start().await;
    let token = world.sign_in_with(WRITING).await.access;
    let other = world.sign_in_with(WRITING).await.access;
    let poor = world.sign_in_with("user-read-playback-state").await.access;
    let private = json!({ "name": "Party", "public": false });
    for (token, body, status) in [
        (&poor, private.to_string(), 403),
        // Public, unless told otherwise.
        (&token, json!({ "name": "Party" }).to_string(), 403),
        (&token, json!({ "public": false }).to_string(), 400),
        (&token, json!({ "name": " ", "public": false }).to_string(), 400),
        (&token, "no JSON".to_owned(), 400),
    ] {
        let answer = creates(&world, token, &body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
    }
    let id = made(&world, &token).await;
    let many = songs().iter().map(|song| &song.uri).take(101).collect::<Vec<_>>();
    let local = "spotify:local:Nobody:Nothing:Song:200";
    for (token, id, body, status) in [
        (&token, &*id, json!({ "uris": many[..100] }), 201),
        (&token, &*id, json!({ "uris": many }), 400),
        (&token, &*id, json!({ "uris": [many[0], local] }), 400),
        (&token, &*id, json!({ "uris": [] }), 400),
        (&token, &*id, json!({ "uris": [many[0]], "position": 101 }), 400),
        (&token, &*id, json!([]), 400),
        (&other, &*id, json!({ "uris": [many[0]] }), 403),
        (&poor, &*id, json!({ "uris": [many[0]] }), 403),
        (&token, "0000000000000000000000", json!({ "uris": [many[0]] }), 404),
        (&token, "short", json!({ "uris": [many[0]] }), 400),
    ] {
        let answer = adds(&world, token, id, &body).await;
        assert_eq!(answer.status, status, "{id} {body}: {}", answer.text);
    }
    let path = format!("/v1/playlists/{id}/items");
    assert_eq!(world.get(&path, &other).await.status, 403);
    let held = world.get(&path, &token).await.json();
    assert_eq!(held["total"], 100, "all of a request, or nothing");
    for _ in 1..50 {
        made(&world, &token).await;
    }
    assert_eq!(creates(&world, &token, &private).await.status, 400, "the disk is not filled");
}

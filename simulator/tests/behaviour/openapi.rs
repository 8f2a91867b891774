//! The answers have the shape that the published description of the Web API gives them.

mod description;

use serde_json::{Value, json};
use simulator::{Control, DeviceState, Repeat, Wanted, catalogue};

use crate::harness::World;
use description::Description;

const READS: [(&str, &str); 8] = [
    ("/me", "/me"),
    ("/me/player", "/me/player"),
    ("/me/player", "/me/player?additional_types=track,episode"),
    ("/me/player/currently-playing", "/me/player/currently-playing?additional_types=track,episode"),
    ("/me/player/devices", "/me/player/devices"),
    ("/me/player/queue", "/me/player/queue"),
    ("/search", "/search?type=track&limit=10&q=a"),
    ("/me/playlists", "/me/playlists?limit=50"),
];

/// Reads everything, and checks each answer that has a body.
async fn check_reads(world: &World, token: &str, description: &Description, state: &str) {
    for (path, request) in READS {
        let answer = world.get(&format!("/v1{request}"), token).await;
        if answer.status != 204 {
            let problems = description.problems("get", path, answer.status, &answer.json());
            assert!(problems.is_empty(), "{request} while {state}: {problems:#?}\n{}", answer.text);
        }
    }
}

#[tokio::test]
async fn every_state_reads_as_described() {
    let Some(description) = Description::load() else {
        return;
    };
    let world = World::start().await;
    let token = world.sign_in().await;
    check_reads(&world, &token, &description, "playing").await;
    let items = ["ad", "episode", "no_cover", "relinked", "unknown", "0", "21"];
    let controls = items.map(|item| Control::Play(Wanted::new(item))).into_iter().chain([
        Control::Coming(vec![Wanted::new("episode"), Wanted::new("3").lasting(1_000)]),
        Control::Pause,
        Control::Repeat(Repeat::Track),
        Control::PrivateSession(true),
        Control::Device(DeviceState::Restricted),
        Control::Device(DeviceState::Inactive),
        Control::Device(DeviceState::None),
        Control::Device(DeviceState::Active),
        Control::NothingPlaying,
    ]);
    for control in controls {
        world.control(control.clone());
        check_reads(&world, &token, &description, &format!("{control:?}")).await;
    }
}

#[tokio::test]
async fn local_files_read_as_described_but_for_what_they_lack() {
    let Some(description) = Description::load() else {
        return;
    };
    let world = World::start().await;
    let token = world.sign_in().await;
    world.control(Control::Play(Wanted::new("local")));
    let player = world.player(&token).await;
    assert!(!description.problems("get", "/me/player", 200, &player).is_empty());
    check_reads(&world, &token, &description.allowing_local_files(), "playing a local file").await;
}

#[tokio::test]
async fn every_song_reads_as_described() {
    let Some(description) = Description::load() else {
        return;
    };
    let world = World::start().await;
    let token = world.sign_in().await;
    for song in catalogue::songs() {
        let id = song.id.as_deref().expect("an id");
        let track = world.get(&format!("/v1/tracks/{id}"), &token).await.json();
        let problems = description.problems("get", "/tracks/{id}", 200, &track);
        assert!(problems.is_empty(), "{problems:#?}\n{track}");
    }
}

#[tokio::test]
async fn playlists_hold_what_is_described() {
    let Some(description) = Description::load() else {
        return;
    };
    let world = World::start().await;
    let token = world.sign_in().await;
    let lists = world.get("/v1/me/playlists", &token).await.json();
    let own = lists["items"]
        .as_array()
        .expect("playlists")
        .iter()
        .filter(|list| list["owner"]["id"] == world.simulator.accounts()[0].id);
    for list in own {
        let id = list["id"].as_str().expect("an id");
        let mut items =
            world.get(&format!("/v1/playlists/{id}/items?limit=50"), &token).await.json();
        // What is gone from the catalogue is null, which is described in words alone.
        items["items"].as_array_mut().expect("items").retain(|item| !item["item"].is_null());
        let described = description.allowing_local_files();
        let problems = described.problems("get", "/playlists/{playlist_id}/items", 200, &items);
        assert!(problems.is_empty(), "{}: {problems:#?}", list["name"]);
    }
}

#[tokio::test]
async fn made_playlists_read_as_described() {
    let Some(description) = Description::load() else {
        return;
    };
    let world = World::start().await;
    let token = world.sign_in_with("playlist-modify-private playlist-read-private").await.access;
    let post = async |path: &str, body: Value| {
        let answer = world.send(world.request("POST", path, &token, body)).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
        answer.json()
    };

    let made = post("/v1/me/playlists", json!({ "name": "Party", "public": false })).await;
    let problems = description.problems("post", "/me/playlists", 201, &made);
    assert!(problems.is_empty(), "{problems:#?}");
    let path = format!("/v1/playlists/{}/items", made["id"].as_str().expect("an id"));
    let added = post(&path, json!({ "uris": [catalogue::songs()[0].uri] })).await;
    let problems = description.problems("post", "/playlists/{playlist_id}/items", 201, &added);
    assert!(problems.is_empty(), "{problems:#?}");
    let items = world.get(&path, &token).await.json();
    let problems = description.problems("get", "/playlists/{playlist_id}/items", 200, &items);
    assert!(problems.is_empty(), "{problems:#?}");
    check_reads(&world, &token, &description, "after one was made").await;
}

#[tokio::test]
async fn errors_read_as_described() {
    let Some(description) = Description::load() else {
        return;
    };
    let world = World::start().await;
    let token = world.sign_in().await;
    let poor = world.sign_in_with("").await.access;
    let requests = [
        ("get", "/me", "/v1/me", "", 401),
        ("get", "/me", "/v1/me", "made-up", 401),
        ("get", "/me/player", "/v1/me/player", &poor, 403),
        ("put", "/me/player/play", "/v1/me/player/play", &token, 403),
        ("get", "/search", "/v1/search?q=a&type=track&limit=11", &token, 400),
        ("get", "/tracks/{id}", "/v1/tracks/0000000000000000000000", &token, 404),
        ("put", "/me/player/play", "/v1/me/player/play?device_id=x", &token, 404),
    ];
    for (method, path, request, token, status) in requests {
        let answer = world.send(world.request(&method.to_uppercase(), request, token, "")).await;
        assert_eq!(answer.status, status, "{request}");
        let problems = description.problems(method, path, status, &answer.json());
        assert!(problems.is_empty(), "{request}: {problems:#?}");
    }
}

#[tokio::test]
async fn the_validator_finds_what_is_wrong() {
    let Some(description) = Description::load() else {
        return;
    };
    let world = World::start().await;
    let token = world.sign_in().await;
    let proper = world.player(&token).await;
    let finds = |pointer: &str, value: Option<Value>| {
        let mut broken = proper.clone();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = broken.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        match value {
            Some(value) => drop(parent.insert(name.to_owned(), value)),
            None => drop(parent.remove(name).expect("something to miss")),
        }
        !description.problems("get", "/me/player", 200, &broken).is_empty()
    };

    assert!(!finds("/is_playing", Some(json!(true))));
    assert!(finds("/is_playing", Some(json!("yes"))));
    assert!(finds("/progress_ms", Some(json!(1.5))));
    assert!(finds("/surprise", Some(json!(1))));
    assert!(finds("/device/volume_percent", Some(json!(101))));
    assert!(finds("/item/type", Some(json!("song"))));
    assert!(finds("/item/popularity", Some(json!(5))));
    assert!(finds("/item/album/id", None));
    assert!(finds("/item/album/images", Some(json!([{ "url": "x", "height": 1 }]))));
    assert!(finds("/item/album/surprise", Some(json!(1))));
    assert!(finds("/actions/pausing", Some(json!(true))));
    assert!(finds("/actions/disallows/dancing", Some(json!(true))));
    assert!(!finds("/device/volume_percent", Some(Value::Null)));
    assert!(!finds("/item", Some(Value::Null)));
}

//! Playlists: which there are, and what they hold.

use serde_json::{Value, json};

use crate::harness::World;

async fn playlists(world: &World, token: &str) -> Vec<Value> {
    let answer = world.get("/v1/me/playlists", token).await.json();
    answer["items"].as_array().expect("playlists").clone()
}

fn id(playlist: &Value) -> &str {
    playlist["id"].as_str().expect("an id")
}

#[tokio::test]
async fn every_account_has_six_playlists_of_its_own_ids() {
    let world = World::start().await;
    let (token, other) = (world.sign_in().await, world.sign_in().await);

    let (all, others) = (playlists(&world, &token).await, playlists(&world, &other).await);

    assert_eq!(all.len(), 6);
    let names: Vec<_> = all.iter().map(|list| list["name"].as_str().expect("a name")).collect();
    assert_eq!(names[0], "Saturday Night");
    let totals: Vec<_> = all.iter().map(|list| list["items"]["total"].as_u64()).collect();
    assert_eq!(totals, [120, 45, 12, 303, 0, 60].map(Some));
    assert!(all.iter().zip(&others).all(|(mine, theirs)| id(mine) != id(theirs)));
    assert_eq!(all[0]["owner"]["display_name"], world.simulator.accounts()[0].display_name);
    assert!(all[4]["images"].as_array().is_some_and(Vec::is_empty), "an empty one has no cover");
    let page = world.get("/v1/me/playlists?limit=2&offset=4", &token).await.json();
    assert_eq!((&page["items"][0], &page["next"]), (&all[4], &Value::Null));
}

#[tokio::test]
async fn playlist_pages_through_all_that_it_holds() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let all = playlists(&world, &token).await;
    let mut next = Some(format!("/v1/playlists/{}/items?limit=50", id(&all[3])));
    let mut items = Vec::new();
    while let Some(path) = next {
        let page = world.get(&path, &token).await.json();
        items.extend(page["items"].as_array().expect("items").clone());
        let link = page["next"].as_str().and_then(|link| link.strip_prefix(&world.url));
        next = link.map(str::to_owned);
    }

    assert_eq!(items.len(), 303);
    let kinds = items[..4].iter().map(|item| item["item"]["type"].clone()).collect::<Vec<_>>();
    assert_eq!(kinds, [json!("episode"), json!("track"), Value::Null, json!("track")]);
    assert_eq!((&items[1]["is_local"], &items[3]["is_local"]), (&json!(true), &json!(false)));
    assert_eq!(items[3]["item"]["name"], "Paper Lanterns");
    let empty = world.get(&format!("/v1/playlists/{}/items", id(&all[4])), &token).await.json();
    assert_eq!((&empty["items"], &empty["total"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn playlist_of_somebody_else_is_closed_and_limits_are_strict() {
    let world = World::start().await;
    let (token, other) = (world.sign_in().await, world.sign_in().await);
    let poor = world.sign_in_with("user-read-playback-state").await.access;
    let all = playlists(&world, &token).await;
    let items = |list: &Value, query: &str| format!("/v1/playlists/{}/items{query}", id(list));

    for (path, token, status) in [
        (items(&all[0], ""), &token, 200),
        (items(&all[0], ""), &other, 403),
        (items(&all[5], ""), &token, 403),
        (items(&all[0], "?limit=50&offset=100000"), &token, 200),
        (items(&all[0], "?limit=51"), &token, 400),
        (items(&all[0], "?limit=0"), &token, 400),
        (items(&all[0], "?offset=100001"), &token, 400),
        (items(&all[0], ""), &poor, 403),
        (format!("/v1/playlists/{}/tracks", id(&all[0])), &token, 403),
        ("/v1/playlists/0000000000000000000000/items".to_owned(), &token, 404),
        ("/v1/playlists/short/items".to_owned(), &token, 400),
        ("/v1/me/playlists?limit=51".to_owned(), &token, 400),
        ("/v1/me/playlists".to_owned(), &poor, 403),
    ] {
        assert_eq!(world.get(&path, token).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn playlist_plays_what_it_holds() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let all = playlists(&world, &token).await;
    let songs = world.get(&format!("/v1/playlists/{}/items", id(&all[2])), &token).await.json();

    let body = json!({ "context_uri": all[2]["uri"] });
    assert_eq!(world.command_with("PUT /play", &token, body).await.status, 204);

    let player = world.player(&token).await;
    assert_eq!(player["context"]["uri"], all[2]["uri"]);
    assert_eq!(player["item"]["uri"], songs["items"][0]["item"]["uri"]);
    let next = world.get("/v1/me/player/queue", &token).await.json();
    assert_eq!(next["queue"][0]["uri"], songs["items"][1]["item"]["uri"]);
}

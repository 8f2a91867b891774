//! The profile, search and single tracks, and where links lead.

use axum::Router;
use simulator::{Control, Wanted, catalogue};

use crate::harness::World;

#[tokio::test]
async fn the_profile_names_the_account_and_nothing_private() {
    let world = World::start().await;
    let token = world.sign_in().await;

    let profile = world.get("/v1/me", &token).await.json();

    let account = &world.simulator.accounts()[0];
    assert_eq!(profile["id"], account.id);
    assert_eq!(profile["account_id"], account.account_id);
    assert_eq!(profile["display_name"], account.display_name);
    for gone in ["product", "country", "email", "followers", "explicit_content"] {
        assert!(profile.get(gone).is_none(), "{gone}");
    }
}

#[tokio::test]
async fn search_finds_words_in_any_script_and_pages_through() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let search = async |query: &str| {
        world.get(&format!("/v1/search?type=track&q={query}"), &token).await.json()["tracks"]
            .clone()
    };

    assert_eq!(search("velvet").await["items"][0]["name"], "Velvet Static");
    assert_eq!(search("ada+SLOW").await["total"], 1);
    assert_eq!(search("%E5%A4%9C").await["items"][0]["name"], "夜の電車");
    assert_eq!(search("sunrise").await["items"][0]["uri"], catalogue::relinked().uri);
    assert_eq!(search("nothingofthatname").await["items"], serde_json::json!([]));

    let first = search("a").await;
    assert_eq!(
        (&first["limit"], &first["offset"], &first["previous"]),
        (&5.into(), &0.into(), &serde_json::Value::Null)
    );
    assert_eq!(first["items"].as_array().map(Vec::len), Some(5));
    let next =
        first["next"].as_str().and_then(|link| link.strip_prefix(&world.url)).expect("a link");
    let second = world.get(next, &token).await.json();
    assert_eq!(second["tracks"]["offset"], 5);
    assert_ne!(second["tracks"]["items"][0], first["items"][0]);
    assert!(second["tracks"]["previous"].is_string());
}

#[tokio::test]
async fn search_is_strict_about_its_parameters() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let cases = [
        ("q=a&type=track&limit=0", "Invalid limit"),
        ("q=a&type=track&limit=11", "Invalid limit"),
        ("q=a&type=track&limit=x", "Invalid limit"),
        ("q=a&type=track&offset=1001", "Invalid offset"),
        ("q=a", "Missing parameter type"),
        ("q=a&type=song", "Bad search type field song"),
        ("type=track", "No search query"),
        ("q=&type=track", "No search query"),
    ];
    for (query, message) in cases {
        let answer = world.get(&format!("/v1/search?{query}"), &token).await;
        assert_eq!((answer.status, answer.message().as_str()), (400, message), "{query}");
    }
    for limit in [1, 10] {
        let answer = world.get(&format!("/v1/search?q=a&type=track&limit={limit}"), &token).await;
        assert_eq!(answer.json()["tracks"]["items"].as_array().map(Vec::len), Some(limit));
    }
}

#[tokio::test]
async fn a_track_is_found_by_its_id() {
    let world = World::start().await;
    let token = world.sign_in().await;
    let song = &catalogue::songs()[4];
    let path = |id: &str| format!("/v1/tracks/{id}");

    let track = world.get(&path(song.id.as_deref().expect("an id")), &token).await.json();
    assert_eq!(
        (&track["uri"], &track["artists"][1]["name"]),
        (&song.uri.as_str().into(), &"Ada Finch".into())
    );
    assert_eq!(
        world.get(&path("0000000000000000000000"), &token).await.message(),
        "Resource not found"
    );
    assert_eq!(world.get(&path("short"), &token).await.message(), "Invalid base62 id");
}

#[tokio::test]
async fn links_start_at_the_mount_point() {
    let mounts: [fn(Router) -> Router; 2] = [
        |simulator| Router::new().nest("/demo-spotify", simulator),
        |simulator| Router::new().nest_service("/demo-spotify", simulator),
    ];
    for mount in mounts {
        let mut world = World::mounted(|options| options.controls = false, mount).await;
        let root = world.url.clone();
        world.url = format!("{root}/demo-spotify");
        let token = world.sign_in().await;

        let player = world.player(&token).await;

        let image = player["item"]["album"]["images"][0]["url"].as_str();
        let page = player["item"]["external_urls"]["spotify"].as_str();
        for link in [image, page].map(|link| link.expect("a link")) {
            let path = link.strip_prefix(&world.url).expect("below the mount point");
            assert_eq!(world.get(path, "").await.status, 200, "{link}");
        }
        assert_eq!(world.simulator.count("GET /v1/me/player"), 1);
        world.url = root;
        assert_eq!(world.get("/v1/me", &token).await.status, 404);
    }
}

#[tokio::test]
async fn links_start_with_the_public_url_if_there_is_one() {
    let world =
        World::with(|options| options.public_url = Some("https://music.example/demo/".to_owned()))
            .await;
    let token = world.sign_in().await;
    let player = world.player(&token).await;
    let link = player["item"]["external_urls"]["spotify"].as_str().expect("a link");
    assert!(link.starts_with("https://music.example/demo/track/"), "{link}");
}

#[test]
fn the_catalogue_is_varied_and_well_formed() {
    let songs = catalogue::songs();
    assert_eq!(songs.len(), 300);
    let ids: std::collections::HashSet<_> =
        songs.iter().map(|song| song.id.clone().expect("an id")).collect();
    assert_eq!(ids.len(), songs.len());
    assert!(
        ids.iter().all(|id| id.len() == 22 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    );
    assert!(songs.iter().all(|song| (120_000..=300_000).contains(&song.duration_ms)));
    assert!(songs.iter().any(|song| song.explicit));
    assert!(songs.iter().any(|song| song.artists.len() > 2));
    assert!(songs.iter().any(|song| song.name.len() > 100));
    let names: std::collections::HashSet<_> = songs.iter().map(|song| song.name).collect();
    assert_eq!(names.len(), songs.len());
    let explicit = songs.iter().filter(|song| song.explicit).count();
    assert!((10..60).contains(&explicit), "{explicit}");
    let scripts = ["а", "の", "의 ", "的", " ا", "ה", "ğ", "ß", "ñ", "का", "ç"];
    for script in scripts {
        assert!(
            songs[30..].iter().any(|song| song.name.contains(script)
                || song.artists.concat().contains(script)
                || song.album.name.contains(script)),
            "{script}"
        );
    }
}

#[tokio::test]
async fn every_link_to_a_page_leads_to_one() {
    let world = World::start().await;
    let token = world.sign_in().await;
    world.control(Control::Play(Wanted::new("episode")));
    let answers = [
        world.get("/v1/me", &token).await.text,
        world.get("/v1/me/player?additional_types=episode", &token).await.text,
        world.get("/v1/search?q=a&type=track&limit=10", &token).await.text,
    ]
    .concat();
    let links: Vec<&str> =
        answers.split("\"spotify\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 20);
    for link in links {
        let path = link.strip_prefix(&world.url).expect("below the mount point");
        assert_eq!(world.get(path, "").await.status, 200, "{link}");
    }
}

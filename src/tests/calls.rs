//! The client's calls for songs and devices, one by one: what Spotify makes of them.

use auxroom::{
    model::{Device, Item, SpotifyError, TrackId},
    server::{
        accounts::tokens,
        spotify::{AccessToken, Spotify},
        store::entities::connection,
    },
};
use sea_orm::EntityTrait as _;
use simulator::{CommandAnswer, Control, DeviceState, Effect, Fault, Wanted, catalogue};

use crate::harness::{PLAY, TestApp};

const QUEUE: &str = "POST /v1/me/player/queue";

/// The client, and the token of the account that plays.
async fn signed_in(app: &TestApp) -> (Spotify, AccessToken) {
    app.host_with_music().await;
    let row = connection::Entity::find().one(&app.database().reader).await.expect("an answer");
    let opened = tokens::open(&app.state.sealer, &row.expect("an account")).expect("tokens");
    (app.state.spotify.clone(), opened.access)
}

fn uri(index: usize) -> &'static str {
    &catalogue::songs()[index].uri
}

fn id(index: usize) -> TrackId {
    TrackId::of_uri(uri(index)).expect("a track")
}

fn uris(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| &*item.track.uri).collect()
}

fn query_of_last(app: &TestApp) -> String {
    app.spotify.requests().pop().and_then(|request| request.query).unwrap_or_default()
}

#[tokio::test]
async fn enqueued_songs_play_next_in_order_and_a_song_is_played_at_once() {
    let app = TestApp::start().await;
    let (spotify, token) = signed_in(&app).await;
    app.spotify_does(Control::Coming(vec![Wanted::new("episode"), Wanted::new("local")]));

    for index in [3, 7] {
        spotify.enqueue(&token, uri(index)).await.expect("received");
    }
    let coming = spotify.queue(&token).await.expect("an answer");
    let wanted = [catalogue::EPISODE_URI, &*catalogue::local_file().uri, uri(3), uri(7)];
    assert_eq!(uris(&coming), wanted);

    spotify.play_track(&token, uri(5), None).await.expect("received");
    let player = spotify.player(&token).await.expect("an answer").expect("a session");
    assert_eq!(player.item.map(|item| item.track.uri).as_deref(), Some(uri(5)));
    let coming = spotify.queue(&token).await.expect("an answer");
    assert_eq!(uris(&coming), wanted, "what waits goes on waiting");

    app.spotify_does(Control::CommandAnswer(CommandAnswer::Text));
    assert_eq!(spotify.enqueue(&token, uri(1)).await, Ok(()), "whatever the body says");
    assert_eq!(spotify.play_track(&token, uri(1), None).await, Ok(()));
}

#[tokio::test]
async fn enqueued_songs_need_a_device_and_a_failure_may_have_been_carried_out() {
    let app = TestApp::start().await;
    let (spotify, token) = signed_in(&app).await;
    app.spotify.fault(Fault::status(QUEUE, 502).executed(true));
    let failed = spotify.enqueue(&token, uri(3)).await.expect_err("a failure");
    assert!(failed.may_have_happened(), "{failed}");

    let speaker = spotify.devices(&token).await.expect("an answer").swap_remove(0).id;
    app.spotify_does(Control::Device(DeviceState::Inactive));
    assert_eq!(spotify.enqueue(&token, uri(3)).await, Err(SpotifyError::NoDevice));
    assert_eq!(spotify.play_track(&token, uri(3), None).await, Err(SpotifyError::NoDevice));
    assert_eq!(spotify.play_track(&token, uri(3), Some("gone")).await, Err(SpotifyError::NoDevice));
    assert_eq!(spotify.play_track(&token, uri(3), speaker.as_deref()).await, Ok(()));
    assert_eq!(
        app.wire.heard(PLAY).pop().expect("a song").body,
        format!("{{\"uris\":[\"{}\"]}}", uri(3))
    );

    app.spotify_does(Control::Premium(false));
    assert_eq!(spotify.enqueue(&token, uri(3)).await, Err(SpotifyError::PremiumRequired));
}

#[tokio::test]
async fn searched_songs_come_by_ten_up_to_the_last_page() {
    let app = TestApp::start().await;
    let (spotify, token) = signed_in(&app).await;

    let (first, next) = spotify.search(&token, "a", 0).await.expect("an answer");
    let (second, _) = spotify.search(&token, "a", 10).await.expect("an answer");
    assert_eq!((first.len(), next), (10, Some(10)));
    assert_ne!(first[0], second[0]);
    assert_eq!(query_of_last(&app), "q=a&type=track&limit=10&offset=10");

    let (found, next) = spotify.search(&token, "Über & \"morgen\"?#", 0).await.expect("an answer");
    assert_eq!((found.len(), next), (0, None));
    let (found, _) = spotify.search(&token, "slow motion", 0).await.expect("an answer");
    let song = &found[0];
    assert_eq!((&*song.item.track.uri, song.is_playable), (uri(4), true));
    assert_eq!(song.artist_uris.len(), 2);
    assert!(song.artist_uris.iter().all(|uri| uri.starts_with("spotify:artist:")), "{song:?}");

    let next = ("/tracks/next".to_owned(), "https://api.spotify.com/v1/search?offset=1000".into());
    let set = [next].into_iter().collect();
    app.spotify.fault(Fault::new("GET /v1/search", Effect::Edit { remove: Vec::new(), set }));
    let (found, next) = spotify.search(&token, "a", 990).await.expect("an answer");
    assert_eq!((found.len(), next), (0, None), "nobody gets behind the thousandth");
    app.spotify.fault(Fault::status("GET /v1/search", 404));
    let failed = spotify.search(&token, "a", 0).await;
    assert_eq!(failed, Err(SpotifyError::Failed("status 404".into())), "no word of a device");
}

#[tokio::test]
async fn searched_songs_that_cannot_be_asked_for_are_left_out() {
    let app = TestApp::start().await;
    let (spotify, token) = signed_in(&app).await;
    let edits = [
        ("/tracks/items/0/is_playable", false.into()),
        ("/tracks/items/1", serde_json::Value::Null),
        ("/tracks/items/2/uri", catalogue::EPISODE_URI.into()),
    ];
    let set = edits.into_iter().map(|(pointer, value)| (pointer.to_owned(), value)).collect();
    let remove = vec!["/tracks/items/3/is_playable".to_owned()];
    app.spotify.fault(Fault::new("GET /v1/search", Effect::Edit { remove, set }));

    let (found, _) = spotify.search(&token, "a", 0).await.expect("an answer");

    let playable: Vec<_> = found.iter().map(|song| song.is_playable).collect();
    assert_eq!(playable, [false, true, true, true, true, true, true, true]);
}

#[tokio::test]
async fn track_is_found_by_its_id_or_is_none() {
    let app = TestApp::start().await;
    let (spotify, token) = signed_in(&app).await;

    let found = spotify.track(&token, &id(4)).await.expect("an answer").expect("a track");
    assert_eq!(found.item.track.uri, uri(4));
    let unknown = "0000000000000000000000".parse().expect("an ID");
    assert_eq!(spotify.track(&token, &unknown).await, Ok(None));
    app.spotify.fault(Fault::status("GET /v1/tracks/*", 400));
    assert_eq!(spotify.track(&token, &id(4)).await, Ok(None));

    app.spotify.fault(Fault::status("GET /v1/tracks/*", 401));
    assert_eq!(spotify.track(&token, &id(4)).await, Err(SpotifyError::Unauthorized));
    app.spotify.fault(Fault::rate_limited("GET /v1/tracks/*", Some(7)));
    let waits = SpotifyError::RateLimited { retry_after_ms: Some(7_000) };
    assert_eq!(spotify.track(&token, &id(4)).await, Err(waits));
}

#[tokio::test]
async fn devices_are_listed_chosen_and_made_louder() {
    let app = TestApp::start().await;
    let (spotify, token) = signed_in(&app).await;
    let devices = async || spotify.devices(&token).await.expect("an answer");

    let all = devices().await;
    let kinds: Vec<_> = all.iter().map(|device| &*device.kind).collect();
    assert_eq!(kinds, ["Speaker", "Smartphone"]);
    let Device { is_active, is_restricted, supports_volume, volume_percent, .. } = all[0].clone();
    let facts = (is_active, is_restricted, supports_volume, volume_percent);
    assert_eq!(facts, (true, false, true, Some(60)));

    spotify.volume(&token, 35).await.expect("received");
    assert_eq!(devices().await[0].volume_percent, Some(35));
    spotify.volume(&token, 255).await.expect("received");
    assert_eq!(devices().await[0].volume_percent, Some(100));

    let phone = all[1].id.as_deref().expect("an ID");
    spotify.transfer(&token, phone).await.expect("received");
    assert!(devices().await[1].is_active);
    assert!(spotify.player(&token).await.expect("an answer").expect("a session").is_playing);
    assert_eq!(spotify.volume(&token, 50).await, Err(SpotifyError::Restricted));
    assert_eq!(spotify.transfer(&token, "gone").await, Err(SpotifyError::NoDevice));

    app.spotify_does(Control::Device(DeviceState::None));
    assert_eq!(devices().await, []);
}

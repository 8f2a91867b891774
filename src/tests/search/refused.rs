//! Who may not search, and which songs cannot be added: always in words.

use auxroom::{
    model::{CatalogueTrack, Found, Item, MemberId, RoomId, Track},
    server::{
        actions,
        rooms::queue,
        store::entities::{member, room},
    },
};
use futures::future::join_all;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
use simulator::{Control, Effect, Fault, Wanted};

use super::{SEARCH, TRACKS, link, uri};
use crate::harness::{LOOK, NEXT, TOKEN, TestApp};

/// Changes what the host decided about songs.
async fn rules(app: &TestApp, code: &str, change: impl FnOnce(&mut room::ActiveModel)) {
    let row = app.room(code).await;
    let mut row_to_change = row.clone().into_active_model();
    change(&mut row_to_change);
    let changed = actions::commit(&app.state, RoomId(row.id), async |writing| {
        // What is not set stays as the commit made it.
        let saved = row_to_change.update(&writing.transaction).await;
        saved.map_err(anyhow::Error::from)?;
        Ok(())
    });
    changed.await.expect("a change");
    app.settles().await;
}

/// The words beside the one song that is found.
fn words(found: &[Found]) -> Option<&str> {
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].refused.as_deref()
}

#[tokio::test]
async fn refused_songs_are_found_with_the_reason_beside_them() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let finds = async |words: &str| guest.finds(&code, words).await;

    rules(&app, &code, |room| room.requests_open = Set(false)).await;
    assert_eq!(words(&finds("velvet").await), Some("The host takes no requests right now"));
    assert_eq!(words(&host.finds(&code, "velvet").await), None);
    guest.adds(&code, uri(3)).await.expect(409).says("requests_closed");
    host.adds(&code, uri(3)).await.expect(200).says("added");
    let waits = finds("velvet").await;
    assert_eq!(words(&waits), Some("Already queued: vote for it"));
    let entry = waits[0].entry.expect("votes go on");
    guest.adds(&code, uri(3)).await.expect(200).says("added-vote");
    let fields = [("code", &*code), ("entry", &*entry.to_string())];
    host.calls("/api/queue/remove", &fields).await.expect(200);

    rules(&app, &code, |room| {
        room.requests_open = Set(true);
        room.explicit_allowed = Set(false);
        room.longest_minutes = Set(Some(4));
        room.songs_per_person = Set(Some(1));
    })
    .await;
    assert_eq!(words(&finds("no brakes").await), Some("No explicit songs in this room"));
    assert_eq!(words(&finds("last ferry").await), Some("4:03 is longer than 4:00"));
    guest.adds(&code, uri(3)).await.expect(200).says("added");
    let queued = finds("velvet").await;
    assert_eq!(words(&queued), Some("Already queued: vote for it"));
    assert!(queued[0].entry.is_some());
    let other = finds("übermorgen").await;
    assert_eq!(words(&other), Some("One song each: wait until yours has played"));
    assert_eq!(other[0].entry, None);

    let set = [("/tracks/items/0/is_playable".to_owned(), false.into())].into_iter().collect();
    app.spotify.fault(Fault::new(SEARCH, Effect::Edit { remove: Vec::new(), set }));
    assert_eq!(words(&finds("tidewater").await), Some("Cannot be played in the host's country"));
}

#[tokio::test]
async fn refused_songs_that_played_are_found_with_how_long_ago() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let mut events = host.watches(&code).await;
    app.spotify_does(Control::Coming(vec![Wanted::new("5"), Wanted::new("6")]));
    app.spotify_does(Control::Play(Wanted::new("3")));
    app.looks_after(10_000).await;
    rules(&app, &code, |room| room.no_repeat_minutes = Set(Some(30))).await;
    assert_eq!(words(&guest.finds(&code, "velvet").await), Some("Plays right now"));

    let play = events.playing().await;
    host.presses("skip", &code).await.expect(200);
    app.hears(NEXT, 1).await;
    app.looks_after(3_000).await;
    events.after(play).await;
    assert_eq!(words(&guest.finds(&code, "velvet").await), Some("Played just now"));
    app.passes(120_000).await;
    assert_eq!(words(&guest.finds(&code, "velvet").await), Some("Played 2 minutes ago"));
}

#[tokio::test]
async fn refused_song_that_plays_is_refused_without_any_rule_until_it_is_over() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let mut events = host.watches(&code).await;
    app.spotify_does(Control::Play(Wanted::new("3").lasting(60_000)));
    app.looks_after(10_000).await;
    events.playing().await;

    for person in [&host, &guest] {
        assert_eq!(words(&person.finds(&code, "velvet").await), Some("Plays right now"));
        person.adds(&code, uri(3)).await.expect(409).says("playing");
    }

    // Nobody wants to be told so of what stands still.
    app.spotify_does(Control::Pause);
    app.passes(15_000).await;
    assert_eq!(words(&guest.finds(&code, "velvet").await), None);
    app.spotify_does(Control::Resume);
    app.passes(15_000).await;
    assert_eq!(words(&guest.finds(&code, "velvet").await), Some("Plays right now"));
    // Nor of what was over while nobody watched.
    drop(events);
    app.is_unwatched().await;
    app.passes(60_000).await;
    assert_eq!(words(&guest.finds(&code, "velvet").await), None);
    guest.adds(&code, uri(3)).await.expect(200).says("added");
}

#[tokio::test]
async fn refused_songs_of_a_full_queue_say_so() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let room = RoomId(app.room(&code).await.id);
    let by = MemberId(app.rows::<member::Entity>().await[0].id);
    let changed = actions::commit(&app.state, room, async |writing| {
        for number in 0..200 {
            let track = Track {
                uri: format!("spotify:track:{number:022}"),
                name: format!("Song {number}"),
                artists: Vec::new(),
                album: None,
                image_url: None,
                duration_ms: 180_000,
                explicit: false,
                url: None,
            };
            let item = Item { track, isrc: None };
            let track = CatalogueTrack { item, artist_uris: Vec::new(), is_playable: true };
            queue::add(&writing.transaction, room, by, &track, app.clock.now()).await?;
        }
        Ok(())
    });
    changed.await.expect("a full queue");

    let found = guest.finds(&code, "velvet").await;

    assert_eq!(words(&found), Some("The queue is full: wait until a song has played"));
    guest.adds(&code, uri(3)).await.expect(409).says("queue_full");
}

#[tokio::test]
async fn strangers_search_nothing() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let (elsewhere, _) = app.host_with_music().await;
    let gone = app.guest_in(&code).await;
    gone.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);

    for person in [&app.person(), &elsewhere, &gone] {
        for words in ["velvet", uri(3), "", "https://spotify.link/abc"] {
            person.searches(&code, words).await.expect(403).says("NotMember");
        }
        person.searches("ZZZZZZ", "velvet").await.expect(404).says("RoomNotFound");
        person.searches("ZZ", "velvet").await.expect(422).says("CodeMalformed");
    }

    assert_eq!((app.spotify.count(SEARCH), app.spotify.count(TRACKS)), (0, 0));
    assert_eq!(app.person().cookie(), None);
}

#[tokio::test]
async fn search_without_an_account_says_what_to_do() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    host.searches(&code, "velvet").await.expect(409).says("NotConnected");
    host.adds(&code, uri(3)).await.expect(409).says("NotConnected");

    host.connects_spotify(&code).await;
    app.spotify_does(Control::Registered(false));
    host.searches(&code, "velvet").await.expect(409).says("NotRegistered");
    app.spotify_does(Control::Registered(true));
    app.spotify_does(Control::ExpireAccessTokens);
    app.spotify_does(Control::RevokeRefreshTokens);
    for _ in 0..2 {
        host.searches(&code, "velvet").await.expect(409).says("Reconnect");
        host.adds(&code, &link(3)).await.expect(409).says("Reconnect");
    }
    assert_eq!(app.spotify.count(TOKEN), 2, "a dead sign-in is not tried again");
    host.connects_spotify(&code).await;
    assert_eq!(host.finds(&code, "velvet").await.len(), 1);
}

#[tokio::test]
async fn search_refreshes_a_token_once_however_many_ask() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let songs = ["velvet", "tidewater", "übermorgen", "kahve"];

    app.advance(3_600_000);
    join_all(songs.map(|song| guest.finds(&code, song))).await;
    assert_eq!(app.spotify.count(TOKEN), 2, "before it is used");
    let looks = app.spotify.requests().into_iter().filter(|request| request.path == "/v1/search");
    assert!(looks.into_iter().all(|request| request.status == Some(200)));

    app.advance(60_000);
    app.settles().await;
    app.spotify_does(Control::ExpireAccessTokens);
    join_all(songs.map(|song| guest.finds(&code, song))).await;
    assert_eq!(app.spotify.count(TOKEN), 3, "once Spotify refuses it");

    app.spotify.fault(Fault::status(SEARCH, 401).times(2));
    guest.searches(&code, "golden hour").await.expect(409).says("SpotifyUnreachable");
    assert_eq!(app.spotify.count(TOKEN), 4, "one that is refused again is not refreshed again");
    assert!(app.spotify.count(LOOK) < 20);
}

//! Whatever Spotify plays, the room shows it.

use auxroom::{
    model::{Kind, PlayId, Playback, Snapshot, StatusKind},
    server::store::entities::play,
};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use simulator::{
    Control, Effect, Fault, Wanted,
    catalogue::{local_file, no_cover, relinked, songs, uri_of},
};

use crate::harness::{LOOK, NEXT, Party, Person, TestApp};

/// What the room shows once `item` plays; the room is watched by `host`.
async fn after(app: &TestApp, host: &Person, code: &str, item: &str) -> Snapshot {
    app.spotify_does(Control::Play(Wanted::new(item).at(10_000)));
    app.looks_after(9_000).await;
    host.sees(code).await
}

fn playback(snapshot: &Snapshot) -> &Playback {
    snapshot.playback.as_ref().expect("something plays")
}

#[tokio::test]
async fn a_song_is_shown_with_everything_that_people_look_for() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    for place in [4, 5, 14] {
        let song = &songs()[place];
        let snapshot = after(&app, &host, &code, &place.to_string()).await;

        let playback = playback(&snapshot);
        assert_eq!((playback.kind, playback.is_playing), (Kind::Track, true));
        assert_eq!(playback.progress_at(app.clock.now()), 19_000);
        let track = playback.track.as_ref().expect("a track");
        assert_eq!((&track.uri, &*track.name), (&song.uri, song.name));
        assert_eq!(track.artists, song.artists);
        assert_eq!(track.album.as_deref(), Some(song.album.name));
        assert_eq!((track.duration_ms, track.explicit), (song.duration_ms, song.explicit));
        assert!(track.image_url.as_ref().is_some_and(|url| url.ends_with("/640.svg")), "{track:?}");
        let id = song.id.as_ref().expect("an id");
        assert!(track.url.as_ref().is_some_and(|url| url.ends_with(&format!("/track/{id}"))));
        let page = host.opens(&format!("/room/{code}")).await.expect(200);
        let page = page.says(song.name).says(&song.artists.join(", ")).says("0 of 2 votes to skip");
        assert_eq!(page.body.contains("title=\"Explicit\""), song.explicit, "{}", song.name);
    }
}

#[tokio::test]
async fn a_title_is_text_and_never_markup() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    let name = "</title></script><b>\"Song\" & more";
    let set = ["/item/name", "/item/album/name", "/item/artists/0/name"];
    let set = set.map(|field| (field.to_owned(), Value::from(name))).into_iter().collect();
    app.spotify.fault(Fault::new(LOOK, Effect::Edit { remove: vec![], set }));
    after(&app, &host, &code, "13").await;

    let page = host.opens(&format!("/room/{code}")).await.expect(200);

    page.says("&lt;/title").never_says("<b>").never_says("</script><b");
}

#[tokio::test]
async fn an_episode_can_be_heard_and_skipped_like_a_song() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events: _events, .. } = app.party(1, "2").await;

    let snapshot = after(&app, &host, &code, "episode").await;

    let playback = playback(&snapshot);
    let episode = playback.track.as_ref().expect("an episode");
    assert_eq!((playback.kind, &*episode.name), (Kind::Episode, "Who Wrote the Bridge?"));
    assert_eq!(episode.artists, ["Liner Notes"]);
    assert!(episode.image_url.is_some() && episode.url.is_some(), "{episode:?}");
    let requests = app.spotify.requests();
    let look = requests.iter().rfind(|request| request.path == "/v1/me/player").expect("a look");
    assert!(look.query.as_ref().is_some_and(|query| query.contains("episode")), "{look:?}");
    let play = playback.play.expect("a play");
    guests[0].votes(&code, play).await.expect(200).says("voted");
    host.presses("skip", &code).await.expect(200).says("skipped");
    assert_eq!(app.spotify.count(NEXT), 1);
}

#[tokio::test]
async fn an_advertisement_is_neither_voted_on_nor_skipped() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events: _events, play } = app.party(2, "2").await;
    guests[0].votes(&code, play).await.expect(200).says("voted");

    let snapshot = after(&app, &host, &code, "ad").await;

    let playback = playback(&snapshot);
    assert_eq!((playback.kind, &playback.track, playback.play), (Kind::Ad, &None, None));
    assert_eq!((snapshot.skip.votes, snapshot.status.kind), (0, StatusKind::Ok));
    let room = format!("/room/{code}");
    host.opens(&room).await.expect(200).says("Advertisement").never_says("Skip</button>");
    let page = guests[1].opens(&room).await.expect(200);
    page.never_says("Vote to skip</button>").never_says("votes to skip");
    host.presses("skip", &code).await.expect(409).says("NotSkippable");
    guests[1].votes(&code, play).await.expect(200).says("play-ended");
    app.passes(12_000).await;
    assert_eq!(app.spotify.count(NEXT), 0);

    let snapshot = after(&app, &host, &code, "3").await;
    assert_eq!(snapshot.skip.votes, 0, "votes for the song before are gone");
}

#[tokio::test]
async fn a_local_file_has_no_link_and_no_cover() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;

    let snapshot = after(&app, &host, &code, "local").await;

    let track = playback(&snapshot).track.as_ref().expect("a file");
    assert_eq!((&*track.name, &track.uri), (local_file().name, &local_file().uri));
    assert_eq!((&track.image_url, &track.url), (&None, &None));
    let page = host.opens(&format!("/room/{code}")).await.expect(200).says(local_file().name);
    page.says("Skip</button>").never_says("Open in Spotify");
}

#[tokio::test]
async fn a_song_without_a_cover_is_a_song() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;

    let snapshot = after(&app, &host, &code, "no_cover").await;

    let track = playback(&snapshot).track.as_ref().expect("a song");
    assert_eq!((&*track.name, &track.image_url), (no_cover().name, &None));
    assert!(track.url.is_some());
    host.opens(&format!("/room/{code}")).await.expect(200).says(no_cover().name);
}

#[tokio::test]
async fn nothing_playing_is_no_trouble() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events: _events, play } = app.party(1, "1").await;
    app.spotify_does(Control::NothingPlaying);
    app.looks_after(9_000).await;

    let snapshot = host.sees(&code).await;

    assert_eq!((snapshot.playback, snapshot.status.kind), (None, StatusKind::NothingPlaying));
    let page = host.opens(&format!("/room/{code}")).await.expect(200);
    page.says("Nothing is playing").says("Play</button>").never_says("Skip</button>");
    host.presses("skip", &code).await.expect(409).says("NothingPlaying");
    guests[0].votes(&code, play).await.expect(200).says("play-ended");
    host.presses("play", &code).await.expect(200);
    app.looks_after(1_000).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
    assert_eq!(app.spotify.count(NEXT), 0);
}

#[tokio::test]
async fn a_private_session_is_shown_like_any() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify_does(Control::PrivateSession(true));
    let snapshot = after(&app, &host, &code, "2").await;
    assert_eq!(playback(&snapshot).track.as_ref().expect("a song").uri, songs()[2].uri);
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn a_song_that_gets_another_uri_on_the_way_keeps_its_votes() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events: _events, .. } = app.party(2, "3").await;
    let snapshot = after(&app, &host, &code, "relinked").await;
    let play = playback(&snapshot).play.expect("a play");
    let played = playback(&snapshot).track.clone().expect("a song").uri;
    guests[0].votes(&code, play).await.expect(200);

    let set = [("/item/uri".to_owned(), Value::from(&*relinked().uri))].into_iter().collect();
    app.spotify.fault(Fault::new(LOOK, Effect::Edit { remove: vec![], set }));
    app.looks_after(9_000).await;

    let snapshot = host.sees(&code).await;
    assert_ne!(playback(&snapshot).track.as_ref().expect("a song").uri, played);
    assert_eq!((playback(&snapshot).play, snapshot.skip.votes), (Some(play), 1));
    guests[1].votes(&code, play).await.expect(200).says("voted");
    app.looks_after(9_000).await;
    assert_eq!(host.sees(&code).await.skip.votes, 2);
}

#[tokio::test]
async fn something_that_spotify_does_not_name_is_shown_as_such() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    let snapshot = after(&app, &host, &code, "unknown").await;
    let playback = playback(&snapshot);
    assert_eq!((playback.kind, &playback.track, playback.play), (Kind::Unknown, &None, None));
    let page = host.opens(&format!("/room/{code}")).await.expect(200);
    page.says("Spotify is playing something").never_says("Skip</button>").says("Pause</button>");
}

/// A field that is left out.
const REMOVE: &str = "remove";

/// What answers may lack, or say instead.
fn lacking() -> [(&'static str, Value); 24] {
    let (remove, null) = (REMOVE, Value::Null);
    [
        ("/item", null.clone()),
        ("/item/uri", null.clone()),
        ("/item/uri", remove.into()),
        ("/item/name", null.clone()),
        ("/item/name", remove.into()),
        ("/item/artists", null.clone()),
        ("/item/artists", json!([])),
        ("/item/artists/0/name", null.clone()),
        ("/item/album", null.clone()),
        ("/item/album", remove.into()),
        ("/item/album/images", null.clone()),
        ("/item/album/images/0/url", null.clone()),
        ("/item/album/images/0/width", null.clone()),
        ("/item/external_urls", null.clone()),
        ("/item/external_urls/spotify", "javascript:alert(1)".into()),
        ("/item/external_ids", remove.into()),
        ("/item/explicit", null.clone()),
        ("/item/new_field", json!({ "a": [1] })),
        ("/progress_ms", null.clone()),
        ("/is_playing", remove.into()),
        ("/currently_playing_type", null.clone()),
        ("/currently_playing_type", "hologram".into()),
        ("/device", null.clone()),
        ("/actions", remove.into()),
    ]
}

#[tokio::test]
async fn answers_that_lack_something_are_shown_as_far_as_they_go() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    for (field, value) in lacking() {
        let what = format!("{field}: {value}");
        app.spotify_does(Control::Play(Wanted::new("2").at(10_000)));
        let effect = if value == REMOVE {
            Effect::Edit { remove: vec![field.to_owned()], set: Default::default() }
        } else {
            let set = [(field.to_owned(), value)].into_iter().collect();
            Effect::Edit { remove: vec![], set }
        };
        app.spotify.fault(Fault::new(LOOK, effect));
        app.looks_after(12_000).await;

        let snapshot = host.sees(&code).await;
        assert_eq!(snapshot.status.kind, StatusKind::Ok, "{what}");
        let playback = playback(&snapshot);
        if field == "/item" || field == "/item/uri" {
            assert_eq!((playback.play, &playback.track), (None, &None), "{what}");
        } else {
            let track = playback.track.as_ref().expect(&what);
            assert_eq!(Some(&track.uri), uri_of("2").as_ref(), "{what}");
        }
        let page = host.opens(&format!("/room/{code}")).await.expect(200);
        page.never_says("javascript:alert");
    }
}

#[tokio::test]
async fn a_change_of_song_that_cannot_be_recorded_is_recorded_later() {
    let app = TestApp::start().await;
    let Party { play, events: _events, .. } = app.party(1, "2").await;
    let rename = async |sql: &str| app.database().writer.execute_unprepared(sql).await.unwrap();
    let going_on = async || {
        let rows = app.rows::<play::Entity>().await.into_iter();
        rows.filter(|row| row.ended_at.is_none()).collect::<Vec<_>>()
    };

    rename("ALTER TABLE skip_vote RENAME TO hidden").await;
    app.spotify_does(Control::Play(Wanted::new("28")));
    app.looks_after(9_000).await;
    let known: Vec<_> = going_on().await.iter().map(|row| PlayId(row.id)).collect();
    assert_eq!(known, [play]);

    rename("ALTER TABLE hidden RENAME TO skip_vote").await;
    app.passes(10_000).await;
    let known: Vec<_> = going_on().await.into_iter().map(|row| Some(row.uri)).collect();
    assert_eq!(known, [app.account().uri]);
}

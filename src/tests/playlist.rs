//! What was played, saved as a playlist of the host's.

mod unconfirmed;

use auxroom::{
    model::StatusKind,
    server::store::entities::{play, saved_playlist},
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set};
use simulator::{
    Control, Fault, MadePlaylist, Wanted,
    catalogue::{local_file, songs},
};

use crate::harness::{Answer, Party, Person, TestApp};

const MAKE: &str = "POST /v1/me/playlists";
const FIND: &str = "GET /v1/me/playlists";
const ADD: &str = "POST /v1/playlists/*/items";
const SAVED: &str = "The history is in a private playlist of your Spotify account.";

async fn saves(host: &Person, code: &str) -> Answer {
    host.calls("/api/history/save", &[("code", code)]).await
}

/// Presses, and agrees to it at Spotify; the history's page then.
async fn agrees(app: &TestApp, host: &Person, code: &str) -> Answer {
    app.spotify.consent_next(&app.account().id).expect("the account");
    let consent = host.posts("/api/history/save", &[("code", code)]).await.expect(302);
    let back = host.decides(consent.location(), "agree").await;
    host.follows(&back).await.expect(200)
}

/// A host with a room whose Spotify plays nothing, and the room's code.
async fn in_silence(app: &TestApp) -> (Person, String) {
    let account = app.spotify.add_account();
    app.spotify.control(Some(&account), Control::NothingPlaying).expect("the account");
    app.host_with_music().await
}

/// A host whose account may write playlists, and so many songs that were played before.
async fn with_plays(app: &TestApp, count: usize) -> (Person, String) {
    let (host, code) = in_silence(app).await;
    plays(app, &code, 0..count).await;
    agrees(app, &host, &code).await.tells("status", "Spotify allows it now.");
    (host, code)
}

/// Songs of the catalogue that were played, one after the other.
async fn plays(app: &TestApp, code: &str, places: std::ops::Range<usize>) {
    for place in places {
        played(app, code, &song(place)).await;
    }
}

fn song(place: usize) -> String {
    songs()[place % songs().len()].uri.clone()
}

async fn played(app: &TestApp, code: &str, uri: &str) {
    let row = play::ActiveModel {
        room_id: Set(app.room(code).await.id),
        uri: Set(uri.to_owned()),
        started_at: Set(1),
        seen_at: Set(1),
        seen_progress_ms: Set(0),
        seen_playing: Set(true),
        duration_ms: Set(200_000),
        ended_at: Set(Some(2)),
        ended_by: Set(Some(play::EndedBy::Finished)),
        ..Default::default()
    };
    row.insert(&app.database().writer).await.expect("a play");
}

/// The playlists that were made for the account that was made last.
fn made(app: &TestApp) -> Vec<MadePlaylist> {
    app.spotify.made_playlists(&app.account().id)
}

#[tokio::test]
async fn playlist_has_what_was_played_in_order_once_its_owner_agrees_to_that() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    let history = format!("/room/{code}/history");
    let first = app.account().uri.expect("a song");
    for item in ["5", "episode", "local", "6", "5"] {
        app.spotify_does(Control::Play(Wanted::new(item).at(10_000)));
        app.looks_after(9_000).await;
    }
    let connected = app.connection(&code).await.expect("an account");
    assert!(!connected.scopes.contains("playlist"), "not asked for before it is needed");
    let page = host.opens(&history).await.expect(200).says("Save as a playlist</button>");
    page.says(local_file().name).never_says("Open the playlist");

    let asked = host.posts("/api/history/save", &[("code", &code)]).await.expect(302);
    let consent = asked.location().to_owned();
    for scope in ["user-modify-playback-state", "playlist-modify-private", "playlist-read-private"]
    {
        assert!(consent.contains(scope), "{consent}");
    }
    assert!(made(&app).is_empty());
    app.spotify.consent_next(&app.account().id).expect("the account");
    let back = host.decides(&consent, "agree").await;
    let page = host.follows(&back).await.expect(200).tells("status", "Spotify allows it now.");
    let page = page.says("Save as a playlist</button>").says(local_file().name);
    assert_eq!(page.title(), format!("History of room {code} · Auxroom"));
    assert_eq!(app.connection(&code).await.expect("an account").id, connected.id);
    let page = host.posts_and_reads("/api/history/save", &[("code", &code)]).await.expect(200);

    let page = page.tells("status", SAVED).says("Open the playlist in Spotify</a>");
    let [made] = &made(&app)[..] else { panic!("one playlist") };
    assert!(page.body.contains(&format!("/playlist/{}\"", made.id)), "{}", page.body);
    assert_eq!(made.name, format!("Room {code}, 2027-01-15"));
    assert!(made.description.starts_with(&format!("What was played in room {code}. Auxroom ")));
    assert!(!made.is_public);
    assert_eq!(made.uris, [first, song(5), song(6), song(5)]);
    assert_eq!(app.spotify.count(FIND), 0, "nothing to look for");
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
}

#[tokio::test]
async fn playlist_gets_what_was_played_since_and_nothing_twice() {
    let app = TestApp::start().await;
    let (host, code) = with_plays(&app, 250).await;

    saves(&host, &code).await.expect(200).says("playlist-saved");
    let all = made(&app)[0].uris.clone();
    assert_eq!(all, (0..250).map(song).collect::<Vec<_>>());
    assert_eq!(app.spotify.count(ADD), 3, "100 songs at a time");
    saves(&host, &code).await.expect(200);
    assert_eq!(app.spotify.count(ADD), 3, "nothing is new");
    plays(&app, &code, 7..9).await;
    let app = app.crash_and_restart().await;
    saves(&host, &code).await.expect(200);

    let [made] = &made(&app)[..] else { panic!("one playlist") };
    assert_eq!(made.uris[250..], [song(7), song(8)]);
    assert_eq!(app.spotify.count(MAKE), 1);
}

#[tokio::test]
async fn playlist_that_spotify_no_longer_has_makes_way_for_another() {
    let app = TestApp::start().await;
    let (host, code) = with_plays(&app, 3).await;
    saves(&host, &code).await.expect(200);
    plays(&app, &code, 3..4).await;
    app.spotify.fault(Fault::status(ADD, 404));

    saves(&host, &code).await.expect(409).says("PlaylistGone");
    saves(&host, &code).await.expect(200);

    let [_, second] = &made(&app)[..] else { panic!("two playlists") };
    assert_eq!(second.uris.len(), 4);
    app.spotify.fault(Fault::status(ADD, 403));
    plays(&app, &code, 4..5).await;
    let page = host.posts_and_reads("/api/history/save", &[("code", &code)]).await.expect(200);
    page.tells("alert", "Spotify does not let this playlist be changed.");
}

#[tokio::test]
async fn playlist_that_has_to_wait_holds_no_player_up() {
    let app = TestApp::start().await;
    let (host, code) = with_plays(&app, 3).await;
    app.spotify.fault(Fault::rate_limited(MAKE, Some(3_600)));

    let page = host.posts_and_reads("/api/history/save", &[("code", &code)]).await.expect(200);

    page.tells("alert", "Spotify asks us to wait with playlists. Press again at 09:00 UTC;");
    host.presses("pause", &code).await.expect(200);
    let app = app.crash_and_restart().await;
    saves(&host, &code).await.expect(409).says("PlaylistRateLimited");
    assert_eq!(app.spotify.count(MAKE), 1, "nobody asks before the wait is over");
    app.advance(3_600_000);
    saves(&host, &code).await.expect(200);
    assert_eq!(made(&app)[0].uris.len(), 3);
}

#[tokio::test]
async fn playlist_is_not_saved_if_its_owner_cancels_or_another_account_agrees() {
    let app = TestApp::start().await;
    let (host, code) = in_silence(&app).await;
    plays(&app, &code, 0..3).await;
    let account = app.connection(&code).await.expect("an account").account_id;
    let to_spotify = async || {
        let asked = host.posts("/api/history/save", &[("code", &code)]).await.expect(302);
        asked.location().to_owned()
    };

    let back = host.decides(&to_spotify().await, "cancel").await;
    let page = host.follows(&back).await.expect(200);
    let page = page.tells("status", "Nothing was saved, because you cancelled at Spotify.");
    assert_eq!(page.title(), format!("History of room {code} · Auxroom"));
    let back = host.decides(&to_spotify().await, "agree").await;
    host.follows(&back).await.expect(409).says("That is another Spotify account");

    assert_eq!(app.connection(&code).await.expect("an account").account_id, account);
    assert!(app.count::<play::Entity>().await >= 3, "what was played stays");
    // Whoever leaves a permission out is told so.
    let consent = to_spotify().await.replace("playlist-modify-private", "");
    let back = host.decides(&consent, "agree").await;
    host.follows(&back).await.expect(409).says("did not grant every permission");
    assert_eq!(app.spotify.count(MAKE), 0);
}

#[tokio::test]
async fn playlist_is_for_the_host_of_a_room_where_songs_were_played() {
    let app = TestApp::start().await;
    let (host, code) = with_plays(&app, 3).await;
    let guest = app.guest_in(&code).await;
    saves(&guest, &code).await.expect(403).says("NotHost");
    saves(&app.person(), &code).await.expect(403).says("NotMember");
    let page = guest.opens(&format!("/room/{code}/history")).await.expect(200);
    page.never_says("Save as a playlist");
    saves(&host, &code).await.expect(200);
    let page = guest.opens(&format!("/room/{code}/history")).await.expect(200);
    page.never_says("Open the playlist");

    let silent = host.creates_room().await;
    saves(&host, &silent).await.expect(409).says("NotConnected");
    let page = host.opens(&format!("/room/{silent}/history")).await.expect(200);
    page.never_says("Save as a playlist");
    let (new, quiet) = in_silence(&app).await;
    saves(&new, &quiet).await.expect(409).says("NothingToSave");
}

#[tokio::test]
async fn playlist_is_forgotten_with_the_account_and_stays_with_its_owner() {
    for ends in ["disconnect", "another account", "close", "forget"] {
        let app = TestApp::start().await;
        let (host, code) = with_plays(&app, 3).await;
        saves(&host, &code).await.expect(200);
        assert_eq!(app.count::<saved_playlist::Entity>().await, 1);
        let owner = app.account().id;
        match ends {
            "disconnect" => {
                host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
            }
            "close" => drop(host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200)),
            "forget" => {
                host.posts("/api/visitors/forget", &[("confirmed", "on")]).await.expect(302);
            }
            _ => drop(host.connects_spotify(&code).await),
        }
        assert_eq!(app.count::<saved_playlist::Entity>().await, 0, "{ends}");
        assert_eq!(app.spotify.made_playlists(&owner).len(), 1, "{ends}");
    }
}

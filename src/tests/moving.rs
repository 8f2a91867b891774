//! An account leaves a room, moves to another, or makes place for another.

use auxroom::{
    model::StatusKind,
    server::store::entities::{connection, play},
};
use sea_orm::EntityTrait as _;
use simulator::{Control, Effect, Fault, Wanted};

use crate::harness::{LOOK, NEXT, Party, Person, TOKEN, TestApp, uri_of};

/// How many accounts are stored.
async fn accounts(app: &TestApp) -> usize {
    connection::Entity::find().all(&app.database().reader).await.expect("an answer").len()
}

async fn status(person: &Person, code: &str) -> StatusKind {
    person.sees(code).await.status.kind
}

/// A second room of the host.
async fn another_room(host: &Person) -> String {
    host.creates_room().await
}

#[tokio::test]
async fn disconnecting_deletes_what_is_stored_about_the_account() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let mut events = guest.watches(&code).await;
    events.playing().await;
    let settings = format!("/room/{code}/settings");
    host.opens(&settings).await.expect(200).says("Disconnect Spotify</button>");
    host.opens(&format!("/room/{code}")).await.never_says("Disconnect Spotify");

    let page = host.posts_and_reads("/api/spotify/disconnect", &[("code", &code)]).await;

    page.expect(200).says("Spotify is disconnected").never_says("Disconnect Spotify</button>");
    assert_eq!(accounts(&app).await, 0);
    let gone = |kind| kind == StatusKind::NotConnected;
    let snapshot = events.snapshot(|snapshot| gone(snapshot.status.kind)).await;
    assert_eq!((snapshot.playback, snapshot.skip.votes), (None, 0));
    host.opens(&format!("/room/{code}")).await.says("Connect Spotify</button>");
    for button in ["play", "pause", "skip"] {
        host.presses(button, &code).await.expect(409).says("NotConnected");
    }
    assert_eq!(app.asked_in(60_000).await, 0, "nobody may be asked about it any more");
    host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);

    host.connects_spotify(&code).await;
    events.playing().await;
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn only_the_host_may_disconnect_or_move_an_account() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let (other_host, other) = app.host_with_music().await;
    let before = app.connection(&code).await;

    for person in [&guest, &other_host, &app.person()] {
        for call in ["disconnect", "move", "connect"] {
            person.calls(&format!("/api/spotify/{call}"), &[("code", &code)]).await.expect(403);
        }
    }

    assert_eq!(app.connection(&code).await, before);
    assert!(app.connection(&other).await.is_some());
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn closing_a_room_deletes_its_account() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    host.goes_to_spotify(&code).await;
    let mut events = host.watches(&code).await;
    events.playing().await;

    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);

    events.ended().await;
    assert_eq!(accounts(&app).await, 0);
    assert_eq!(app.asked_in(60_000).await, 0);
}

#[tokio::test]
async fn a_host_moves_their_account_from_room_to_room() {
    let app = TestApp::start().await;
    let (host, old) = app.host_with_music().await;
    let new = another_room(&host).await;
    let mut old_events = app.guest_in(&old).await.watches(&old).await;
    old_events.playing().await;
    let page = host.opens(&format!("/room/{new}")).await.expect(200);
    page.says("Move Spotify here</button>").says(&format!("plays in room {old}"));

    let page = host.posts_and_reads("/api/spotify/move", &[("code", &new)]).await;

    page.expect(200).says("Spotify now plays in this room.").never_says("Connect Spotify</button>");
    let gone = |kind| kind == StatusKind::NotConnected;
    old_events.snapshot(|snapshot| gone(snapshot.status.kind)).await;
    assert_eq!((accounts(&app).await, app.spotify.count(TOKEN)), (1, 1));
    host.presses("pause", &old).await.expect(409).says("NotConnected");
    host.presses("pause", &new).await.expect(200);
    assert!(!app.account().is_playing);

    // And back again.
    host.opens(&format!("/room/{old}")).await.says("Move Spotify here</button>");
    host.calls("/api/spotify/move", &[("code", &old)]).await.expect(200);
    assert_eq!(status(&host, &new).await, StatusKind::NotConnected);
    assert_eq!(status(&host, &old).await, StatusKind::Ok);
}

#[tokio::test]
async fn an_account_proven_in_another_browser_may_move() {
    let app = TestApp::start().await;
    let (lost, old) = app.host_with_music().await;
    let mut old_events = lost.watches(&old).await;
    let song = old_events.snapshot(|snapshot| snapshot.playback.is_some()).await;
    let host = app.person();
    let new = another_room(&host).await;
    host.calls("/api/spotify/move", &[("code", &new)]).await.expect(409).says("NothingToMove");

    app.spotify.consent_next(&app.account().id).expect("the account");
    let consent = host.goes_to_spotify(&new).await;
    let back = host.decides(&consent, "agree").await;
    let page = host.follows(&back).await.expect(200);

    page.says("plays in another room").says("Move Spotify here</button>");
    assert_eq!(status(&host, &new).await, StatusKind::NotConnected, "not without being asked");
    lost.presses("pause", &old).await.expect(200);
    lost.presses("play", &old).await.expect(200);

    host.calls("/api/spotify/move", &[("code", &new)]).await.expect(200);
    assert_eq!(uri_of(&host.sees(&new).await), uri_of(&song));
    let gone = |kind| kind == StatusKind::NotConnected;
    old_events.snapshot(|snapshot| gone(snapshot.status.kind)).await;
    lost.presses("pause", &old).await.expect(409).says("NotConnected");
    host.presses("pause", &new).await.expect(200);

    // It is the new browser's now: the old one has to prove it again.
    lost.calls("/api/spotify/move", &[("code", &old)]).await.expect(409).says("NothingToMove");
    lost.opens(&format!("/room/{old}")).await.never_says("Move Spotify here");
    assert_eq!(accounts(&app).await, 1);
}

#[tokio::test]
async fn there_may_be_nothing_to_move() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let here = app.connection(&code).await;
    host.calls("/api/spotify/move", &[("code", &code)]).await.expect(409).says("NothingToMove");
    assert_eq!(app.connection(&code).await, here);

    let poor = app.person();
    let room = another_room(&poor).await;
    poor.opens(&format!("/room/{room}")).await.expect(200).never_says("Move Spotify here");
    let page = poor.posts_and_reads("/api/spotify/move", &[("code", &room)]).await.expect(200);
    page.says("You have no Spotify account in another room to move here.");
}

#[tokio::test]
async fn another_account_takes_the_place_of_the_old_one() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    let old_play = events.playing().await;
    let id = app.spotify.add_account();
    let plays = Control::Play(Wanted::new("7"));
    app.spotify.control(Some(&id), plays).expect("an account, and a song");

    host.connects_spotify(&code).await;

    let new = app.account();
    let snapshot = events.after(old_play).await;
    assert_eq!(uri_of(&snapshot), new.uri.as_deref());
    let row = app.connection(&code).await.expect("an account");
    assert_eq!((accounts(&app).await, &row.account_id), (1, &new.account_id));
    app.spotify.reset_requests();
    app.passes(30_000).await;
    host.presses("pause", &code).await.expect(200);
    let asked = app.spotify.requests();
    assert!(!asked.is_empty());
    assert!(asked.iter().all(|request| request.account.as_ref() == Some(&new.id)), "{asked:?}");
}

#[tokio::test]
async fn an_account_that_moves_in_takes_the_place_of_another() {
    let app = TestApp::start().await;
    let (host, old) = app.host_with_music().await;
    let moving = app.account();
    let new = another_room(&host).await;
    host.connects_spotify(&new).await;
    assert_eq!(accounts(&app).await, 2);

    host.calls("/api/spotify/move", &[("code", &new)]).await.expect(200);

    let row = app.connection(&new).await.expect("an account");
    assert_eq!((accounts(&app).await, &row.account_id), (1, &moving.account_id));
    assert_eq!(status(&host, &old).await, StatusKind::NotConnected);
    assert_eq!(uri_of(&host.sees(&new).await), moving.uri.as_deref());
}

#[tokio::test]
async fn an_account_that_moved_is_asked_for_its_new_room_only() {
    let app = TestApp::start().await;
    let (host, old) = app.host_with_music().await;
    let new = another_room(&host).await;
    let _streams = (host.watches(&old).await, host.watches(&new).await);
    host.calls("/api/spotify/move", &[("code", &new)]).await.expect(200);
    app.passes(10_000).await;

    let asked = app.asked_in(60_000).await;

    assert!((5..=8).contains(&asked), "{asked}");
}

#[tokio::test]
async fn votes_and_a_decided_skip_are_for_the_account_that_played() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, play } = app.party(1, "1").await;
    // The skip is decided and waits.
    app.spotify.fault(Fault::rate_limited(NEXT, Some(60)));
    guests[0].votes(&code, play).await.expect(200);
    app.hears(NEXT, 1).await;

    host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::NotConnected).await;
    assert_eq!((app.count::<play::Entity>().await, app.stored_votes().await), (0, 0));

    app.passes(60_000).await;
    host.connects_spotify(&code).await;
    let snapshot = events.after(play).await;
    assert_eq!(snapshot.skip.votes, 0);
    app.passes(30_000).await;
    assert_eq!(app.spotify.count(NEXT), 1, "nobody decided to skip this account's song");
}

#[tokio::test]
async fn a_look_that_ends_after_its_account_went_shows_nothing() {
    let app = TestApp::start_patient().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    events.playing().await;
    app.spotify.fault(Fault::new(LOOK, Effect::Hang));
    let looks = app.spotify.count(LOOK);
    app.advance(9_000);
    app.spotify.wait_for_request(LOOK, looks + 1).await;

    host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
    app.spotify.release();
    app.settles().await;

    let snapshot = host.sees(&code).await;
    assert_eq!((snapshot.status.kind, snapshot.playback), (StatusKind::NotConnected, None));
    assert_eq!(app.spotify.count(LOOK), looks + 1);
}

#[tokio::test]
async fn of_two_accounts_the_one_that_was_proven_last_moves() {
    let app = TestApp::start().await;
    let (host, first) = app.host_with_music().await;
    let second = another_room(&host).await;
    host.connects_spotify(&second).await;
    let account = app.account();
    let third = another_room(&host).await;
    app.advance(1);
    app.spotify.consent_next(&account.id).expect("the account");
    let consent = host.goes_to_spotify(&third).await;
    let back = host.decides(&consent, "agree").await;
    host.follows(&back).await.expect(200).says(&format!("plays in room {second}"));

    host.calls("/api/spotify/move", &[("code", &third)]).await.expect(200);

    let row = app.connection(&third).await.expect("an account");
    assert_eq!(row.account_id, account.account_id);
    assert_eq!(status(&host, &second).await, StatusKind::NotConnected);
    assert_eq!(status(&host, &first).await, StatusKind::Ok);
}

#[tokio::test]
async fn a_lost_sign_in_that_is_proven_from_another_room_is_good_again() {
    let app = TestApp::start().await;
    let Party { host, code, mut events, .. } = app.party(0, "2").await;
    app.spotify_does(Control::RevokeRefreshTokens);
    app.spotify_does(Control::ExpireAccessTokens);
    host.presses("pause", &code).await.expect(409).says("Reconnect");
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Reconnect).await;

    let other = another_room(&host).await;
    app.spotify.consent_next(&app.account().id).expect("the account");
    let consent = host.goes_to_spotify(&other).await;
    let back = host.decides(&consent, "agree").await;
    host.follows(&back).await.expect(200).says("Move Spotify here</button>");

    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Ok).await;
}

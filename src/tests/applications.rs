//! Accounts of another Spotify application than the configured one: neither used nor changed.

use auxroom::{
    model::StatusKind,
    server::store::entities::{connection, play},
};
use sea_orm::{EntityTrait as _, sea_query::Expr};

use crate::harness::{DEMO, Person, TestApp};

const WORDS: &str = "This room is connected with another Spotify application.";

async fn status(person: &Person, code: &str) -> StatusKind {
    person.sees(code).await.status.kind
}

/// A real room that plays, seen by a demo with the same database; its host, and its code.
async fn demo_after_a_real_evening() -> (TestApp, Person, String) {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let demo = app.crash().await.starts_with(&DEMO).await;
    (demo, host, code)
}

#[tokio::test]
async fn demo_neither_uses_nor_changes_a_real_account() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let connected = app.connection(&code).await;
    let room = format!("/room/{code}");
    let app = app.crash().await;
    let asked = app.spotify.count("*");

    let app = app.starts_with(&DEMO).await;

    host.opens(&room).await.expect(200).tells("alert", WORDS).says("Connect Spotify</button>");
    guest.opens(&room).await.expect(200).tells("alert", WORDS);
    let mut events = guest.watches(&code).await;
    let other = |kind| kind == StatusKind::OtherApplication;
    let snapshot = events.snapshot(|snapshot| other(snapshot.status.kind)).await;
    assert_eq!(snapshot.playback, None);
    for button in ["play", "pause", "skip"] {
        host.presses(button, &code).await.expect(409);
    }
    app.passes(60_000).await;
    assert_eq!(app.connection(&code).await, connected);
    assert_eq!(app.spotify.count("*"), asked);

    // Started as before, it goes on without a new sign-in.
    let app = app.crash_and_restart().await;
    assert_eq!(status(&guest, &code).await, StatusKind::Ok);
    host.presses("pause", &code).await.expect(200);
    assert!(!app.account().is_playing);
}

#[tokio::test]
async fn account_of_one_application_connects_beside_that_of_another() {
    let (demo, host, code) = demo_after_a_real_evening().await;
    let real = demo.connection(&code).await;

    host.connects_spotify(&code).await;

    assert_eq!(status(&host, &code).await, StatusKind::Ok);
    host.presses("pause", &code).await.expect(200);
    let rows = demo.rows::<connection::Entity>().await;
    assert_eq!((rows.len(), rows.first()), (2, real.as_ref()), "the other is as it was");
    assert_ne!(rows[0].client_id, rows[1].client_id);

    let app = demo.crash_and_restart().await;
    assert_eq!(status(&host, &code).await, StatusKind::Ok);
    host.presses("pause", &code).await.expect(200);
    assert!(!app.account().is_playing, "each start uses its own");
}

#[tokio::test]
async fn what_was_played_goes_when_the_account_of_another_application_takes_over() {
    let app = TestApp::start().await;
    let party = app.party(1, "2").await;
    party.guests[0].votes(&party.code, party.play).await.expect(200);
    drop(party.events);
    let app = app.crash().await.starts_with(&DEMO).await;

    party.host.connects_spotify(&party.code).await;

    assert_eq!(party.host.sees(&party.code).await.skip.votes, 0);
    assert_eq!(app.stored_votes().await, 0);
    assert!(app.rows::<play::Entity>().await.iter().all(|row| row.id != party.play.0));
}

#[tokio::test]
async fn account_of_another_application_does_not_move() {
    let (demo, host, code) = demo_after_a_real_evening().await;
    let real = demo.connection(&code).await;
    let new = host.creates_room().await;

    host.opens(&format!("/room/{new}")).await.expect(200).never_says("Move Spotify here");
    host.calls("/api/spotify/move", &[("code", &new)]).await.expect(409).says("NothingToMove");

    assert_eq!(demo.connection(&code).await, real);
}

#[tokio::test]
async fn disconnecting_deletes_the_accounts_of_all_applications() {
    let (demo, host, code) = demo_after_a_real_evening().await;
    let settings = format!("/room/{code}/settings");
    let page = host.opens(&settings).await.expect(200);
    page.says("of another Spotify application").says("Disconnect Spotify</button>");
    host.connects_spotify(&code).await;
    assert_eq!(demo.count::<connection::Entity>().await, 2);

    let page = host.posts_and_reads("/api/spotify/disconnect", &[("code", &code)]).await;

    page.expect(200).never_says("Disconnect Spotify</button>");
    assert_eq!(demo.count::<connection::Entity>().await, 0);
    assert_eq!(status(&host, &code).await, StatusKind::NotConnected);
}

#[tokio::test]
async fn closing_a_room_deletes_the_accounts_of_all_applications() {
    let (demo, host, code) = demo_after_a_real_evening().await;
    host.connects_spotify(&code).await;

    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);

    assert_eq!(demo.count::<connection::Entity>().await, 0);
}

#[tokio::test]
async fn account_of_before_applications_were_recorded_goes_to_the_first_real_start() {
    let (demo, host, code) = demo_after_a_real_evening().await;
    let row = demo.connection(&code).await.expect("an account");
    // As an earlier version left it.
    connection::Entity::update_many()
        .col_expr(connection::Column::ClientId, Expr::value(""))
        .exec(&demo.database().writer)
        .await
        .expect("a row of before");

    let demo = demo.crash().await.starts_with(&DEMO).await;
    assert_eq!(status(&host, &code).await, StatusKind::OtherApplication);
    let left = demo.connection(&code).await.expect("an account");
    assert_eq!(left, connection::Model { client_id: String::new(), ..row.clone() });

    let app = demo.crash_and_restart().await;
    assert_eq!(app.connection(&code).await, Some(row));
    host.presses("pause", &code).await.expect(200);
}

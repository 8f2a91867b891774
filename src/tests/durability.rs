//! What must not be lost or said wrongly when the database fails, a token is renewed or the process
//! ends at a bad moment.

use auxroom::{
    model::StatusKind,
    server::store::entities::{connection, play},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};
use simulator::{Effect, Fault};

use crate::harness::{LOOK, NEXT, Party, TOKEN, TestApp};

const AN_HOUR: u64 = 59 * 60_000 + 1_000;

/// Makes the database refuse a kind of statement.
async fn refuse(app: &TestApp, when: &str) {
    let sql =
        format!("CREATE TRIGGER refused BEFORE {when} BEGIN SELECT RAISE(ABORT, 'full'); END");
    app.database().writer.execute_unprepared(&sql).await.expect("a trigger");
}

async fn accept_again(app: &TestApp) {
    app.database().writer.execute_unprepared("DROP TRIGGER refused").await.expect("no trigger");
}

#[tokio::test]
async fn skip_that_could_not_be_recorded_is_not_called_received() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    refuse(&app, "UPDATE OF skip_sent_at ON play").await;

    host.presses("skip", &code).await.expect(503).says("NotSaved");
    app.passes(30_000).await;
    assert_eq!(app.spotify.count(NEXT), 0);

    accept_again(&app).await;
    app.advance(1_000);
    host.presses("skip", &code).await.expect(200).says("skipped");
    assert_eq!(app.spotify.count(NEXT), 1);
}

#[tokio::test]
async fn skip_by_votes_that_could_not_be_recorded_is_sent_once_the_database_is_back() {
    let app = TestApp::start().await;
    let Party { guests, code, play, mut events, .. } = app.party(1, "1").await;
    refuse(&app, "UPDATE OF skip_sent_at ON play").await;
    guests[0].votes(&code, play).await.expect(200).says("voted");
    app.passes(5_000).await;
    assert_eq!(app.spotify.count(NEXT), 0);

    accept_again(&app).await;
    app.passes(3_000).await;

    assert_eq!(app.spotify.count(NEXT), 1);
    events.after(play).await;
}

#[tokio::test]
async fn poll_that_ends_between_a_disconnect_and_its_reading_records_no_play() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    events.playing().await;
    let room = app.room(&code).await.id;

    // As a disconnect does; the room does not know of it yet.
    let writer = &app.database().writer;
    let of_room = connection::Entity::delete_many().filter(connection::Column::RoomId.eq(room));
    of_room.exec(writer).await.expect("no connection");
    play::Entity::forget(writer, room).await.expect("no plays");
    app.spotify_does(simulator::Control::Play(simulator::Wanted::new("12")));
    app.looks_after(9_000).await;

    assert_eq!(app.count::<play::Entity>().await, 0);
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::NotConnected).await;
}

#[tokio::test]
async fn rate_limit_outlives_a_restart() {
    let app = TestApp::start().await;
    let Party { host, code, events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::rate_limited(LOOK, Some(3_600)));
    app.looks_after(9_000).await;
    drop(events);

    let app = app.crash_and_restart().await;

    let asked = app.spotify.count("*");
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::RateLimited);
    host.presses("pause", &code).await.expect(409).says("RateLimited");
    app.passes(30_000).await;
    assert_eq!(app.spotify.count("*"), asked);
    app.advance(3_600_000);
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
}

#[tokio::test]
async fn refresh_in_flight_is_finished_before_the_process_ends() {
    let app = TestApp::start_patient().await;
    let (host, code) = app.host_with_music().await;
    let events = host.watches(&code).await;
    let before = app.connection(&code).await.expect("an account").token_version;
    let tokens = app.spotify.count(TOKEN);
    app.spotify.fault(Fault::new(TOKEN, Effect::Hang));
    app.advance(AN_HOUR);
    app.hears(TOKEN, tokens + 1).await;
    let (spotify, database) = (app.spotify.clone(), app.database().clone());
    let shutdown = app.state.shutdown.clone();

    let stopping = tokio::spawn(app.stop());
    shutdown.cancelled().await;
    spotify.release();
    stopping.await.expect("no panic");

    let row = connection::Entity::find().one(&database.reader).await.expect("an answer");
    assert_eq!(row.expect("the account").token_version, before + 1);
    drop(events);
}

#[tokio::test]
async fn refresh_that_the_database_did_not_take_is_saved_later_and_not_asked_for_again() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    events.playing().await;
    let tokens = app.spotify.count(TOKEN);
    refuse(&app, "UPDATE OF token_version ON connection").await;
    app.advance(AN_HOUR);
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Unreachable).await;

    accept_again(&app).await;
    app.passes(30_000).await;

    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Ok).await;
    assert_eq!(app.spotify.count(TOKEN), tokens + 1, "a refresh token may be good for once");
}

#[tokio::test]
async fn refresh_happens_once_for_an_account_that_moves_in_the_middle() {
    let app = TestApp::start_patient().await;
    let (host, first) = app.host_with_music().await;
    let _events = host.watches(&first).await;
    let second = host.creates_room().await;
    let tokens = app.spotify.count(TOKEN);
    app.spotify.fault(Fault::new(TOKEN, Effect::Hang));
    app.advance(AN_HOUR);
    app.hears(TOKEN, tokens + 1).await;

    host.calls("/api/spotify/move", &[("code", &second)]).await.expect(200);
    let mut there = host.watches(&second).await;
    app.spotify.release();

    there.playing().await;
    assert_eq!(app.spotify.count(TOKEN), tokens + 1);
    assert_eq!(app.connection(&second).await.expect("an account").token_version, 2);
}

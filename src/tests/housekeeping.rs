//! What expires goes, and nothing before its time.

mod visitors;

use auxroom::server::{
    actions::housekeeping::sweep,
    store::entities::{connection, member, play, room, session, sign_in, skip_vote, visitor},
};

use crate::harness::{Events, Party, TOO_LONG, TestApp};

const MINUTE: u64 = 60 * 1000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Moves the time on, and sweeps.
async fn sweeps_after(app: &TestApp, ms: u64) {
    app.advance(ms);
    sweep(&app.state).await.expect("a sweep");
}

/// Closes the last page; a minute later the room is as if nobody had ever been there.
async fn everybody_goes(app: &TestApp, events: Events) {
    drop(events);
    app.is_unwatched().await;
    app.passes(MINUTE).await;
    assert!(app.state.hub.is_empty());
}

/// Rooms, members, plays and votes.
async fn rows(app: &TestApp) -> [usize; 4] {
    let (rooms, members) = (app.count::<room::Entity>().await, app.count::<member::Entity>().await);
    let (plays, votes) =
        (app.count::<play::Entity>().await, app.count::<skip_vote::Entity>().await);
    [rooms, members, plays, votes]
}

#[tokio::test]
async fn a_session_goes_180_days_after_its_last_use() {
    let app = TestApp::start().await;
    let (away, back) = (app.person(), app.person());
    away.creates_room().await;
    back.creates_room().await;
    sweeps_after(&app, 179 * DAY).await;
    back.opens("/").await.expect(200);
    sweeps_after(&app, DAY - 1).await;
    assert_eq!(app.count::<session::Entity>().await, 2);

    sweeps_after(&app, 1).await;

    assert_eq!(app.count::<session::Entity>().await, 1);
    sweeps_after(&app, 179 * DAY - 1).await;
    assert_eq!(app.count::<session::Entity>().await, 1, "whoever was back has it from then on");
    sweeps_after(&app, 1).await;
    assert_eq!(app.count::<session::Entity>().await, 0);
}

#[tokio::test]
async fn a_sign_in_that_nobody_ended_goes_after_ten_minutes() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    host.goes_to_spotify(&code).await;
    app.advance(5 * MINUTE);
    let consent = host.goes_to_spotify(&code).await;
    sweeps_after(&app, 5 * MINUTE - 1).await;
    assert_eq!(app.count::<sign_in::Entity>().await, 2);

    sweeps_after(&app, 1).await;

    assert_eq!(app.count::<sign_in::Entity>().await, 1);
    let back = host.decides(&consent, "agree").await;
    host.follows(&back).await.expect(200).says("Spotify is connected.");
    sweeps_after(&app, HOUR).await;
    assert_eq!(app.count::<connection::Entity>().await, 1, "what came of it stays");
}

#[tokio::test]
async fn a_room_that_nobody_used_for_30_days_closes_and_forgets_its_account() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events, play } = app.party(1, "2").await;
    guests[0].votes(&code, play).await.expect(200);
    everybody_goes(&app, events).await;
    sweeps_after(&app, 30 * DAY - MINUTE - 1).await;
    assert_eq!(app.room(&code).await.closed_at, None);
    assert_eq!(app.count::<connection::Entity>().await, 1);

    sweeps_after(&app, 1).await;

    assert!(app.room(&code).await.closed_at.is_some());
    assert_eq!(app.count::<connection::Entity>().await, 0);
    for person in [&host, &guests[0]] {
        person.opens(&format!("/room/{code}")).await.expect(410).says("This room is closed.");
        person.opens("/").await.expect(200).never_says(&code);
    }
    app.person().calls("/api/rooms/join", &[("code", &code)]).await.expect(410);
}

#[tokio::test]
async fn a_room_that_is_used_stays_whoever_uses_it() {
    let app = TestApp::start().await;
    let host = app.person();
    let (page, script, stream, stranger) = (
        host.creates_room().await,
        host.creates_room().await,
        host.creates_room().await,
        host.creates_room().await,
    );
    let guest = app.person();
    for code in [&page, &script, &stream] {
        guest.joins(code).await;
    }
    app.advance(29 * DAY);

    guest.opens(&format!("/room/{page}")).await.expect(200);
    guest.sees(&script).await;
    drop(guest.watches(&stream).await);
    app.is_unwatched().await;
    // Looking from outside is no use.
    app.person().opens(&format!("/room/{stranger}")).await.expect(200);
    host.opens("/").await.expect(200).says(&stranger);

    sweeps_after(&app, DAY).await;
    for (code, closed) in [(&page, false), (&script, false), (&stream, false), (&stranger, true)] {
        assert_eq!(app.room(code).await.closed_at.is_some(), closed, "{code}");
    }
    // Use is recorded to the hour.
    sweeps_after(&app, 29 * DAY - 1).await;
    assert_eq!(app.room(&page).await.closed_at, None);
    sweeps_after(&app, HOUR).await;
    assert!(app.room(&page).await.closed_at.is_some());
}

#[tokio::test]
async fn a_room_that_somebody_follows_stays_however_quiet_they_are() {
    let app = TestApp::start().await;
    let Party { code, events, .. } = app.party(0, "2").await;
    for _ in 0..5 {
        sweeps_after(&app, 20 * DAY).await;
        assert_eq!(app.room(&code).await.closed_at, None);
    }

    everybody_goes(&app, events).await;

    sweeps_after(&app, 30 * DAY).await;
    assert!(app.room(&code).await.closed_at.is_some());
}

#[tokio::test]
async fn a_closed_room_is_deleted_7_days_later_with_all_that_is_its_own() {
    let app = TestApp::start().await;
    let gone = app.party(2, "3").await;
    let stays = app.party(2, "3").await;
    for party in [&gone, &stays] {
        party.guests[0].votes(&party.code, party.play).await.expect(200);
    }
    gone.host.calls("/api/rooms/close", &[("code", &gone.code)]).await.expect(200);
    app.settles().await;
    let before = [2, 6, 1, 1];
    assert_eq!(rows(&app).await, before, "what was played, and the votes, go with the closing");
    sweeps_after(&app, 7 * DAY - 1).await;
    assert_eq!(rows(&app).await[..2], before[..2]);
    gone.host.calls_for(&format!("/api/rooms/view?code={}", gone.code)).await.expect(410);

    sweeps_after(&app, 1).await;

    assert_eq!(rows(&app).await[..2], [1, 3]);
    let room = app.room(&stays.code).await.id;
    assert!(app.rows::<play::Entity>().await.iter().all(|play| play.room_id == room));
    gone.host.calls_for(&format!("/api/rooms/view?code={}", gone.code)).await.expect(404);
    stays.host.sees(&stays.code).await;
    assert_eq!(app.count::<visitor::Entity>().await, 6, "people may come back");
}

#[tokio::test]
async fn plays_stay_as_long_as_their_room_is_open_and_votes_as_long_as_they_are_played() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, play } = app.party(1, "3").await;
    guests[0].votes(&code, play).await.expect(200);
    host.presses("skip", &code).await.expect(200);
    app.advance(1_000);
    events.after(play).await;
    assert_eq!(app.count::<skip_vote::Entity>().await, 0);

    sweeps_after(&app, 29 * DAY).await;
    sweeps_after(&app, 29 * DAY).await;

    let plays = app.rows::<play::Entity>().await;
    let first = plays.iter().find(|row| row.id == play.0).expect("the first one");
    assert!(first.ended_at.is_some());
    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);
    app.settles().await;
    assert_eq!(app.count::<play::Entity>().await, 0);
}

#[tokio::test]
async fn the_server_sweeps_when_it_starts_and_every_hour() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    app.advance(30 * DAY);
    closes_by_itself(&app, &code).await;

    let code = host.creates_room().await;
    let app = app.crash().await;
    app.advance(30 * DAY);
    let app = app.starts().await;
    closes_by_itself(&app, &code).await;
}

async fn closes_by_itself(app: &TestApp, code: &str) {
    let closed = async {
        while app.room(code).await.closed_at.is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TOO_LONG, closed).await.expect("the room to close");
}

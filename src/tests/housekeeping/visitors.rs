//! Visitors who cannot come back.

use auxroom::server::store::entities::{room, visitor};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, ConnectionTrait as _};

use super::{DAY, HOUR, sweeps_after};
use crate::harness::TestApp;

/// Keeps a visitor by one row of the table `by` that names them; returns their key.
async fn visitor_kept(app: &TestApp, by: &str, room: i64) -> i64 {
    let database = &app.database().writer;
    let now = i64::try_from(app.clock.now().0).expect("a time");
    let row = visitor::ActiveModel { created_at: Set(now), ..Default::default() };
    let visitor = row.insert(database).await.expect("a visitor").id;
    let later = now + i64::try_from(DAY).expect("a day");
    let insert = match by {
        "session" => format!(
            "(id_hash, visitor_id, data, expires_at) VALUES ('x', {visitor}, '{{}}', {later})"
        ),
        "member" => format!(
            "(room_id, visitor_id, role, joined_at, left_at) VALUES ({room}, {visitor}, 'guest', 0, 1)"
        ),
        "connection" => format!(
            "(client_id, account_id, visitor_id, scopes, authorized_at, expires_at, token_version) \
             VALUES ('test-client', 'x', {visitor}, '', 0, 0, 1)"
        ),
        "sign_in" => format!(
            "(state_hash, visitor_id, room_id, verifier, expires_at) \
             VALUES ('x', {visitor}, {room}, '', {later})"
        ),
        _ => return visitor,
    };
    let insert = format!("INSERT INTO {by} {insert}");
    database.execute_unprepared(&insert).await.expect("a row");
    visitor
}

#[tokio::test]
async fn visitors_go_when_they_cannot_come_back_and_left_nothing() {
    let app = TestApp::start().await;
    let code = app.person().creates_room().await;
    let room = app.room(&code).await.id;
    let host = app.rows::<visitor::Entity>().await[0].id;
    let tables = ["session", "member", "connection", "sign_in"];
    let mut kept = vec![host];
    for table in tables {
        kept.push(visitor_kept(&app, table, room).await);
    }
    let nobody = visitor_kept(&app, "nothing", room).await;
    let visitors = async || {
        let rows = app.rows::<visitor::Entity>().await;
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };

    sweeps_after(&app, HOUR - 1).await;
    assert_eq!(
        visitors().await.last(),
        Some(&nobody),
        "their first request may still be on its way"
    );
    sweeps_after(&app, 1).await;
    assert_eq!(visitors().await, kept);

    // Each was kept by what they had alone.
    for (table, visitor) in tables.iter().zip(kept[1..].to_owned()) {
        let delete = format!("DELETE FROM {table} WHERE visitor_id = {visitor}");
        app.database().writer.execute_unprepared(&delete).await.expect("a deletion");
        sweeps_after(&app, 0).await;
        kept.retain(|other| *other != visitor);
        assert_eq!(visitors().await, kept, "{table}");
    }
    assert_eq!(kept, [host]);
}

#[tokio::test]
async fn visitor_whose_room_is_purged_goes_with_their_last_session() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);

    sweeps_after(&app, 180 * DAY - 1).await;
    assert_eq!((app.count::<room::Entity>().await, app.count::<visitor::Entity>().await), (0, 1));
    host.opens("/").await.expect(200);
    sweeps_after(&app, 180 * DAY - 1).await;
    assert_eq!(app.count::<visitor::Entity>().await, 1, "known again for as long");
    sweeps_after(&app, 1).await;
    assert_eq!(app.count::<visitor::Entity>().await, 0);

    // Whoever comes back with the cookie begins anew.
    host.creates_room().await;
    assert_eq!(app.count::<visitor::Entity>().await, 1);
}

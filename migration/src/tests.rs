//! A database that an earlier version made is brought along with everything in it.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{Database, DatabaseConnection, TryGetableMany},
};

use super::Migrator;

/// How many migrations there were before sessions named their visitor.
const FIRST_VERSION: u32 = 8;

/// A database of the first version: two rooms, three visitors, and what goes on there.
async fn of_first_version() -> DatabaseConnection {
    let database = Database::connect("sqlite::memory:").await.expect("a database");
    Migrator::up(&database, Some(FIRST_VERSION)).await.expect("the first version");
    for rows in [
        "INSERT INTO visitor (id, created_at) VALUES (1, 10), (2, 20), (3, 30)",
        "INSERT INTO room (id, code, votes_to_skip, guest_can_pause, created_at, used_at) \
         VALUES (1, 'ABC234', 2, 0, 10, 10), (2, 'DEF567', 3, 1, 20, 20)",
        "INSERT INTO member (id, room_id, visitor_id, role, joined_at) \
         VALUES (1, 1, 1, 'host', 10), (2, 2, 2, 'host', 20), (3, 1, 3, 'guest', 30)",
    ] {
        execute(&database, rows).await.expect("rows");
    }
    database
}

async fn execute(database: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    database.execute_unprepared(sql).await.map(drop)
}

async fn migrate(database: &DatabaseConnection) {
    Migrator::up(database, None).await.expect("the schema of today");
}

/// The rows that a query finds.
async fn rows<T: TryGetableMany>(database: &DatabaseConnection, sql: &str) -> Vec<T> {
    let statement = sea_orm::Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.expect("an answer");
    rows.iter().map(|row| T::try_get_many_by_index(row).expect("these columns")).collect()
}

#[tokio::test]
async fn sessions_keep_their_values_and_get_their_visitor() {
    let database = of_first_version().await;
    let of_two = r#"{"visitor":{"renewed_at":5,"replaces":"before","visitor":2}}"#;
    let of_one = r#"{"visitor":{"renewed_at":7,"visitor":1}}"#;
    for (hash, data, expires_at) in [
        ("two", of_two, 100),
        ("one", of_one, 200),
        // None of them opens anything: the program finds no visitor in it.
        ("empty", "{}", 300),
        ("broken", "no JSON", 300),
        ("nobody's", r#"{"visitor":{"visitor":99,"renewed_at":7}}"#, 300),
    ] {
        let insert = format!(
            "INSERT INTO session (id_hash, data, expires_at) VALUES ('{}', '{data}', {expires_at})",
            hash.replace('\'', "''")
        );
        execute(&database, &insert).await.expect("a session");
    }

    migrate(&database).await;

    let sessions: Vec<(String, i64, String, i64)> = rows(
        &database,
        "SELECT id_hash, visitor_id, data, expires_at FROM session ORDER BY expires_at",
    )
    .await;
    let signed_in = r#"{"visitor":{"ends_others":true,"renewed_at":5,"visitor":2}}"#;
    assert_eq!(
        sessions,
        [
            ("two".to_owned(), 2, signed_in.to_owned(), 100),
            ("one".to_owned(), 1, of_one.to_owned(), 200),
        ]
    );
    let nobodys = "INSERT INTO session (id_hash, visitor_id, data, expires_at) \
                   VALUES ('new', 99, '{}', 1)";
    execute(&database, nobodys).await.expect_err("a session of nobody");
    execute(&database, "DELETE FROM visitor WHERE id = 2").await.expect("a visitor to go");
    let left: Vec<(String,)> = rows(&database, "SELECT id_hash FROM session").await;
    assert_eq!(left, [("one".to_owned(),)], "sessions go with their visitor");
}

#[tokio::test]
async fn connections_keep_everything_and_belong_to_no_application_yet() {
    let database = of_first_version().await;
    execute(
        &database,
        "INSERT INTO connection (id, account_id, visitor_id, room_id, scopes, authorized_at, \
         tokens, expires_at, token_version) \
         VALUES (7, 'first', 1, 1, 'read write', 10, 'sealed', 50, 4), \
         (9, 'second', 2, NULL, 'read', 20, NULL, 60, 1)",
    )
    .await
    .expect("connections");

    migrate(&database).await;

    type Row = (String, String, i64, Option<i64>, String, i64, Option<String>, i64, i64);
    let connections: Vec<Row> = rows(
        &database,
        "SELECT client_id, account_id, visitor_id, room_id, scopes, authorized_at, tokens, \
         expires_at, token_version FROM connection ORDER BY id",
    )
    .await;
    let text = str::to_owned;
    assert_eq!(
        connections,
        [
            (
                text(""),
                text("first"),
                1,
                Some(1),
                text("read write"),
                10,
                Some(text("sealed")),
                50,
                4
            ),
            (text(""), text("second"), 2, None, text("read"), 20, None, 60, 1),
        ]
    );
}

#[tokio::test]
async fn an_account_is_known_once_to_each_application_and_drives_a_room_of_its_own() {
    let database = of_first_version().await;
    migrate(&database).await;
    let connect = async |client: &str, account: &str, room: &str| {
        let insert = format!(
            "INSERT INTO connection (client_id, account_id, visitor_id, room_id, scopes, \
             authorized_at, expires_at, token_version) \
             VALUES ('{client}', '{account}', 1, {room}, '', 0, 0, 1)"
        );
        execute(&database, &insert).await
    };
    connect("mine", "a", "1").await.expect("an account");
    connect("other", "a", "1").await.expect("the same under another application, in the same room");
    connect("mine", "b", "NULL").await.expect("an account that drives no room");
    connect("mine", "c", "NULL").await.expect("another one");
    connect("mine", "a", "2").await.expect_err("the same account twice");
    connect("mine", "d", "1").await.expect_err("two accounts in one room");
    connect("mine", "d", "99").await.expect_err("an account in a room that does not exist");

    execute(&database, "DELETE FROM room WHERE id = 1").await.expect("a room to go");
    let left: Vec<(String,)> =
        rows(&database, "SELECT account_id FROM connection ORDER BY account_id").await;
    assert_eq!(left, [("b".to_owned(),), ("c".to_owned(),)]);
}

#[tokio::test]
async fn of_several_plays_that_go_on_in_a_room_the_newest_stays() {
    let database = of_first_version().await;
    for rows in [
        "INSERT INTO play (id, room_id, uri, started_at, ended_at, ended_by, seen_at, \
         seen_progress_ms, seen_playing, duration_ms) VALUES \
         (1, 1, 'over', 0, 5, 'finished', 5, 5, 1, 9), \
         (2, 1, 'older', 10, NULL, NULL, 15, 5, 1, 9), \
         (3, 2, 'alone', 10, NULL, NULL, 15, 5, 1, 9), \
         (4, 1, 'newer', 20, NULL, NULL, 25, 5, 1, 9)",
        "INSERT INTO skip_vote (play_id, member_id, created_at) \
         VALUES (2, 1, 11), (3, 2, 12), (4, 1, 21), (4, 3, 22)",
    ] {
        execute(&database, rows).await.expect("rows");
    }

    migrate(&database).await;

    let plays: Vec<(i64, Option<i64>, Option<String>)> =
        rows(&database, "SELECT id, ended_at, ended_by FROM play ORDER BY id").await;
    let by = |reason: &str| Some(reason.to_owned());
    assert_eq!(
        plays,
        [
            (1, Some(5), by("finished")),
            (2, Some(15), by("replaced")),
            (3, None, None),
            (4, None, None)
        ]
    );
    let votes: Vec<(i64, i64)> =
        rows(&database, "SELECT play_id, member_id FROM skip_vote ORDER BY 1, 2").await;
    assert_eq!(votes, [(3, 2), (4, 1), (4, 3)], "votes go with their play");
    let begin = async |room: i64, ended_at: &str| {
        let insert = format!(
            "INSERT INTO play (room_id, uri, started_at, ended_at, seen_at, seen_progress_ms, \
             seen_playing, duration_ms) VALUES ({room}, 'next', 30, {ended_at}, 30, 0, 1, 9)"
        );
        execute(&database, &insert).await
    };
    begin(1, "NULL").await.expect_err("a second play that goes on");
    begin(1, "35").await.expect("one that is over");
    execute(&database, "UPDATE play SET ended_at = 30 WHERE id = 4").await.expect("its end");
    begin(1, "NULL").await.expect("the next one");
}

#[tokio::test]
async fn rooms_begin_at_revision_0_and_keep_their_people() {
    let database = of_first_version().await;
    migrate(&database).await;

    let rooms: Vec<(String, i64)> =
        rows(&database, "SELECT code, revision FROM room ORDER BY id").await;
    assert_eq!(rooms, [("ABC234".to_owned(), 0), ("DEF567".to_owned(), 0)]);
    let members: Vec<(i64, i64)> =
        rows(&database, "SELECT room_id, visitor_id FROM member ORDER BY id").await;
    assert_eq!(members, [(1, 1), (2, 2), (1, 3)]);
}

#[tokio::test]
async fn everything_that_a_deletion_takes_along_is_found_by_an_index() {
    let database = of_first_version().await;
    migrate(&database).await;
    for (table, column) in [
        ("session", "visitor_id"),
        ("member", "room_id"),
        ("member", "visitor_id"),
        ("connection", "room_id"),
        ("connection", "visitor_id"),
        ("sign_in", "room_id"),
        ("sign_in", "visitor_id"),
        ("play", "room_id"),
        ("saved_playlist", "room_id"),
        ("saved_playlist", "connection_id"),
        ("skip_vote", "play_id"),
        ("skip_vote", "member_id"),
    ] {
        let query = format!("EXPLAIN QUERY PLAN DELETE FROM {table} WHERE {column} = 1");
        let plan: Vec<(i64, i64, i64, String)> = rows(&database, &query).await;
        let plan = &plan[0].3;
        assert!(plan.starts_with("SEARCH") && plan.contains("INDEX"), "{table}.{column}: {plan}");
    }
}

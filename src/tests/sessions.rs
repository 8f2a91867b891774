//! How a browser is known again.

use std::collections::HashMap;

use auxroom::{
    model::{Millis, VisitorId},
    server::store::{
        entities::{session, visitor},
        session_store::Visit,
    },
};
use reqwest::{Method, header::COOKIE};
use sea_orm::EntityTrait as _;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore as _,
    session::{Id, Record},
};

use crate::harness::{Answer, BEGIN, COMMANDS, Person, TestApp};

const HOUR: u64 = 60 * 60 * 1000;
const DAY: u64 = 24 * HOUR;
const NEW_ROOM: [(&str, &str); 1] = [("votes_to_skip", "2")];

/// The cookie that an answer sets: its value, and the rest in order.
fn set_cookie(answer: &Answer) -> (&str, Vec<&str>) {
    let mut parts = answer.header("set-cookie").split("; ");
    let value = parts.next().and_then(|pair| pair.strip_prefix("auxroom=")).expect("our cookie");
    let mut rest: Vec<&str> = parts.collect();
    rest.sort_unstable();
    (value, rest)
}

#[tokio::test]
async fn the_cookie_lasts_180_days_and_is_neither_for_scripts_nor_for_other_sites() {
    let app = TestApp::start().await;
    let created = app.person().calls("/api/rooms/create", &NEW_ROOM).await.expect(200);
    let code = app.person().creates_room().await;
    let joined = app.person().posts("/api/rooms/join", &[("code", &code)]).await.expect(302);

    for answer in [created, joined] {
        let (value, rest) = set_cookie(&answer);
        assert!(value.len() >= 22, "128 bits at least: {value}");
        assert_eq!(rest, ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=Lax"]);
    }
}

#[tokio::test]
async fn behind_https_the_cookie_never_travels_without() {
    let url = "https://music.example.org";
    let app = TestApp::start_with(&[("AUXROOM_PUBLIC_URL", url)]).await;
    let host = app.person_with(&[("host", "music.example.org")]);

    let created = host.calls("/api/rooms/create", &NEW_ROOM).await.expect(200);

    let (_, rest) = set_cookie(&created);
    assert_eq!(rest, ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=Lax", "Secure"]);
    assert_eq!(created.header("strict-transport-security"), "max-age=31536000");
    let path = created.location().split('?').next().expect("a path").to_owned();
    host.opens(&path).await.expect(200).says(&format!(r#"href="{url}{path}""#));
}

#[tokio::test]
async fn who_only_looks_around_is_not_remembered() {
    let app = TestApp::start().await;
    let code = app.person().creates_room().await;
    let (visitors, sessions) =
        (app.count::<visitor::Entity>().await, app.count::<session::Entity>().await);
    let stranger = app.person();

    let room = format!("/room/{code}");
    let pages = ["/", "/create", "/join", "/nothing", "/favicon.svg", "/healthz", "/readyz"];
    let more = ["/spotify/callback?state=x&code=y", "/api/rooms/mine", "/room/QQQQQQ"];
    let below = ["", "/history", "/people", "/settings", "/close", "/events"]
        .map(|page| format!("{room}{page}"));
    for path in pages.into_iter().chain(more).chain(below.iter().map(String::as_str)) {
        let answer = stranger.opens(path).await;
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
    for command in &COMMANDS {
        let answer = stranger.posts(command.path, &command.fields(&code)).await;
        assert_eq!(answer.header("set-cookie"), "", "{}", command.path);
    }

    assert_eq!(app.count::<visitor::Entity>().await, visitors);
    assert_eq!(app.count::<session::Entity>().await, sessions);
}

#[tokio::test]
async fn a_session_in_use_is_renewed_once_a_day() {
    let app = TestApp::start().await;
    let host = app.person();
    host.creates_room().await;
    let cookie = host.cookie();

    app.advance(23 * HOUR);
    assert_eq!(host.opens("/").await.expect(200).header("set-cookie"), "");
    app.advance(2 * HOUR);
    let renewed = host.opens("/").await.expect(200);
    let (_, rest) = set_cookie(&renewed);
    assert_eq!(rest, ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=Lax"]);
    assert_eq!(host.cookie(), cookie, "the same session, for longer");
    assert_eq!(host.opens("/").await.expect(200).header("set-cookie"), "");
}

#[tokio::test]
async fn a_session_lives_as_long_as_it_is_used_and_ends_180_days_later() {
    let app = TestApp::start().await;
    let host = app.person();
    host.creates_room().await;

    for _ in 0..4 {
        app.advance(179 * DAY);
        host.creates_room().await;
        assert_eq!(app.count::<visitor::Entity>().await, 1, "still the same visitor");
    }
    let before = host.cookie();
    app.advance(180 * DAY + 1);
    host.opens("/").await.expect(200).never_says("Your rooms");
    host.creates_room().await;

    assert_eq!(app.count::<visitor::Entity>().await, 2, "a stranger again");
    assert_ne!(host.cookie(), before);
}

#[tokio::test]
async fn a_session_that_ended_is_not_brought_back_by_a_late_save() {
    let app = TestApp::start().await;
    let store = &app.state.sessions;
    let visitor = visitor_of(&app.person(), &app).await;
    let mut record = record_of(visitor);
    store.create(&mut record).await.expect("a session");
    store.save(&record).await.expect("a session that goes on");

    store.end_other_sessions(visitor, &Id::default()).await.expect("its end");

    assert!(store.save(&record).await.is_err());
    assert_eq!(store.load(&record.id).await.expect("an answer"), None);
}

/// A session of the visitor's.
fn record_of(visitor: VisitorId) -> Record {
    let visit = Visit { visitor, ends_others: false, renewed_at: Millis(BEGIN) };
    let visit = serde_json::to_value(visit).expect("JSON");
    let data = [(Visit::KEY.to_owned(), visit)].into();
    Record { id: Id::default(), data, expiry_date: OffsetDateTime::UNIX_EPOCH }
}

/// The visitor that a person becomes with their first room.
async fn visitor_of(person: &Person, app: &TestApp) -> VisitorId {
    person.creates_room().await;
    VisitorId(app.rows::<visitor::Entity>().await.pop().expect("a visitor").id)
}

#[tokio::test]
async fn session_rows_name_their_visitor_and_go_with_them() {
    let app = TestApp::start().await;
    let (one, two) = (app.person(), app.person());
    let (first, second) = (visitor_of(&one, &app).await, visitor_of(&two, &app).await);
    let visitors = async || {
        let sessions = app.rows::<session::Entity>().await;
        let mut visitors: Vec<_> = sessions.iter().map(|row| VisitorId(row.visitor_id)).collect();
        visitors.sort_unstable();
        visitors
    };
    assert_eq!(visitors().await, [first, second]);

    visitor::Entity::delete_by_id(first.0).exec(&app.database().writer).await.unwrap();

    assert_eq!(visitors().await, [second]);
    one.opens("/").await.expect(200).never_says("Your rooms");
    two.opens("/").await.expect(200).says("Your rooms");
}

#[tokio::test]
async fn session_of_nobody_is_not_stored() {
    let app = TestApp::start().await;
    let store = &app.state.sessions;
    let mut empty = Record { data: HashMap::new(), ..record_of(VisitorId(1)) };
    assert!(store.create(&mut empty).await.is_err(), "it names no visitor");
    assert!(store.create(&mut record_of(VisitorId(1))).await.is_err(), "there is no such visitor");
    assert_eq!(app.count::<session::Entity>().await, 0);
}

#[tokio::test]
async fn whoever_holds_the_cookie_of_a_deleted_session_is_a_stranger() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let before = host.cookie();
    session::Entity::delete_many().exec(&app.database().writer).await.unwrap();

    host.opens("/").await.expect(200).never_says(&code);
    let room = host.opens(&format!("/room/{code}")).await.expect(200);
    room.says(">Join room</button>").never_says("Settings");
    host.opens(&format!("/room/{code}/settings")).await.expect(403);
    host.opens(&format!("/room/{code}/events")).await.expect(403);
    for command in &COMMANDS {
        host.calls(command.path, &command.fields(&code)).await.expect(403);
        host.posts(command.path, &command.fields(&code)).await.expect(302);
    }

    host.joins(&code).await;
    assert_ne!(host.cookie(), before, "what was void stays void");
    host.opens(&format!("/room/{code}")).await.expect(200).says("Vote to skip");
}

#[tokio::test]
async fn a_cookie_that_we_never_gave_is_nobodys() {
    let app = TestApp::start().await;
    let code = app.person().creates_room().await;
    let long = "A".repeat(4_000);
    for cookie in [
        "auxroom=",
        "auxroom=x",
        "auxroom=AAAAAAAAAAAAAAAAAAAAAA",
        "auxroom=%00%ff",
        "auxroom=\"quoted\"",
        "auxroom=a; auxroom=b",
        "auxroom",
        "=;=; ;",
        "other=1; sessionid=2",
        "auxroom=../../etc/passwd",
        "auxroom=' OR '1'='1",
        &format!("auxroom={long}"),
    ] {
        let person = app.person();
        person.set_cookie(cookie);

        person.opens("/").await.expect(200).never_says(&code);
        person.opens(&format!("/room/{code}")).await.expect(200).says(">Join room</button>");
        person.calls("/api/rooms/leave", &[("code", &code)]).await.expect(403);
        let joined = person.calls("/api/rooms/join", &[("code", &code)]).await.expect(200);

        let (value, _) = set_cookie(&joined);
        assert!(value.len() >= 22 && !cookie.contains(value), "a new id, not {cookie}");
        person.opens(&format!("/room/{code}")).await.expect(200).says("Leave room");
    }
    // Bytes that are no text at all.
    let raw = app.person().request(Method::GET, "/").header(COOKIE, &b"auxroom=\xff\xfe"[..]);
    app.person().send(raw).await.expect(200);
}

#[tokio::test]
async fn a_copy_of_the_database_opens_no_session() {
    let app = TestApp::start().await;
    let host = app.person();
    host.creates_room().await;
    let cookie = host.cookie().expect("a cookie");
    let value = cookie.trim_start_matches("auxroom=");

    let bytes = app.database_bytes();
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());

    let row = app.rows::<session::Entity>().await.remove(0);
    assert!(holds(&row.id_hash), "this is where sessions are");
    assert!(!holds(value), "the cookie's value is not there");
    let thief = app.person();
    thief.set_cookie(&format!("auxroom={}", row.id_hash));
    thief.opens("/").await.expect(200).never_says("Your rooms");
}

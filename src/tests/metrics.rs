//! What Prometheus reads, and who may read it.

use auxroom::{model::EndedReason, server::store::entities::connection};
use reqwest::Method;
use sea_orm::EntityTrait as _;
use simulator::{Effect, Fault};
use tokio::net::TcpListener;

use crate::harness::{LOOK, Party, Person, TOO_LONG, TestApp, free_address};

/// A server that is measured, and where.
async fn measured(vars: &[(&str, &str)]) -> (TestApp, Person) {
    let address = free_address().await.to_string();
    let app = TestApp::start_with(&[vars, &[("AUXROOM_METRICS_ADDR", &*address)]].concat()).await;
    (app, Person::new(&format!("http://{address}")))
}

async fn scraped(prometheus: &Person) -> String {
    let answer = prometheus.opens("/metrics").await.expect(200);
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    answer.body
}

/// The value of a series by its name and labels; nothing if there is none.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().expect("a number"))
}

/// How many polls of Spotify's player ended so.
fn looks(text: &str, status: &str) -> Option<f64> {
    let labels = format!(r#"{{endpoint="GET /me/player",status="{status}"}}"#);
    value(text, &format!("auxroom_spotify_requests_total{labels}"))
}

#[track_caller]
fn holds(text: &str, series: &[(&str, f64)]) {
    for (series, wanted) in series {
        assert_eq!(value(text, series), Some(*wanted), "{series} in {text}");
    }
}

#[tokio::test]
async fn metrics_tell_rooms_people_and_requests_as_they_are() {
    let (app, prometheus) = measured(&[]).await;
    let Party { host, guests, code, mut events, play } = app.party(2, "2").await;
    let _second_page = host.watches(&code).await;
    let _guests_page = guests[0].watches(&code).await;
    host.creates_room().await;
    guests[0].votes(&code, play).await.expect(200);
    events.votes(1).await;

    let text = scraped(&prometheus).await;

    holds(
        &text,
        &[
            ("auxroom_rooms", 2.0),
            ("auxroom_live_rooms", 1.0),
            ("auxroom_guests_connected", 2.0),
            ("auxroom_event_streams", 3.0),
            ("auxroom_spotify_rate_limited_seconds", 0.0),
            ("auxroom_spotify_calls_waiting", 0.0),
            (r#"auxroom_spotify_requests_total{endpoint="POST /api/token",status="200"}"#, 1.0),
            (r#"auxroom_spotify_requests_total{endpoint="GET /me",status="200"}"#, 1.0),
            (r#"auxroom_spotify_request_duration_seconds_count{endpoint="GET /me"}"#, 1.0),
            (
                r#"auxroom_http_requests_total{method="POST",route="/api/rooms/join",status="200"}"#,
                2.0,
            ),
            (
                r#"auxroom_http_requests_total{method="GET",route="/room/{code}/events",status="200"}"#,
                3.0,
            ),
        ],
    );
    for histogram in ["auxroom_publication_duration_seconds", "auxroom_database_wait_seconds"] {
        let count = value(&text, &format!("{histogram}_count"));
        assert!(count.is_some_and(|count| count >= 1.0), "{histogram} in {text}");
        let all = value(&text, &format!(r#"{histogram}_bucket{{le="+Inf"}}"#));
        assert_eq!(all, count, "{histogram}");
    }

    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);
    assert_eq!(events.ended().await, EndedReason::Closed);
    let is_over = async {
        while value(&scraped(&prometheus).await, "auxroom_live_rooms") != Some(0.0) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(TOO_LONG, is_over).await.expect("nothing is left to see to");
    holds(&scraped(&prometheus).await, &[("auxroom_rooms", 1.0)]);
}

#[tokio::test]
async fn metrics_tell_how_spotify_fails_and_how_long_it_asked_to_wait() {
    let (app, prometheus) = measured(&[]).await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::new(LOOK, Effect::Hang));
    app.looks_after(9_000).await;
    app.spotify.fault(Fault::new(LOOK, Effect::Close));
    app.looks_after(9_000).await;
    app.spotify.fault(Fault::rate_limited(LOOK, Some(20)));
    app.looks_after(30_000).await;
    host.presses("pause", &code).await.expect(409);
    app.advance(5_000);

    let text = scraped(&prometheus).await;

    for status in ["timeout", "unreachable", "429"] {
        assert_eq!(looks(&text, status), Some(1.0), "{status} in {text}");
    }
    assert_eq!(value(&text, "auxroom_spotify_rate_limited_seconds"), Some(15.0));
}

#[tokio::test]
async fn metrics_count_what_spotify_was_asked_though_a_command_cut_it_off() {
    let address = free_address().await.to_string();
    let app = TestApp::start_patient_with(&[("AUXROOM_METRICS_ADDR", &*address)]).await;
    let prometheus = Person::new(&format!("http://{address}"));
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::new(LOOK, Effect::Hang));
    app.looks_after(9_000).await;

    host.presses("pause", &code).await.expect(200);

    let text = scraped(&prometheus).await;
    assert_eq!(looks(&text, "cancelled"), Some(1.0), "{text}");
}

#[tokio::test]
async fn metrics_count_what_limits_refuse_by_reason() {
    let (app, prometheus) = measured(&[("AUXROOM_TRUSTED_PROXIES", "127.0.0.1")]).await;
    let guesser = app.person_with(&[("x-forwarded-for", "203.0.113.7")]);
    for _ in 0..30 {
        guesser.calls("/api/rooms/join", &[("code", "QQQQQQ")]).await.expect(404);
    }
    guesser.calls("/api/rooms/join", &[("code", "QQQQQQ")]).await.expect(429);
    guesser.posts("/api/rooms/join", &[("code", "QQQQQQ")]).await.expect(302);
    guesser.opens("/room/QQQQQQ").await.expect(429);
    guesser.opens("/room/QQQQQQ/events").await.expect(429);
    app.person_with(&[("host", "evil.example")]).opens("/").await.expect(421);
    let large = app.person().request(Method::POST, "/api/rooms/join");
    app.person().send(large.body("x".repeat(20_000))).await.expect(413);

    let text = scraped(&prometheus).await;

    holds(
        &text,
        &[
            (r#"auxroom_refused_requests_total{reason="too_many_guesses"}"#, 4.0),
            (r#"auxroom_refused_requests_total{reason="wrong_host"}"#, 1.0),
            (r#"auxroom_refused_requests_total{reason="too_large"}"#, 1.0),
        ],
    );
}

#[tokio::test]
async fn metrics_name_nobody_and_have_no_more_series_than_there_are_routes() {
    let (app, prometheus) = measured(&[]).await;
    let Party { host, guests, code, events: _events, play } = app.party(1, "2").await;
    guests[0].votes(&code, play).await.expect(200);
    for path in ["/room/QQQQQQ", "/anything-at-all", "/room/x/y/z", "/pkg/none.js"] {
        host.opens(path).await;
    }
    let invented = app.person().request("MAYHEM".parse().expect("a method"), "/");
    app.person().send(invented).await;

    let text = scraped(&prometheus).await;

    let account = app.account();
    let connection = connection::Entity::find().one(&app.database().reader).await;
    let connection = connection.expect("an answer").expect("a connection");
    let mut secrets = vec![code, account.id, account.account_id, account.display_name];
    secrets.extend(app.wire.secrets());
    secrets.extend(connection.tokens);
    for person in [&host, &guests[0]] {
        let cookie = person.cookie().expect("a cookie");
        secrets.push(cookie.split_once('=').expect("a pair").1.to_owned());
    }
    let ours = ["QQQQQQ", "anything", "MAYHEM", "127.0.0.1", "none.js"].map(str::to_owned);
    for secret in secrets.into_iter().chain(ours) {
        assert!(!text.contains(&secret), "{secret} in {text}");
    }
    assert!(text.contains(r#"method="other""#) && text.contains(r#"route="other""#), "{text}");
}

#[tokio::test]
async fn metrics_are_served_only_if_asked_for_and_only_where_asked_for() {
    let (app, prometheus) = measured(&[]).await;

    app.person().opens("/metrics").await.expect(404).never_says("auxroom_rooms");
    for path in ["/", "/healthz", "/room/QQQQQQ", "/metrics/more"] {
        prometheus.opens(path).await.expect(404);
    }

    let plain = TestApp::start().await;
    plain.person().opens("/metrics").await.expect(404).never_says("auxroom_rooms");
    assert_eq!(format!("{:?}", plain.state.metrics), "Metrics(off)");
}

#[tokio::test]
async fn metrics_on_an_address_that_is_taken_stop_the_start() {
    let crashed = TestApp::start().await.crash().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let taken = listener.local_addr().expect("an address").to_string();

    for address in [&*taken, "somewhere"] {
        let refusal = crashed.refuses_to_start_with(&[("AUXROOM_METRICS_ADDR", address)]).await;
        assert!(refusal.starts_with("AUXROOM_METRICS_ADDR"), "{refusal}");
    }
}

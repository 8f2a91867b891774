//! What the program says about itself: enough to help, nothing to steal.

use std::{collections::HashSet, time::Duration};

use reqwest::Method;
use serde_json::Value;
use simulator::{Control, Effect, Fault, NextRefresh};
use url::Url;

use crate::harness::{Answer, CLIENT_SECRET, LOOK, NEXT, Person, Program, TOKEN};

/// The values of the query of an address.
fn values(address: &str, names: &[&str]) -> Vec<String> {
    let url = Url::parse(address).expect("a whole address");
    let query = url.query_pairs().filter(|(name, _)| names.contains(&&**name));
    query.map(|(_, value)| value.into_owned()).collect()
}

fn cookie(person: &Person) -> String {
    let cookie = person.cookie().expect("a cookie");
    cookie.split_once('=').expect("a pair").1.to_owned()
}

#[tokio::test]
async fn log_of_a_whole_evening_holds_no_secret_however_talkative() {
    let log = whole_evening("text").await;

    assert!(log.contains("Listening on"), "{log}");
}

#[tokio::test]
async fn log_as_json_holds_no_secret_and_names_request_and_room() {
    let log = whole_evening("json").await;

    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let answered = lines.iter().filter(|line| line["message"] == "Answered");
    let answered: Vec<_> = answered.filter(|line| line["level"] == "INFO").collect();
    assert!(answered.len() >= 20, "{log}");
    let mut ids = HashSet::new();
    for line in &answered {
        let span = &line["span"];
        assert!(ids.insert(span["id"].as_str().expect("an ID")), "{line}: an ID of its own");
        assert!(span["method"].is_string() && span["route"].is_string(), "{line}");
        assert!(line["status"].is_u64() && line["duration_ms"].is_u64(), "{line}");
    }
    let room_of = |route: &str, status: u16| {
        let is_that = |line: &&&Value| line["span"]["route"] == route && line["status"] == status;
        answered.iter().find(is_that).map(|line| line["span"]["room"].clone())
    };
    for (route, status) in [
        ("/room/{code}", 200),
        ("/room/{code}/events", 200),
        ("/api/rooms/join", 200),
        ("/api/rooms/settings", 302),
        ("/api/playback/vote-skip", 200),
        ("/api/spotify/connect", 302),
        ("/spotify/callback", 302),
        ("/api/rooms/close", 200),
    ] {
        assert_eq!(room_of(route, status), Some(1.into()), "{route} {status} in {log}");
    }
}

/// The log of people who do everything there is to do, without anything that is nobody's business.
async fn whole_evening(log_format: &str) -> String {
    let mut program = Program::start_with("debug", log_format).await;
    let mut secrets = vec![CLIENT_SECRET.to_owned()];
    let host = program.person();
    let code = host.creates_room_with("2", "on").await;
    secrets.push(cookie(&host));

    signs_in_every_way(&program, &host, &code, &mut secrets).await;
    parties(&program, &host, &code, &mut secrets).await;
    secrets.push(code);

    program.is_told_to_stop();
    assert!(program.ends_within(Duration::from_secs(2)).await.success());

    let on_the_wire = program.wire.secrets();
    assert!(on_the_wire.len() >= 4 + 2 + 2, "tokens, codes and verifiers: {on_the_wire:?}");
    secrets.extend(on_the_wire);
    let log = &program.output;
    assert!(log.contains("Answered"), "{log}");
    assert!(log.contains("A Spotify sign-in was not completed"), "trouble is told: {log}");
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
    std::mem::take(&mut program.output)
}

/// Declines at Spotify, is refused there, comes back with a forged consent, and signs in.
async fn signs_in_every_way(
    program: &Program,
    host: &Person,
    code: &str,
    secrets: &mut Vec<String>,
) {
    let declined = host.goes_to_spotify(code).await;
    let back = host.decides(&declined, "cancel").await;
    host.follows(&back).await.expect(200);
    secrets.extend(values(&declined, &["state"]));
    let refusal =
        serde_json::json!({ "error": "server_error", "error_description": "secret-word" });
    let refusal = Effect::Answer { status: 500, headers: Default::default(), body: refusal };
    program.spotify.fault(Fault::new(TOKEN, refusal));
    let refused = host.goes_to_spotify(code).await;
    let back = host.decides(&refused, "agree").await;
    host.opens(&back).await.expect(409);
    secrets.extend(values(&back, &["state", "code"]));
    secrets.push("secret-word".to_owned());
    host.opens(&back).await.expect(403);
    host.opens("/spotify/callback?state=forged-state&code=forged-code").await.expect(403);
    secrets.extend(["forged-state".to_owned(), "forged-code".to_owned()]);
    let accepted = host.goes_to_spotify(code).await;
    let back = host.decides(&accepted, "agree").await;
    host.follows(&back).await.expect(200).says("Spotify is connected.");
    secrets.extend(values(&back, &["state", "code"]));
    secrets.push(cookie(host));
}

/// Guests, votes, a skip, trouble, a refresh, and the end.
async fn parties(program: &Program, host: &Person, code: &str, secrets: &mut Vec<String>) {
    let guest = program.person();
    guest.joins(code).await;
    secrets.push(cookie(&guest));
    let mut events = guest.watches(code).await;
    let play = events.playing().await;
    for person in [host, &guest] {
        person.votes(code, play).await.expect(200);
    }
    program.asks(NEXT, 1).await;
    events.after(play).await;
    host.posts("/api/rooms/settings", &[("code", code), ("votes_to_skip", "many")]).await;
    program.spotify.fault(Fault::new(LOOK, Effect::Malform).times(2));
    let refreshes = program.spotify.count(TOKEN);
    for control in [Control::NextRefresh(NextRefresh::Rotate), Control::ExpireAccessTokens] {
        program.spotify.control(None, control).expect("an account");
    }
    host.presses("pause", code).await.expect(200);
    program.asks(TOKEN, refreshes + 1).await;
    let account = program.spotify.accounts().pop().expect("an account");
    secrets.extend([account.id, account.account_id, account.display_name]);
    host.calls("/api/spotify/disconnect", &[("code", code)]).await.expect(200);
    guest.calls("/api/rooms/leave", &[("code", code)]).await.expect(200);
    host.calls("/api/rooms/close", &[("code", code)]).await.expect(200);
}

#[tokio::test]
async fn cookies_that_the_server_never_gave_are_no_news() {
    let mut program = Program::start("info").await;
    let host = program.person();
    let code = host.creates_room_with("2", "").await;
    let begun = program.output.len();
    let room = format!("/room/{code}");
    for cookie in ["auxroom=x", "auxroom=AAAAAAAAAAAAAAAAAAAAAA", "auxroom=%00", "auxroom=a b"] {
        let stranger = program.person();
        stranger.set_cookie(cookie);
        stranger.opens(&room).await.expect(200).says("Join room");
        stranger.opens(&format!("{room}/events")).await.expect(403);
        stranger.calls("/api/rooms/leave", &[("code", &code)]).await.expect(403);
        stranger.joins(&code).await;
    }

    program.is_told_to_stop();
    assert!(program.ends_within(Duration::from_secs(2)).await.success());

    let log = &program.output[begun..];
    assert!(log.contains("Stopping"), "{log}");
    let loud = |line: &&str| line.contains("WARN") || line.contains("ERROR");
    assert_eq!(log.lines().find(loud), None);
}

#[tokio::test]
async fn request_id_is_in_the_log_in_the_answer_and_on_pages_that_report_an_error() {
    let mut program = Program::start("info").await;
    let guest = program.person();

    let lost = guest.opens("/room/QQQQQQ").await.expect(404);
    let nowhere = guest.opens("/nowhere").await.expect(404);
    let forged = guest.request(Method::POST, "/api/rooms/create");
    let forged = forged.header("origin", "https://evil.example").header("accept", "text/html");
    let forged = guest.send(forged).await.expect(403);
    let fine = guest.opens("/").await.expect(200).never_says("Reference");
    let named = guest.request(Method::GET, "/").header("x-request-id", "proxy-7.4711");
    let named = guest.send(named).await.expect(200);
    let odd = guest.request(Method::GET, "/").header("x-request-id", "<b>7</b>");
    let odd = guest.send(odd).await.expect(200);
    let quiet = guest.opens("/healthz").await.expect(200);

    program.is_told_to_stop();
    assert!(program.ends_within(Duration::from_secs(2)).await.success());
    let line = |answer: &Answer| {
        let id = format!("id=\"{}\"", answer.header("x-request-id"));
        program.output.lines().find(|line| line.contains(&id))
    };
    for answer in [&lost, &nowhere, &forged] {
        let reference = format!("Reference: {}<", answer.header("x-request-id"));
        assert!(answer.body.contains(&reference), "{reference} in {}", answer.body);
    }
    assert!(line(&lost).is_some_and(|line| line.contains("status=404")), "{}", program.output);
    assert!(line(&forged).is_some() && line(&fine).is_some(), "{}", program.output);
    assert_eq!((line(&nowhere), line(&quiet)), (None, None), "at `debug` only");
    assert_eq!(named.header("x-request-id"), "proxy-7.4711");
    assert!(line(&named).is_some(), "{}", program.output);
    assert!(!odd.header("x-request-id").contains('<') && line(&odd).is_some());
}

#[tokio::test]
async fn log_format_that_does_not_exist_stops_the_start() {
    let mut program = Program::start("info").await;

    let status = program.is_restarted_with("AUXROOM_LOG_FORMAT", "xml").await;

    assert!(!status.success());
    assert!(program.output.contains("auxroom: AUXROOM_LOG_FORMAT"), "{}", program.output);
}

//! What the program says about itself: enough to help, nothing to steal.

use std::time::Duration;

use simulator::{Control, Effect, Fault, NextRefresh};
use url::Url;

use crate::harness::{CLIENT_SECRET, LOOK, NEXT, Person, Program, TOKEN};

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
async fn a_whole_evening_leaves_no_secret_in_the_log_however_talkative() {
    let mut program = Program::start("debug").await;
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
    assert!(log.contains("Listening on") && log.contains("Answered"), "{log}");
    assert!(log.contains("A Spotify sign-in was not completed"), "trouble is told: {log}");
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
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

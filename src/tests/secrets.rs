//! What must not be read: tokens at rest, and an account's data anywhere outside the server.

use axum::http::Method;
use simulator::{Control, NextRefresh};

use crate::harness::{Person, TOKEN, TestApp};

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn nothing_in_the_database_file_opens_an_account_or_a_session() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let cookie = host.cookie().expect("a cookie");
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "agree").await;
    host.follows(&back).await.expect(200);
    let _events = host.watches(&code).await;
    app.spotify_does(Control::NextRefresh(NextRefresh::Rotate));
    app.looks_after(59 * 60_000 + 1_000).await;

    let tokens = app.wire.tokens();
    assert_eq!((app.spotify.count(TOKEN), tokens.len()), (2, 4), "an exchange and a rotation");
    let mut secrets = tokens;
    let state = consent.split("state=").nth(1).expect("a state").split('&').next();
    secrets.push(state.expect("a state").to_owned());
    for cookie in [cookie, host.cookie().expect("a cookie")] {
        secrets.push(cookie.split_once('=').expect("a pair").1.to_owned());
    }
    secrets.push("test-secret".to_owned());

    let bytes = app.database_bytes();
    assert!(holds(&bytes, &app.account().account_id), "these bytes are the database's");
    for secret in secrets {
        assert!(!holds(&bytes, &secret), "{secret} can be read");
    }
}

/// What a person gets for every page and call, headers included, and the beginning of the events.
async fn everything_shown_to(person: &Person, code: &str) -> String {
    let mut seen = String::new();
    let pages = [
        "/".to_owned(),
        "/create".to_owned(),
        format!("/join?code={code}"),
        format!("/room/{code}"),
        format!("/room/{code}/settings"),
        format!("/room/{code}/close"),
        "/api/rooms/mine".to_owned(),
        format!("/api/rooms/view?code={code}"),
        format!("/api/rooms/settings-view?code={code}"),
        "/spotify/callback?code=x&state=y".to_owned(),
    ];
    for page in &pages {
        let answer = person.opens(page).await;
        seen.push_str(&format!("{page}: {:?}\n{}\n", answer.headers, answer.body));
    }
    let vote = [("code", code), ("play", "1"), ("on", "true")];
    for call in ["pause", "play", "vote-skip", "skip"] {
        let answer = person.calls(&format!("/api/playback/{call}"), &vote).await;
        seen.push_str(&format!("{call}: {:?}\n{}\n", answer.headers, answer.body));
    }
    let events = person.request(Method::GET, &format!("/room/{code}/events"));
    let mut events = events.send().await.expect("an answer");
    let first = events.chunk().await.expect("a stream").unwrap_or_default();
    seen.push_str(&String::from_utf8_lossy(&first));
    seen
}

#[tokio::test]
async fn an_accounts_data_and_tokens_never_reach_a_browser() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (guest, stranger) = (app.guest_in(&code).await, app.person());
    let account = app.account();
    let mut secrets = app.wire.secrets();
    assert_eq!(secrets.len(), 4, "two tokens, a code and a verifier");
    secrets.extend([account.id, account.account_id, account.display_name]);
    secrets.push("test-secret".to_owned());

    for (who, person) in [("host", &host), ("guest", &guest), ("stranger", &stranger)] {
        let seen = everything_shown_to(person, &code).await;
        assert!(seen.contains(&code), "{seen}");
        for secret in &secrets {
            assert!(!seen.contains(secret), "{who} can read {secret}");
        }
    }
}

#[tokio::test]
async fn a_refused_sign_in_tells_nobody_what_spotify_said() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let account = app.spotify.add_account();
    app.spotify.control(Some(&account), Control::Registered(false)).expect("the account");
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "agree").await;

    let page = host.opens(&back).await.expect(409);

    let mut secrets = app.wire.secrets();
    assert_eq!(secrets.len(), 4);
    secrets.extend(["the user may not be registered".to_owned(), "test-secret".to_owned()]);
    // The page's own address, which holds the code, is the browser's already.
    for secret in secrets {
        let shown = page.body.replace(&back, "");
        assert!(!shown.contains(&secret), "{secret} is in {shown}");
    }
}

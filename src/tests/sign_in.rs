//! The way to Spotify's consent page and back.

use std::collections::HashMap;

use auxroom::{model::StatusKind, server::store::entities::session};
use tokio::join;
use url::Url;

use crate::harness::{TOKEN, TestApp};

fn query(url: &str) -> HashMap<String, String> {
    Url::parse(url).expect("an address").query_pairs().into_owned().collect()
}

#[tokio::test]
async fn the_consent_page_is_asked_for_exactly_what_a_room_needs() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;

    let (consent, another) = (host.goes_to_spotify(&code).await, host.goes_to_spotify(&code).await);

    let base = app.state.spotify.accounts_url();
    assert!(consent.starts_with(&format!("{base}/authorize?")), "{consent}");
    let (asked, again) = (query(&consent), query(&another));
    for (name, value) in [
        ("client_id", "test-client".to_owned()),
        ("response_type", "code".to_owned()),
        ("redirect_uri", format!("{}/spotify/callback", app.url)),
        (
            "scope",
            "user-read-playback-state user-read-currently-playing user-modify-playback-state"
                .to_owned(),
        ),
        ("code_challenge_method", "S256".to_owned()),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    // 256 bits each, in base64url, and new ones every time.
    for name in ["state", "code_challenge"] {
        assert_eq!(asked[name].len(), 43, "{name}");
        assert_ne!(asked[name], again[name], "{name}");
    }
    assert!(!consent.contains("secret"), "{consent}");
}

#[tokio::test]
async fn the_exchange_proves_who_asked_for_the_consent() {
    let app = TestApp::start().await;
    let (_host, _code) = app.host_with_music().await;

    // The simulator compares the verifier with the challenge and the redirect URI byte for byte.
    let [exchange] = &app.wire.heard(TOKEN)[..] else { panic!("one exchange") };
    let form: HashMap<_, _> = url::form_urlencoded::parse(exchange.body.as_bytes()).collect();
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["redirect_uri"], format!("{}/spotify/callback", app.url));
    assert!(form["code_verifier"].len() >= 43);
    assert!(!form.contains_key("client_secret"), "the secret travels in the header");
    assert!(exchange.headers["authorization"].to_str().unwrap().starts_with("Basic "));
}

#[tokio::test]
async fn only_the_host_may_connect_spotify() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let (guest, stranger) = (app.guest_in(&code).await, app.person());

    for (who, says) in [(&guest, "NotHost"), (&stranger, "NotMember")] {
        let answer = who.calls("/api/spotify/connect", &[("code", &code)]).await.expect(403);
        assert_eq!(answer.says(says).location(), "");
    }
    let page = guest.posts_and_reads("/api/spotify/connect", &[("code", &code)]).await.expect(200);
    page.says("Only the host of this room can do that.").never_says("Connect Spotify</button>");
}

#[tokio::test]
async fn signing_in_changes_the_session_id_and_keeps_everything_else() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let (_other_host, other) = app.host_with_music().await;
    host.joins(&other).await;
    let before = host.cookie().expect("a cookie");

    host.connects_spotify(&code).await;

    assert_ne!(host.cookie().expect("a cookie"), before);
    host.opens("/").await.expect(200).says(&code).says(&other);
    host.presses("pause", &code).await.expect(200);
    let thief = app.person();
    thief.set_cookie(&before);
    thief.opens(&format!("/room/{code}")).await.expect(200).says("Join room");
    thief.opens("/").await.expect(200).never_says(&code).never_says(&other);
    thief.presses("pause", &code).await.expect(403);
}

#[tokio::test]
async fn a_host_who_never_gets_the_new_session_id_keeps_the_old_one() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "agree").await;
    let settings = format!("/room/{code}/settings");

    let before = host.cookie().expect("a cookie");
    host.opens(&back).await.expect(302);
    let after = host.cookie().expect("a cookie");
    assert_ne!(before, after);

    host.set_cookie(&before);
    host.opens(&settings).await.expect(200);
    host.set_cookie(&after);
    host.opens(&settings).await.expect(200);
    host.set_cookie(&before);
    host.opens(&settings).await.expect(403);
}

#[tokio::test]
async fn session_ids_of_before_a_sign_in_all_end_once_the_new_one_is_used() {
    let app = TestApp::start().await;
    let (host, other) = (app.person(), app.person());
    let code = host.creates_room().await;
    other.creates_room().await;
    let settings = format!("/room/{code}/settings");
    let account = app.spotify.add_account();
    let mut ids = vec![host.cookie().expect("a cookie")];
    // Twice the answer with the new id is lost.
    for _ in 0..3 {
        host.set_cookie(&ids[0]);
        app.spotify.consent_next(&account).expect("the account");
        let consent = host.goes_to_spotify(&code).await;
        let back = host.decides(&consent, "agree").await;
        host.opens(&back).await.expect(302);
        ids.push(host.cookie().expect("a cookie"));
    }
    assert_eq!(app.count::<session::Entity>().await, 4 + 1, "none has ended yet");

    let last = ids.pop().expect("an id");
    host.opens(&settings).await.expect(200);

    assert_eq!(app.count::<session::Entity>().await, 1 + 1);
    for id in ids {
        let thief = app.person();
        thief.set_cookie(&id);
        thief.opens(&settings).await.expect(403);
    }
    host.set_cookie(&last);
    host.opens(&settings).await.expect(200);
    other.opens("/").await.expect(200).says("Your rooms");
}

#[tokio::test]
async fn a_sign_in_survives_a_restart_in_between() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;

    let app = app.crash_and_restart().await;
    let back = host.decides(&consent, "agree").await;
    let app = app.crash_and_restart().await;

    host.follows(&back).await.expect(200).says("Spotify is connected.");
    assert!(app.connection(&code).await.is_some());
}

#[tokio::test]
async fn two_tabs_with_a_sign_in_each_both_arrive() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let account = app.spotify.add_account();
    let (one, two) = (host.goes_to_spotify(&code).await, host.goes_to_spotify(&code).await);

    for consent in [two, one] {
        app.spotify.consent_next(&account).expect("the account");
        let back = host.decides(&consent, "agree").await;
        host.follows(&back).await.expect(200).says("Spotify is connected.");
    }

    let mut events = host.watches(&code).await;
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Ok).await;
    assert_eq!(app.spotify.count(TOKEN), 2);
}

#[tokio::test]
async fn a_callback_that_fires_twice_at_once_signs_in_once() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "agree").await;

    let (one, two) = join!(host.opens(&back), host.opens(&back));

    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [302, 403]);
    assert_eq!(app.spotify.count(TOKEN), 1);
    assert!(app.connection(&code).await.is_some());
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn a_consent_may_take_ten_minutes() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let (in_time, too_late) =
        (host.goes_to_spotify(&code).await, host.goes_to_spotify(&code).await);

    app.advance(10 * 60_000 - 1);
    let back = host.decides(&in_time, "agree").await;
    host.follows(&back).await.expect(200).says("Spotify is connected.");
    let connected = app.connection(&code).await;

    app.advance(1);
    let back = host.decides(&too_late, "agree").await;
    host.opens(&back).await.expect(403).says("has expired or was already used");
    assert_eq!(app.connection(&code).await, connected);
    assert_eq!(app.spotify.count(TOKEN), 1);
}

//! Sign-ins that end, and hosts who sign in again.

use auxroom::model::StatusKind;
use simulator::{Control, Effect, Fault, NextRefresh};

use crate::harness::{Person, TOKEN, TestApp};

const AN_HOUR: u64 = 59 * 60_000 + 1_000;
/// 32 zero bytes.
const ANOTHER_KEY: (&str, &str) =
    ("AUXROOM_SECRET_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

/// Signs in with the account that drives the room already.
async fn signs_in_again(app: &TestApp, host: &Person, code: &str) {
    app.spotify.consent_next(&app.account().id).expect("the account");
    host.connects_spotify(code).await;
}

/// Checks that the sign-in is lost, that everybody reads so, and that the host can reconnect.
async fn is_lost_and_comes_back(app: &TestApp, host: &Person, guest: &Person, code: &str) {
    let room = format!("/room/{code}");
    let page = host.opens(&room).await.expect(200);
    let page = page.says("Reconnect Spotify</button>").says("The host needs to reconnect.");
    page.never_says("Disconnect Spotify").never_says("Skip</button>").never_says("Play</button>");
    let page = guest.opens(&room).await.expect(200).says("The host needs to reconnect.");
    page.never_says("Reconnect Spotify").never_says("Vote to skip</button>");
    for button in ["play", "pause", "skip"] {
        host.presses(button, code).await.expect(409).says("Reconnect");
    }
    assert_eq!(app.asked_in(120_000).await, 0, "a dead token is not tried again");

    signs_in_again(app, host, code).await;
    let mut events = host.watches(code).await;
    let ok = |kind| kind == StatusKind::Ok;
    events.snapshot(|snapshot| ok(snapshot.status.kind) && snapshot.playback.is_some()).await;
    host.presses("pause", code).await.expect(200);
}

#[tokio::test]
async fn a_dead_refresh_token_asks_the_host_to_reconnect() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    for description in ["Refresh token expired", "Refresh token revoked", "Invalid refresh token"] {
        let mut events = guest.watches(&code).await;
        events.playing().await;
        let fail = NextRefresh::Fail {
            error: "invalid_grant".to_owned(),
            description: description.to_owned(),
        };
        app.spotify_does(Control::NextRefresh(fail));
        app.advance(AN_HOUR);

        let lost = |kind| kind == StatusKind::Reconnect;
        let snapshot = events.snapshot(|snapshot| lost(snapshot.status.kind)).await;
        assert_eq!(snapshot.playback, None);
        let row = app.connection(&code).await.expect("the account stays known");
        assert_eq!(row.tokens, None);
        is_lost_and_comes_back(&app, &host, &guest, &code).await;
        app.spotify_does(Control::Resume);
    }
}

#[tokio::test]
async fn an_account_that_takes_its_consent_back_is_asked_to_reconnect() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let mut events = guest.watches(&code).await;
    events.playing().await;
    app.spotify_does(Control::RevokeRefreshTokens);
    app.spotify_does(Control::ExpireAccessTokens);

    // The command finds out, and says so.
    host.presses("pause", &code).await.expect(409).says("Reconnect");

    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Reconnect).await;
    is_lost_and_comes_back(&app, &host, &guest, &code).await;
}

#[tokio::test]
async fn a_key_that_cannot_open_the_tokens_asks_the_host_to_reconnect() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let connected = app.connection(&code).await;
    let crashed = app.crash().await;
    let asked = crashed.spotify.count("*");
    let app = crashed.starts_with(&[ANOTHER_KEY]).await;

    let mut events = guest.watches(&code).await;
    events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Reconnect).await;

    assert_eq!(app.spotify.count("*"), asked, "there is nothing to ask with");
    assert_eq!(app.connection(&code).await, connected, "what does not open stays");
    is_lost_and_comes_back(&app, &host, &guest, &code).await;
}

#[tokio::test]
async fn the_same_key_opens_the_tokens_after_a_restart() {
    let app = TestApp::start_with(&[ANOTHER_KEY]).await;
    let (host, code) = app.host_with_music().await;
    let app = app.crash_and_restart().await;
    host.presses("pause", &code).await.expect(200);
    assert!(!app.account().is_playing);
}

#[tokio::test]
async fn a_sign_in_during_a_refresh_is_not_undone_by_it() {
    let app = TestApp::start_patient().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    events.playing().await;
    let fail = NextRefresh::Fail { error: "invalid_grant".to_owned(), description: String::new() };
    app.spotify_does(Control::NextRefresh(fail));
    app.spotify.fault(Fault::new(TOKEN, Effect::Hang));
    app.advance(AN_HOUR);
    app.hears(TOKEN, 2).await;

    signs_in_again(&app, &host, &code).await;
    let signed_in = app.connection(&code).await;
    app.spotify.release();
    // The refresh has come back once the server looks again, with the new tokens.
    app.looks_after(0).await;

    assert_eq!(app.connection(&code).await, signed_in);
    host.presses("pause", &code).await.expect(200);
    host.opens(&format!("/room/{code}")).await.never_says("Reconnect Spotify");
    assert_eq!(app.spotify.count(TOKEN), 3, "an exchange, the refresh, another exchange");
}

#[tokio::test]
async fn a_refresh_that_overlaps_a_sign_in_does_not_bring_old_tokens_back() {
    let app = TestApp::start_patient().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    events.playing().await;
    app.spotify_does(Control::NextRefresh(NextRefresh::Rotate));
    app.spotify.fault(Fault::new(TOKEN, Effect::Hang).executed(true));
    app.advance(AN_HOUR);
    app.hears(TOKEN, 2).await;

    signs_in_again(&app, &host, &code).await;
    let signed_in = app.connection(&code).await;
    app.spotify.release();
    app.looks_after(0).await;

    assert_eq!(app.connection(&code).await, signed_in);
}

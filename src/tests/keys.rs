//! The key that seals tokens: what it does not open stays.

use std::{fs, path::PathBuf};

use auxroom::model::StatusKind;

use crate::harness::{TOKEN, TestApp};

/// 32 zero bytes.
const ANOTHER_KEY: (&str, &str) =
    ("AUXROOM_SECRET_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");

/// The file that the key is kept in.
fn key_file(app: &TestApp) -> PathBuf {
    app.key_file()
}

#[tokio::test]
async fn key_that_does_not_fit_asks_to_reconnect_and_the_right_one_makes_it_good_again() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let connected = app.connection(&code).await;

    let app = app.crash().await.starts_with(&[ANOTHER_KEY]).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Reconnect);
    // Read again and again, and still as it was.
    for _ in 0..3 {
        host.sets(&code, "3", "").await;
        app.passes(20_000).await;
        host.presses("pause", &code).await.expect(409).says("Reconnect");
    }
    let settings = host.opens(&format!("/room/{code}/settings")).await.expect(200);
    settings.says("The sign-in has ended.").says("Disconnect Spotify</button>");
    assert_eq!(app.connection(&code).await, connected);

    let app = app.crash_and_restart().await;
    host.presses("pause", &code).await.expect(200);
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
    assert_eq!(app.spotify.count(TOKEN), 1, "without a new sign-in");
}

#[tokio::test]
async fn key_file_that_is_missing_stops_the_start_while_tokens_are_sealed_with_it() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (file, connected) = (key_file(&app), app.connection(&code).await);
    let app = app.crash().await;
    let kept = file.with_extension("kept");
    fs::rename(&file, &kept).unwrap();

    let refusal = app.refuses_to_start_with(&[]).await;

    assert!(refusal.contains("AUXROOM_SECRET_KEY"), "{refusal}");
    assert!(refusal.contains(&file.display().to_string()), "{refusal}");
    assert!(refusal.contains("is missing"), "{refusal}");
    assert!(!file.exists(), "no key is made silently");
    // A key that is given is taken: whoever lost theirs goes on without the sign-ins.
    let app = app.starts_with(&[ANOTHER_KEY]).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Reconnect);
    assert_eq!(app.connection(&code).await, connected);

    let app = app.crash().await;
    fs::rename(&kept, &file).unwrap();
    let app = app.starts().await;
    host.presses("pause", &code).await.expect(200);
    assert!(!app.account().is_playing);
}

#[tokio::test]
async fn key_file_that_cannot_be_read_stops_the_start() {
    let app = TestApp::start().await;
    let file = key_file(&app);
    let app = app.crash().await;

    for text in ["", "c2hvcnQ=", "no base64!"] {
        fs::write(&file, text).unwrap();
        let refusal = app.refuses_to_start_with(&[]).await;
        assert!(refusal.contains("AUXROOM_SECRET_KEY"), "{text}: {refusal}");
        assert!(refusal.contains(&file.display().to_string()), "{text}: {refusal}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "it is not replaced");
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let refusal = app.refuses_to_start_with(&[]).await;
    assert!(refusal.contains(&file.display().to_string()), "{refusal}");
}

#[tokio::test]
async fn key_file_that_is_missing_is_made_while_nothing_is_sealed() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let file = key_file(&app);
    let app = app.crash().await;
    fs::remove_file(&file).unwrap();

    let app = app.starts().await;

    host.connects_spotify(&code).await;
    let app = app.crash_and_restart().await;
    host.presses("pause", &code).await.expect(200);
    assert!(file.exists() && !app.account().is_playing);
}

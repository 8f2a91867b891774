//! `auxroom rotate-key`: new tokens under the new key, old ones still open until it is done.

use std::{fs, path::Path};

use auxroom::model::StatusKind;

use crate::harness::{TOKEN, TestApp};

const ROTATE: &[&str] = &["rotate-key"];
/// 32 bytes each.
const ONE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const OTHER: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const KEY: &str = "AUXROOM_SECRET_KEY";
const OLD_KEY: &str = "AUXROOM_OLD_SECRET_KEY";

fn keys_in(file: &Path) -> Vec<String> {
    fs::read_to_string(file).expect("a key file").lines().map(str::to_owned).collect()
}

/// Whether the database's files hold this text anywhere.
fn is_on_disk(app: &TestApp, text: &str) -> bool {
    app.database_bytes().windows(text.len()).any(|bytes| bytes == text.as_bytes())
}

#[tokio::test]
async fn rotated_key_opens_every_sign_in_and_the_one_before_none() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let sealed = app.connection(&code).await.and_then(|row| row.tokens).expect("sealed tokens");
    let before = keys_in(&app.key_file());
    let app = app.crash().await;
    assert!(is_on_disk(&app, &sealed));

    let said = app.runs(ROTATE).succeeds();

    assert!(said.contains("Spotify sign-ins: 1."), "{said}");
    assert!(said.contains(&app.key_file().display().to_string()), "{said}");
    assert!(said.contains("make a new backup"), "{said}");
    let after = keys_in(&app.key_file());
    assert_eq!(after.len(), 1);
    assert_ne!(after, before);
    assert!(!is_on_disk(&app, &sealed), "not even in pages that are free");
    let app = app.starts().await;
    host.presses("pause", &code).await.expect(200);
    assert_eq!(app.spotify.count(TOKEN), 1, "without a new sign-in");

    let app = app.crash().await.starts_with(&[(KEY, &before[0])]).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Reconnect);
    drop(app);
}

#[tokio::test]
async fn rotation_that_was_interrupted_loses_nothing_and_ends_when_it_runs_again() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let sealed_with = keys_in(&app.key_file()).remove(0);
    let app = app.crash().await;
    // The new key is written, and nothing is sealed with it yet.
    fs::write(app.key_file(), format!("{ONE}\n{sealed_with}\n")).unwrap();

    let app = app.starts().await;
    host.presses("pause", &code).await.expect(200);
    // The next refresh is sealed with the new key.
    app.passes(3_600_000).await;
    host.presses("play", &code).await.expect(200);
    let app = app.crash().await.starts_with(&[(KEY, ONE)]).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);

    let app = app.crash().await;
    app.runs(ROTATE).succeeds();
    let keys = keys_in(&app.key_file());
    assert_eq!(keys.len(), 1);
    assert!(![ONE, &sealed_with].contains(&keys[0].as_str()));
    let _app = app.starts().await;
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn rotation_of_a_key_in_a_variable_needs_the_new_and_the_old_one() {
    let app = TestApp::start_with(&[(KEY, ONE)]).await;
    let (host, code) = app.host_with_music().await;
    let app = app.crash().await;

    let why = app.runs(ROTATE).fails();
    assert!(why.contains(KEY) && why.contains(OLD_KEY) && why.contains("openssl rand"), "{why}");
    let why = app.runs_with(ROTATE, &[(KEY, ""), (OLD_KEY, ONE)]).fails();
    assert!(why.contains(OLD_KEY) && why.contains("the new key is missing"), "{why}");

    let both = [(KEY, OTHER), (OLD_KEY, ONE)];
    let app = app.starts_with(&both).await;
    host.presses("pause", &code).await.expect(200);
    let app = app.crash().await;
    let said = app.runs_with(ROTATE, &both).succeeds();
    assert!(said.contains("AUXROOM_OLD_SECRET_KEY is needed no more"), "{said}");
    let app = app.starts_with(&[(KEY, OTHER)]).await;
    host.presses("play", &code).await.expect(200);
    assert!(app.account().is_playing);
    assert!(!app.key_file().exists());
}

#[tokio::test]
async fn rotation_refuses_a_running_servers_database_and_makes_none() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let before = keys_in(&app.key_file());

    let why = app.runs(ROTATE).fails();

    assert!(why.contains("another Auxroom is using the database"), "{why}");
    assert_eq!(keys_in(&app.key_file()), before);
    host.presses("pause", &code).await.expect(200);
    let app = app.crash().await;
    fs::rename(app.file(""), app.file(".gone")).unwrap();
    let why = app.runs(ROTATE).fails();
    assert!(why.contains("there is no") && !app.file("").exists(), "{why}");
}

#[tokio::test]
async fn rotation_leaves_alone_what_no_key_opens() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let connected = app.connection(&code).await;
    let before = keys_in(&app.key_file());
    let app = app.crash().await;
    fs::write(app.key_file(), OTHER).unwrap();

    let said = app.runs(ROTATE).succeeds();

    assert!(said.contains("none of the keys opens, which stay as they are: 1."), "{said}");
    let app = app.starts_with(&[(KEY, &before[0])]).await;
    assert_eq!(app.connection(&code).await, connected);
    host.presses("pause", &code).await.expect(200);
}

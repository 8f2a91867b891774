//! `auxroom backup`.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use auxroom::server::store::{database::Database, entities::room};
use sea_orm::EntityTrait as _;

use crate::harness::TestApp;

/// The codes of the rooms in a copy.
async fn rooms_in(copy: &Path) -> Vec<String> {
    let copy = Database::open(&format!("sqlite://{}", copy.display())).await.expect("a database");
    let rooms = room::Entity::find().all(&copy.reader).await.expect("an answer");
    rooms.into_iter().map(|room| room.code).collect()
}

#[tokio::test]
async fn backup_of_a_running_server_holds_every_room_and_says_where_the_key_is() {
    let app = TestApp::start().await;
    let (_host, code) = app.host_with_music().await;
    let other = app.person().creates_room().await;
    assert_eq!(app.database().last_backup().await, None);
    let copy = app.file(".copy");

    let said = app.runs(&["backup", copy.to_str().unwrap()]).succeeds();

    assert!(said.contains("rooms: 2, Spotify sign-ins: 1."), "{said}");
    assert!(said.contains(&app.key_file().display().to_string()), "{said}");
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(rooms_in(&copy).await, [code, other]);
    assert!(app.database().last_backup().await.is_some(), "for whoever looks after the server");
    app.person().creates_room().await;
}

#[tokio::test]
async fn backup_overwrites_nothing_and_leaves_nothing_half_made() {
    let app = TestApp::start().await;
    let copy = app.file(".copy");
    fs::write(&copy, "precious").unwrap();
    let files = || fs::read_dir(copy.parent().unwrap()).unwrap().count();
    let before = files();

    let why = app.runs(&["backup", copy.to_str().unwrap()]).fails();

    assert!(why.contains("exists already; nothing is overwritten"), "{why}");
    assert_eq!(fs::read_to_string(&copy).unwrap(), "precious");
    let nowhere = app.file(".folder/that/is/missing");
    let why = app.runs(&["backup", nowhere.to_str().unwrap()]).fails();
    assert!(why.contains("cannot be written to"), "{why}");
    assert_eq!(files(), before);
    assert_eq!(app.database().last_backup().await, None);
}

#[tokio::test]
async fn backup_needs_a_database_and_makes_none() {
    let app = TestApp::start().await.crash().await;
    let (file, copy) = (app.file(""), app.file(".copy"));
    fs::rename(&file, app.file(".gone")).unwrap();

    let why = app.runs(&["backup", copy.to_str().unwrap()]).fails();

    assert!(why.contains("there is no") && why.contains("demo mode"), "{why}");
    assert!(!file.exists() && !copy.exists());
}

#[tokio::test]
async fn backup_of_a_damaged_database_is_refused() {
    let app = TestApp::start().await;
    app.person().creates_room().await;
    let copy = app.file(".copy");
    app.runs(&["backup", copy.to_str().unwrap()]).succeeds();
    let app = app.crash().await;
    // As a bad disk would: everything but the header.
    let mut bytes = fs::read(&copy).unwrap();
    bytes[4_096..].fill(0xFF);
    fs::write(app.file(""), bytes).unwrap();
    for log in ["-wal", "-shm"] {
        let _ = fs::remove_file(app.file(log));
    }

    app.runs(&["backup", app.file(".second").to_str().unwrap()]).fails();

    assert!(!app.file(".second").exists());
}

//! `auxroom restore`, and one server for each database.

use std::fs;

use auxroom::server::store::copy;

use crate::harness::{Program, TestApp};

/// The names of the files beside the database that begin with this.
fn named(app: &TestApp, begin: &str) -> Vec<std::path::PathBuf> {
    let begin = app.file(begin).display().to_string();
    let files = fs::read_dir(app.file("").parent().expect("a folder with files"))
        .expect("a folder with files");
    let files = files.map(|file| file.expect("a folder with files").path());
    files.filter(|path| path.display().to_string().starts_with(&begin)).collect()
}

#[tokio::test]
async fn restore_brings_rooms_and_sign_ins_back_and_keeps_what_was_there() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let copy = app.file(".copy");
    app.runs(&["backup", copy.to_str().unwrap()]).succeeds();
    let later = host.creates_room().await;
    let app = app.crash().await;

    let said = app.runs(&["restore", copy.to_str().unwrap()]).succeeds();

    assert!(said.contains("rooms: 1, Spotify sign-ins: 1."), "{said}");
    assert!(said.contains(&app.key_file().display().to_string()), "{said}");
    let kept = named(&app, ".replaced-").into_iter().min().expect("what was replaced");
    assert!(said.contains(&kept.display().to_string()), "{said}");
    // With what was in its log alone.
    assert_eq!(copy::verify(&kept).await.unwrap().rooms, 2);
    let app = app.starts().await;
    host.presses("pause", &code).await.expect(200);
    assert!(!app.account().is_playing, "the sign-in opens");
    host.opens(&format!("/room/{later}")).await.expect(404);
    assert!(copy.exists());
}

#[tokio::test]
async fn restore_refuses_a_running_servers_database() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let copy = app.file(".copy");
    app.runs(&["backup", copy.to_str().unwrap()]).succeeds();

    let why = app.runs(&["restore", copy.to_str().unwrap()]).fails();

    assert!(why.contains("another Auxroom is using the database"), "{why}");
    assert!(named(&app, ".replaced-").is_empty());
    host.presses("pause", &code).await.expect(200);
}

#[tokio::test]
async fn restore_refuses_what_is_no_database_of_this_version() {
    let app = TestApp::start().await;
    let code = app.person().creates_room().await;
    let copy = app.file(".copy");
    app.runs(&["backup", copy.to_str().unwrap()]).succeeds();
    let app = app.crash().await;
    let mut damaged = fs::read(&copy).unwrap();
    damaged[4_096..].fill(0xFF);
    for (text, why) in [
        (b"no database".to_vec(), "cannot be read"),
        (Vec::new(), "there is nothing in it"),
        (damaged, "cannot be re"),
    ] {
        fs::write(app.file(".bad"), text).unwrap();
        let said = app.runs(&["restore", app.file(".bad").to_str().unwrap()]).fails();
        assert!(said.contains(why), "{why}: {said}");
    }
    let newer = format!("sqlite://{}", copy.display());
    let newer = sea_orm::Database::connect(newer).await.unwrap();
    let sql = "INSERT INTO seaql_migrations VALUES ('m20991231_000001_add_stars', 1)";
    sea_orm::ConnectionTrait::execute_unprepared(&newer, sql).await.unwrap();
    newer.close().await.unwrap();
    let said = app.runs(&["restore", copy.to_str().unwrap()]).fails();
    assert!(said.contains("was written by a newer Auxroom"), "{said}");
    let itself = app.runs(&["restore", app.file("").to_str().unwrap()]).fails();
    assert!(itself.contains("it is the database itself"), "{itself}");

    assert!(named(&app, ".replaced-").is_empty());
    assert!(named(&app, "").len() < 9, "nothing half made is left: {:?}", named(&app, ""));
    let app = app.starts().await;
    app.person().joins(&code).await;
}

#[tokio::test]
async fn restore_without_the_key_file_says_that_it_is_missing() {
    let app = TestApp::start().await;
    app.host_with_music().await;
    let copy = app.file(".copy");
    app.runs(&["backup", copy.to_str().unwrap()]).succeeds();
    let app = app.crash().await;
    // The log of the database that is gone must not become this one's.
    assert!(app.file("-wal").metadata().unwrap().len() > 0);
    for file in [app.file(""), app.key_file()] {
        fs::remove_file(file).unwrap();
    }

    let said = app.runs(&["restore", copy.to_str().unwrap()]).succeeds();

    assert!(said.contains("is missing") && !said.contains("is kept as"), "{said}");
    assert!(said.contains(&app.key_file().display().to_string()), "{said}");
    assert!(!app.file("-wal").exists());
    copy::verify(&app.file("")).await.unwrap();
}

#[tokio::test]
async fn lock_lets_one_server_use_a_database_and_goes_with_a_kill_9() {
    let app = TestApp::start().await;
    let url = format!("sqlite://{}?mode=rwc", app.file("").display());
    let other = TestApp::start().await.crash().await;

    let why = other.refuses_to_start_with(&[("DATABASE_URL", &url)]).await;

    assert!(why.contains("another Auxroom is using the database"), "{why}");
    app.person().creates_room().await;
    let mut program = Program::start("info").await;
    let code = program.person().creates_room().await;
    program.is_killed_and_restarted().await;
    program.person().joins(&code).await;
}

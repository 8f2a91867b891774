//! Databases that another version of the program wrote.

use std::fs;

use auxroom::server::store::{database::Database, schema};
use migration::{Migrator, MigratorTrait as _};
use sea_orm::ConnectionTrait as _;
use tempfile::TempDir;

use crate::harness::TestApp;

/// How many migrations there were in the first version.
const FIRST_VERSION: u32 = 8;
/// The first one after it.
const NEXT: &str = "m20261127_000001_add_visitor_to_session";

/// A database of the first version with one visitor in it, and its address.
async fn of_first_version(folder: &TempDir) -> String {
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display());
    let database = sea_orm::Database::connect(&url).await.expect("a database or its folder");
    Migrator::up(&database, Some(FIRST_VERSION)).await.expect("a database or its folder");
    let visitor = "INSERT INTO visitor (id, created_at) VALUES (7, 10)";
    database.execute_unprepared(visitor).await.expect("a database or its folder");
    database.close().await.expect("a database or its folder");
    url
}

async fn executes(url: &str, sql: &str) {
    let database = sea_orm::Database::connect(url).await.expect("a database or its folder");
    database.execute_unprepared(sql).await.expect("a database or its folder");
    database.close().await.expect("a database or its folder");
}

/// The names of the files in a folder, but for locks, which mean nothing by themselves.
fn files(folder: &TempDir) -> Vec<String> {
    let files = fs::read_dir(folder.path()).expect("a database or its folder");
    let mut names: Vec<_> = files
        .map(|file| {
            file.expect("a database or its folder")
                .file_name()
                .into_string()
                .expect("a database or its folder")
        })
        .collect();
    names.retain(|name| !name.ends_with(".lock"));
    names.sort();
    names
}

#[tokio::test]
async fn schema_of_an_older_version_is_migrated_after_a_copy_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let url = of_first_version(&folder).await;

    let database = Database::open(&url).await.unwrap();

    assert!(database.is_ready().await);
    let copy = folder.path().join(format!("rooms.db.before-{NEXT}"));
    assert_eq!(schema::known(&copy).await.unwrap().len(), FIRST_VERSION as usize);
    let names = migration::names();
    assert_eq!(schema::known(&folder.path().join("rooms.db")).await.unwrap(), names);
    // Once is enough.
    drop(Database::open(&url).await.unwrap());
    assert_eq!(files(&folder).iter().filter(|name| name.contains("before")).count(), 1);
}

#[tokio::test]
async fn schema_copy_never_replaces_another() {
    let folder = tempfile::tempdir().unwrap();
    let url = of_first_version(&folder).await;
    let first = folder.path().join(format!("rooms.db.before-{NEXT}"));
    fs::write(&first, "precious").unwrap();

    Database::open(&url).await.unwrap();

    assert_eq!(fs::read_to_string(first).unwrap(), "precious");
    let second = folder.path().join(format!("rooms.db.before-{NEXT}-2"));
    assert_eq!(schema::known(&second).await.unwrap().len(), FIRST_VERSION as usize);
}

#[tokio::test]
async fn schema_that_cannot_be_migrated_stays_as_it_was_without_a_copy_for_each_attempt() {
    let folder = tempfile::tempdir().unwrap();
    let url = of_first_version(&folder).await;
    // What the fifth of the missing migrations is about to create.
    executes(&url, "CREATE TABLE application (client_id TEXT)").await;

    for _ in 0..2 {
        let why = format!("{:#}", Database::open(&url).await.unwrap_err());
        assert!(why.contains("cannot be brought up to date"), "{why}");
    }

    let kept = schema::known(&folder.path().join("rooms.db")).await.unwrap();
    assert_eq!(kept.len(), FIRST_VERSION as usize, "all migrations or none");
    assert!(!files(&folder).iter().any(|name| name.contains("before")), "{:?}", files(&folder));
    executes(&url, "DROP TABLE application").await;
    assert!(Database::open(&url).await.unwrap().is_ready().await);
}

#[tokio::test]
async fn schema_of_a_newer_version_stops_the_start_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let url = of_first_version(&folder).await;
    let newer = "INSERT INTO seaql_migrations VALUES ('m20991231_000001_add_stars', 1)";
    executes(&url, newer).await;
    let file = folder.path().join("rooms.db");
    let (bytes, names) = (fs::read(&file).unwrap(), files(&folder));
    let app = TestApp::start().await.crash().await;

    let why = app.refuses_to_start_with(&[("DATABASE_URL", &url)]).await;

    assert!(why.contains(&file.display().to_string()), "{why}");
    assert!(why.contains("was written by a newer Auxroom"), "{why}");
    assert!(why.contains("m20991231_000001_add_stars"), "{why}");
    assert!(fs::read(&file).unwrap() == bytes, "not a byte of it was changed");
    assert_eq!(files(&folder), names);
}

#[tokio::test]
async fn schema_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display());
    executes(&url, "CREATE TABLE recipe (id INTEGER)").await;

    let why = format!("{:#}", Database::open(&url).await.unwrap_err());

    assert!(why.contains("is a database of another program's"), "{why}");
}

#[tokio::test]
async fn schema_of_a_new_database_needs_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display());

    Database::open(&url).await.unwrap();

    assert!(!files(&folder).iter().any(|name| name.contains("before")), "{:?}", files(&folder));
}

//! A database that cannot be written to: a full disk, or a file that turned read-only.

use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
};

use auxroom::{
    model::PlayId,
    server::store::{
        copy,
        entities::{member, play, room, session, skip_vote, visitor},
    },
};
use sea_orm::{ConnectionTrait as _, EntityTrait as _, Statement};

use crate::harness::{COMMANDS, NEXT, Party, Program, TestApp};

fn query(app: &TestApp, sql: &str) -> Statement {
    Statement::from_string(app.database().writer.get_database_backend(), sql)
}

/// Sets or reads something of the one connection that writes.
async fn pragma(app: &TestApp, pragma: &str) -> Option<i64> {
    let pragma = query(app, &format!("PRAGMA {pragma}"));
    let row = app.database().writer.query_one_raw(pragma).await.expect("a database that answers");
    row.map(|row| row.try_get_by_index(0).expect("a number"))
}

/// As a file system does that was mounted read-only after an error.
async fn turns_read_only(app: &TestApp) {
    pragma(app, "query_only = ON").await;
}

async fn is_writable_again(app: &TestApp) {
    pragma(app, "query_only = OFF").await;
}

/// How many rows the tables have that people write to.
async fn rows(app: &TestApp) -> [usize; 6] {
    [
        app.count::<visitor::Entity>().await,
        app.count::<session::Entity>().await,
        app.count::<room::Entity>().await,
        app.count::<member::Entity>().await,
        app.count::<play::Entity>().await,
        app.count::<skip_vote::Entity>().await,
    ]
}

#[tokio::test]
async fn storage_that_is_read_only_refuses_every_change_in_words_and_goes_on_by_itself() {
    let app = TestApp::start().await;
    let Party { host, guests, code, play, events: _events, .. } = app.party(1, "1").await;
    let before = rows(&app).await;
    turns_read_only(&app).await;
    // A room's last use is recorded once an hour, and cookies are sent again once a day.
    app.advance(25 * 60 * 60_000);

    for page in ["", "/settings"] {
        host.opens(&format!("/room/{code}{page}")).await.expect(200);
    }
    host.opens("/").await.expect(200).says(&code);
    for command in COMMANDS.iter().filter(|command| !command.path.starts_with("/api/playback/p")) {
        let fields = command.fields(&code);
        let said = host.calls(command.path, &fields).await;
        // 409: it has nothing to do, and says so.
        if said.status != 409 {
            said.expect(503).says("NotSaved");
        }
    }
    let vote = play.to_string();
    for (path, fields) in [
        ("/api/rooms/leave", vec![("code", code.as_str())]),
        ("/api/playback/vote-skip", vec![("code", &code), ("play", &vote), ("on", "true")]),
    ] {
        let refused = guests[0].calls(path, &fields).await.expect(503);
        assert_eq!(refused.header("retry-after"), "30");
        refused.says("NotSaved");
    }
    let stranger = app.person();
    let page = stranger.posts_and_reads("/api/rooms/join", &[("code", &code)]).await;
    page.tells("alert", "cannot save anything");
    assert_eq!(rows(&app).await, before);
    assert_eq!(app.spotify.count(NEXT), 0);

    is_writable_again(&app).await;
    stranger.joins(&code).await;
    app.passes(30_000).await;
    let plays = app.rows::<play::Entity>().await;
    let play = plays.iter().find(|play| play.ended_at.is_none()).expect("a play");
    let play = PlayId(play.id);
    guests[0].votes(&code, play).await.expect(200).says("voted");
    app.hears(NEXT, 1).await;
}

/// Takes the space that is left; returns what takes it.
fn fills_up(app: &Program) -> PathBuf {
    let filler = app.file("filler");
    let mut file = File::create(&filler).expect("a file on the small disk");
    // In small pieces, to the last one that fits.
    while file.write_all(&[0; 1_024]).is_ok() {}
    filler
}

#[tokio::test]
async fn storage_that_is_full_undoes_what_it_began_and_takes_more_as_soon_as_there_is_space() {
    let app = Program::start_on_disk_of("16m").await;
    let (host, code) = app.host_with_music("2").await;
    let filler = fills_up(&app);

    let (mut joined, mut refused) = (0, 0);
    while refused < 50 {
        let stranger = app.person();
        let answer = stranger.calls("/api/rooms/join", &[("code", &code)]).await;
        if answer.status == 200 {
            stranger.opens(&format!("/room/{code}")).await.expect(200).says("Leave");
            joined += 1;
            assert!(joined < 5_000, "the disk is full");
        } else {
            answer.expect(503).says("NotSaved");
            assert_eq!(stranger.cookie(), None);
            refused += 1;
        }
    }
    // A transaction, which fails only when it is committed.
    let settings = [("code", code.as_str()), ("votes_to_skip", "7")];
    for _ in 0..3 {
        host.calls("/api/rooms/settings", &settings).await.expect(503).says("NotSaved");
    }
    host.opens(&format!("/room/{code}")).await.expect(200);
    assert_eq!(members_in(&app).await, joined + 1, "who was told so is in, and nobody else");

    fs::remove_file(filler).expect("space");
    app.person().joins(&code).await;
    host.sets(&code, "3", "on").await;
    assert_eq!(members_in(&app).await, joined + 2);
}

/// How many people are in the rooms of its database, which is undamaged.
async fn members_in(app: &Program) -> usize {
    // SQLite would look for it outside the program's namespace. Nobody writes at the moment.
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["rooms.db", "rooms.db-wal"] {
        fs::copy(app.file(name), folder.path().join(name)).expect("a copy");
    }
    let file = folder.path().join("rooms.db");
    copy::verify(&file).await.expect("an undamaged database");
    let database = sea_orm::Database::connect(format!("sqlite://{}", file.display())).await;
    let database = database.expect("a database");
    let members = member::Entity::find().all(&database).await.expect("an answer");
    database.close().await.expect("an end");
    members.len()
}

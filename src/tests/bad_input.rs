//! What no browser of ours sends, byte for byte: refused in our words, and nothing comes of it.

mod rows;

use sea_orm::Database;

use self::rows::{
    Answers::{self, Library, Nothing, Ours},
    Host, Row, rows,
};
use crate::harness::{Program, Raw, RawAnswer, TOO_LONG, TestApp, all_rows};

/// Checks an answer: its status, and that it is in our words if that is so.
#[track_caller]
fn check(name: &str, answer: &RawAnswer, status: u16, answers: Answers) {
    assert_eq!(answer.status, status, "{name}: {answer:?}");
    match answers {
        Ours(error) => {
            assert_eq!(answer.body, format!("{error:?}"), "{name}");
            assert_eq!(answer.header("content-type"), "application/json", "{name}");
        }
        Nothing => {
            let says = ["\"PageNotFound\"", "There is nothing at this address."];
            assert!(says.iter().any(|text| answer.body.contains(text)), "{name}: {answer:?}");
        }
        Library => assert_eq!(answer.body, "", "{name}"),
    }
}

#[tokio::test]
async fn bad_input_is_refused_changes_nothing_and_is_no_news() {
    let mut program = Program::start("info").await;
    let person = program.person();
    let code = person.creates_room().await;
    let host = Host {
        authority: program.url.trim_start_matches("http://").to_owned(),
        cookie: person.cookie().expect("a cookie"),
        code,
    };
    let database = format!("sqlite://{}?mode=rw", program.database().display());
    let database = Database::connect(database).await.expect("the program's database");
    let before = all_rows(&database).await;
    let begun = program.output.len();

    for Row { name, bytes, statuses, answers } in rows(&host) {
        let mut raw = Raw::open(&program.url).await;
        raw.says_what_is_heard(&bytes).await;
        for status in statuses {
            let answer = raw.answer().await.unwrap_or_else(|| panic!("{name}: no answer"));
            check(&name, &answer, *status, answers);
        }
        if matches!(answers, Library) || name.contains("chunk") {
            assert!(raw.answer().await.is_none(), "{name}: the connection ends");
        }
        person.opens("/healthz").await.expect(200);
        assert_eq!(all_rows(&database).await, before, "{name}");
    }

    person.opens(&format!("/room/{}", host.code)).await.expect(200).says("Leave");
    program.is_told_to_stop();
    assert!(program.ends_within(TOO_LONG).await.success());
    let log = &program.output[begun..];
    assert!(log.contains("status=422"), "{log}");
    let loud = |line: &&str| !line.contains(" INFO ");
    assert_eq!(log.lines().find(loud), None);
}

#[tokio::test]
async fn bad_input_paths_never_leave_the_folder_of_the_site() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).expect("a folder");
    std::fs::write(site.join("pkg/seen.js"), "seen").expect("a file");
    std::fs::write(folder.path().join("secret.js"), "secret").expect("a file");
    let root = site.to_str().expect("a path of text");
    let app = TestApp::start_with(&[("LEPTOS_SITE_ROOT", root)]).await;
    let person = app.person();
    assert_eq!(person.opens("/pkg/seen.js").await.expect(200).body, "seen");
    let absolute = folder.path().join("secret.js").display().to_string();
    for path in [
        "/../secret.js",
        "/pkg/../../secret.js",
        "/pkg/../pkg/../../secret.js",
        "/%2e%2e/secret.js",
        "/pkg/%2e%2e/%2e%2e/secret.js",
        "/pkg/.%2e/%2E./secret.js",
        "/pkg/..%2f..%2fsecret.js",
        "/pkg/%2e%2e%2f%2e%2e%2fsecret.js",
        "/pkg/%252e%252e/%252e%252e/secret.js",
        "/pkg/..%5c..%5csecret.js",
        "/pkg/..;/..;/secret.js",
        "/pkg/%c0%ae%c0%ae/secret.js",
        "/pkg//../../secret.js",
        "/pkg/seen.js/../../../secret.js",
        "/pkg/seen.js%00",
        &format!("/pkg/{absolute}"),
        &format!("/pkg/%2f{absolute}"),
        &format!("/{absolute}"),
    ] {
        let mut raw = Raw::open(&app.url).await;
        let host = app.url.trim_start_matches("http://");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        raw.says_what_is_heard(request.as_bytes()).await;

        let answer = raw.answer().await.expect("an answer");

        check(path, &answer, 404, Nothing);
    }
}

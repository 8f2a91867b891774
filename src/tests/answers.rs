//! What scripts and forms are answered when something is in the way.

use reqwest::{
    Method,
    header::{ACCEPT, REFERER},
};

use crate::harness::{Answer, COMMANDS, Person, TestApp};

/// What nobody outside of this program should ever read.
const INTERNALS: [&str; 14] = [
    "error running server function",
    "servererror",
    "deserializ",
    "missing field",
    "duplicate field",
    "invalid type",
    "panicked",
    "sqlx",
    "sqlite",
    "select ",
    "constraint",
    "database",
    "rs:",
    "length limit",
];

/// Checks that a body says nothing of how the program is made.
#[track_caller]
fn in_our_words(answer: &Answer) {
    let body = answer.body.to_lowercase();
    for word in INTERNALS {
        assert!(!body.contains(word), "{word:?} is in {}", answer.body);
    }
}

/// A room's code, and what stands in the way of somebody who is not in any room.
async fn refusals(app: &TestApp) -> Vec<(String, u16, &'static str, &'static str)> {
    let host = app.person();
    let (open, closed) = (host.creates_room().await, host.creates_room().await);
    host.calls("/api/rooms/close", &[("code", &closed)]).await.expect(200);
    let malformed = "A room code has six letters and digits, like ABC234.";
    vec![
        ("QQQQQQ".to_owned(), 404, "RoomNotFound", "There is no room with that code."),
        (closed, 410, "RoomClosed", "This room is closed. Ask your host for a new code"),
        (open, 403, "NotMember", "You are not in this room. Join it first."),
        ("QQQ".to_owned(), 422, "CodeMalformed", malformed),
        (String::new(), 422, "CodeMalformed", malformed),
    ]
}

#[tokio::test]
async fn a_script_learns_by_the_status_what_is_in_the_way() {
    let app = TestApp::start().await;
    for (code, status, error, _) in refusals(&app).await {
        for (who, person) in [("stranger", app.person()), ("member elsewhere", app.person())] {
            if who == "member elsewhere" {
                person.creates_room().await;
            }
            for command in &COMMANDS {
                let answer = person.calls(command.path, &command.fields(&code)).await;
                let answer = answer.expect(status);
                assert_eq!(answer.body, format!("{error:?}"), "{who}: {} {code}", command.path);
                assert_eq!(answer.header("content-type"), "application/json");
            }
        }
    }
}

#[tokio::test]
async fn a_form_that_says_things_twice_comes_back_to_its_page_with_a_reason() {
    let app = TestApp::start().await;
    let person = app.person();
    for (page, path) in [("/join", "/api/rooms/join"), ("/create", "/api/rooms/create")] {
        let twice = [("code", "QQQQQQ"), ("code", "QQQQQR"), ("votes_to_skip", "2")];
        let twice = twice.into_iter().chain([("votes_to_skip", "3")]).collect::<Vec<_>>();
        let form = person.request(Method::POST, path).form(&twice);
        let form = form.header(ACCEPT, "text/html").header(REFERER, format!("{}{page}", app.url));

        let answer = person.send(form).await.expect(302);

        let back = person.follows(answer.location()).await.expect(200);
        back.says("The request could not be understood. Go back and try again.").says("<form");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_our_words() {
    let app = TestApp::start().await;
    let person = app.person();
    for path in ["/api/rooms/create", "/api/rooms/join", "/api/spotify/complete"] {
        let large = [("code", &*"x".repeat(20_000))];

        let answer = person.calls(path, &large).await.expect(413);
        assert_eq!(answer.body, r#""TooLarge""#);
        let page = person.posts(path, &large).await.expect(413);
        page.says("That was too much to send at once.").says(r#"<a class="button" href="/">"#);
    }
    assert_eq!(person.cookie(), None);
}

#[tokio::test]
async fn addresses_and_methods_that_do_not_exist_are_answered_in_our_words() {
    let app = TestApp::start().await;
    let person = app.person();
    for (method, path, statuses) in [
        (Method::GET, "/api/nothing", &[404][..]),
        (Method::GET, "/api/", &[404]),
        (Method::POST, "/api/nothing", &[404, 405]),
        (Method::POST, "/nothing", &[404, 405]),
        (Method::GET, "/api/rooms/create", &[404, 405]),
        (Method::GET, "/api/rooms/join?code=QQQQQQ", &[404, 405]),
        (Method::DELETE, "/api/rooms/close", &[404, 405]),
        (Method::POST, "/api/rooms/mine", &[404, 405]),
        (Method::POST, "/join", &[405]),
        (Method::POST, "/room/QQQQQQ", &[405]),
        (Method::PUT, "/room/QQQQQQ/events", &[405]),
    ] {
        for accept in ["text/html", "application/json"] {
            let request = person.request(method.clone(), path).header(ACCEPT, accept);
            let answer = person.send(request).await;
            let status = answer.status.as_u16();
            assert!(statuses.contains(&status), "{method} {path} {accept}: {status}");
            in_our_words(&answer);
            if accept == "text/html" {
                assert!(answer.title().ends_with(" · Auxroom"), "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_database_that_is_gone_is_our_fault_in_our_words() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    app.database().writer.clone().close().await.unwrap();
    app.database().reader.clone().close().await.unwrap();

    let room = format!("/room/{code}");
    for path in ["/", &*room, &*format!("{room}/settings")] {
        let page = host.opens(path).await.expect(500);
        in_our_words(&page);
        page.says("Something went wrong on our side. Please try again.");
    }
    let events = host.opens(&format!("{room}/events")).await.expect(500);
    assert_eq!(events.body, r#""Internal""#);
    let answer = call(&host, "/api/rooms/settings", &code).await.expect(500);
    assert_eq!(answer.body, r#""Internal""#);
    host.opens("/readyz").await.expect(503);
    host.opens("/healthz").await.expect(200);
    let stranger = app.person();
    let answer = call(&stranger, "/api/rooms/create", &code).await.expect(500);
    assert_eq!(answer.body, r#""Internal""#);
    assert_eq!(stranger.cookie(), None);
}

async fn call(person: &Person, path: &str, code: &str) -> Answer {
    person.calls(path, &[("code", code), ("votes_to_skip", "2")]).await
}

#[tokio::test]
async fn a_page_that_was_told_to_stand_still_does_so_after_a_press_too() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let presses = async |button: &str, from: &str| {
        let form = host.request(Method::POST, &format!("/api/playback/{button}"));
        let form = form.header(ACCEPT, "text/html").header(REFERER, format!("{}{from}", app.url));
        host.send(form.form(&[("code", &code)])).await.expect(302)
    };
    let (moving, still) = (format!("/room/{code}"), format!("/room/{code}?refresh=off"));

    assert_eq!(presses("pause", &moving).await.location(), format!("{moving}?done=paused"));
    assert_eq!(presses("play", &still).await.location(), format!("{still}&done=played"));
    host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
    let refused = presses("play", &still).await;
    assert!(refused.location().starts_with(&format!("{still}&__path=")), "{refused:?}");
}

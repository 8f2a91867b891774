//! What people in a room never learn of each other.

use auxroom::server::store::entities::{connection, member, room, session, visitor};
use reqwest::Method;
use sea_orm::ConnectionTrait as _;

use crate::harness::{COMMANDS, Events, Person, TestApp, between};

/// Makes the keys of all rows to come unmistakable: every page holds a 3, none 7000003.
async fn raise_keys(app: &TestApp) {
    for (table, last) in [
        ("visitor", 7_000_000),
        ("member", 6_000_000),
        ("connection", 5_000_000),
        ("room", 4_000_000),
    ] {
        let raise = format!(
            "DELETE FROM sqlite_sequence WHERE name = '{table}'; \
             INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {last})"
        );
        app.database().writer.execute_unprepared(&raise).await.expect("a table with keys");
    }
}

/// Everything that the server tells somebody about a room: every page, answer and event, with all
/// headers.
async fn everything_told(person: &Person, code: &str, events: Option<Events>) -> String {
    let room = format!("/room/{code}");
    let view = |function: &str| format!("/api/rooms/{function}?code={code}");
    let mut answers = Vec::new();
    for path in [
        "/",
        "/join",
        "/create",
        "/privacy",
        "/spotify/callback?state=x&code=y",
        "/healthz",
        "/readyz",
    ] {
        answers.push(person.opens(path).await);
    }
    for below in [
        "",
        "/history",
        "/people",
        "/settings",
        "/speakers",
        "/close",
        "?done=voted",
        "/events/more",
        "/nothing",
    ] {
        answers.push(person.opens(&format!("{room}{below}")).await);
    }
    for call in ["/api/rooms/mine", &view("view"), &view("settings-view")] {
        answers.push(person.calls_for(call).await);
    }
    for command in COMMANDS.iter().filter(|command| !command.path.ends_with("/leave")) {
        answers.push(person.calls(command.path, &command.fields(code)).await);
        answers.push(person.posts(command.path, &command.fields(code)).await);
    }
    let mut told = String::new();
    for answer in answers {
        told.push_str(&format!("{:?}\n{}\n", answer.headers, answer.body));
    }
    let Some(mut events) = events else { return told };
    // Made by the last command above but one, at the latest: there is nothing to wait for.
    while let Ok(Some(frame)) =
        tokio::time::timeout(std::time::Duration::from_millis(50), events.frame()).await
    {
        told.push_str(&frame);
    }
    told
}

/// What stands for somebody or something in the database, and the cookies that open sessions.
async fn identifiers(app: &TestApp, people: &[&Person]) -> Vec<String> {
    let mut keys: Vec<i64> = Vec::new();
    keys.extend(app.rows::<visitor::Entity>().await.iter().map(|row| row.id));
    keys.extend(app.rows::<member::Entity>().await.iter().map(|row| row.id));
    keys.extend(app.rows::<room::Entity>().await.iter().map(|row| row.id));
    keys.extend(app.rows::<connection::Entity>().await.iter().map(|row| row.id));
    assert_eq!(keys.len(), 3 + 3 + 1 + 1);
    assert!(keys.iter().all(|key| *key > 4_000_000), "{keys:?}");
    let mut all: Vec<String> = keys.iter().map(i64::to_string).collect();
    all.extend(app.rows::<session::Entity>().await.into_iter().map(|row| row.id_hash));
    for person in people {
        let cookie = person.cookie().expect("a cookie");
        all.push(cookie.strip_prefix("auxroom=").expect("our cookie").to_owned());
    }
    all
}

#[tokio::test]
async fn nothing_that_tells_who_somebody_is_reaches_anybody_else() {
    let app = TestApp::start().await;
    raise_keys(&app).await;
    let (host, code) = app.host_with_music().await;
    let (guest, other) = (app.guest_in(&code).await, app.guest_in(&code).await);
    let account = app.account();
    let mut never = identifiers(&app, &[&host, &guest, &other]).await;
    never.extend([account.id, account.account_id, account.display_name]);
    never.extend(app.wire.secrets());
    let listening = guest.watches(&code).await;
    let play = other.watches(&code).await.playing().await;
    other.votes(&code, play).await.expect(200);

    let to_guest = everything_told(&guest, &code, Some(listening)).await;
    let to_stranger = everything_told(&app.person(), &code, None).await;

    assert!(to_guest.contains("1 of 2 votes to skip"), "the guest sees the room");
    assert!(to_guest.contains("event: snapshot"), "and hears of it");
    assert!(to_stranger.contains("Join room"), "the stranger sees the way in");
    for (who, told) in [("a guest", to_guest), ("a stranger", to_stranger)] {
        for identifier in &never {
            let before = told.split_once(identifier.as_str()).map(|(before, _)| before);
            let around = before.map(|before| before.lines().last());
            assert_eq!(around, None, "{who} gets {identifier}");
        }
    }
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_what_goes_on_in_a_room() {
    let app = TestApp::start().await;
    let party = app.party(3, "2").await;
    party.guests[0].votes(&party.code, party.play).await.expect(200);
    let snapshot = party.host.sees(&party.code).await;
    let track = snapshot.playback.and_then(|playback| playback.track).expect("a song");

    let told = everything_told(&app.person(), &party.code, None).await;

    let secrets =
        [track.uri, track.name, track.artists[0].clone(), track.image_url.expect("a cover")];
    for secret in secrets {
        assert!(!told.contains(&secret), "{secret}");
    }
    assert!(!told.contains("of 2 votes to skip") && !told.contains("event: "));
}

#[tokio::test]
async fn votes_are_counted_and_nobody_learns_whose_they_are() {
    let app = TestApp::start().await;
    let party = app.party(3, "3").await;
    let [one, two, three] = &party.guests[..] else { panic!("three guests") };
    let seen_when_votes = async |voter: &Person| {
        let mut events = three.watches(&party.code).await;
        events.votes(0).await;
        voter.votes(&party.code, party.play).await.expect(200);
        let frame = events.frame().await.expect("an event");
        voter.withdraws(&party.code, party.play).await.expect(200);
        events.votes(0).await;
        let frame = frame.replace(between(&frame, "\"version\":", ","), "N");
        frame.replace(between(&frame, "\"since\":", ","), "N")
    };
    assert_eq!(seen_when_votes(one).await, seen_when_votes(two).await);
}

#[tokio::test]
async fn what_one_tab_was_told_does_not_depend_on_who_else_asked_before() {
    let app = TestApp::start().await;
    let party = app.party(2, "3").await;
    let [one, two] = &party.guests[..] else { panic!("two guests") };
    let room = format!("/room/{}", party.code);
    one.votes(&party.code, party.play).await.expect(200);

    // A proxy that kept one answer for both would mix them up.
    for path in [&*room, "/api/rooms/mine", &format!("/api/rooms/view?code={}", party.code)] {
        let request = one.request(Method::GET, path);
        assert_eq!(one.send(request).await.header("cache-control"), "no-store", "{path}");
    }
    let mine = one.opens(&room).await.expect(200);
    let theirs = two.opens(&room).await.expect(200);
    mine.says(r#"aria-pressed="true""#);
    theirs.says(r#"aria-pressed="false""#);
}

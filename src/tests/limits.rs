//! How much one network may bring into being, and for which host.

use auxroom::{
    model::EndedReason,
    server::store::entities::{room, visitor},
};
use futures::future::join_all;
use simulator::{Control, Wanted};

use crate::harness::{DEMO, PAUSE, PLAY, Party, TestApp};

const NEW_ROOM: [(&str, &str); 1] = [("votes_to_skip", "2")];
const BEHIND_A_PROXY: [(&str, &str); 1] = [("AUXROOM_TRUSTED_PROXIES", "127.0.0.1")];
const NEIGHBOUR: [(&str, &str); 1] = [("x-forwarded-for", "198.51.100.1")];
const FLOOD: [(&str, &str); 1] = [("x-forwarded-for", "203.0.113.7")];

#[tokio::test]
async fn rate_limit_of_visitors_lets_a_wedding_in_and_refuses_a_flood() {
    let app = TestApp::start_with(&BEHIND_A_PROXY).await;
    let host = app.person_with(&NEIGHBOUR);
    let code = host.creates_room().await;
    let join = [("code", &*code)];
    let mut guests = Vec::new();
    for _ in 0..10 {
        let arriving = (0..30).map(async |_| {
            let guest = app.person_with(&FLOOD);
            guest.calls("/api/rooms/join", &join).await.expect(200);
            guest
        });
        guests.extend(join_all(arriving).await);
    }
    let visitors = app.count::<visitor::Entity>().await;

    let late = app.person_with(&FLOOD);
    let refused = late.calls("/api/rooms/join", &join).await.expect(429);
    let page = late.posts_and_reads("/api/rooms/join", &join).await.expect(200);

    assert_eq!((&*refused.body, refused.header("retry-after")), ("\"TooManyVisitors\"", "10"));
    page.tells("alert", "Too many people came from your network.").says(&code);
    assert_eq!(late.cookie(), None);
    assert_eq!(app.count::<visitor::Entity>().await, visitors);
    guests[0].opens(&format!("/room/{code}")).await.expect(200).says("Leave");
    guests[0].calls("/api/rooms/join", &join).await.expect(200);
    app.person_with(&NEIGHBOUR).joins(&code).await;
    app.advance(1_000);
    late.joins(&code).await;
}

#[tokio::test]
async fn rate_limit_of_rooms_is_told_beside_the_form() {
    let app = TestApp::start_with(&BEHIND_A_PROXY).await;
    let host = app.person_with(&FLOOD);
    for _ in 0..20 {
        host.creates_room().await;
    }

    let refused = host.calls("/api/rooms/create", &NEW_ROOM).await.expect(429);
    let page = host.posts_and_reads("/api/rooms/create", &NEW_ROOM).await.expect(200);

    assert_eq!((&*refused.body, refused.header("retry-after")), ("\"TooManyRooms\"", "60"));
    page.tells("alert", "Too many new rooms from your network.").says("<form");
    assert_eq!(app.count::<room::Entity>().await, 20);
    app.person_with(&NEIGHBOUR).creates_room().await;
    app.advance(60_000);
    host.creates_room().await;
}

#[tokio::test]
async fn rate_limit_does_not_believe_what_clients_say_of_themselves() {
    let app = TestApp::start_with(&BEHIND_A_PROXY).await;
    for claim in ["203.0.113.7", "198.51.100.1, 203.0.113.7", "x, 203.0.113.7"] {
        let host = app.person_with(&[("x-forwarded-for", claim)]);
        for _ in 0..7 {
            host.calls("/api/rooms/create", &NEW_ROOM).await;
        }
    }
    assert_eq!(app.count::<room::Entity>().await, 20, "one network");
}

#[tokio::test]
async fn room_that_is_full_takes_nobody_but_its_host_until_somebody_leaves() {
    let app = TestApp::start_with(&[("AUXROOM_MEMBERS_PER_ROOM", "2")]).await;
    let host = app.person();
    let code = host.creates_room().await;
    let (code, room) = ([("code", &*code)], format!("/room/{code}"));
    let (guest, late) = (app.person(), app.person());
    guest.calls("/api/rooms/join", &code).await.expect(200);

    let refused = late.calls("/api/rooms/join", &code).await.expect(409);
    let page = late.posts_and_reads("/api/rooms/join", &code).await;

    assert_eq!((&*refused.body, late.cookie()), ("\"RoomFull\"", None));
    page.tells("alert", "This room is full.");
    guest.calls("/api/rooms/join", &code).await.expect(200);
    host.calls("/api/rooms/leave", &code).await.expect(200);
    late.calls("/api/rooms/join", &code).await.expect(200);
    host.calls("/api/rooms/join", &code).await.expect(200);
    host.opens(&room).await.expect(200).says("Settings");
}

#[tokio::test]
async fn rate_limit_of_guesses_hides_rooms_from_strangers_and_not_from_members() {
    let app = TestApp::start_with(&BEHIND_A_PROXY).await;
    let (host, member) = (app.person_with(&NEIGHBOUR), app.person_with(&FLOOD));
    let code = host.creates_room().await;
    member.joins(&code).await;
    let (room, guesser) = (format!("/room/{code}"), app.person_with(&FLOOD));
    let wrong = [("code", "QQQQQQ")];
    // Thirty in all.
    for page in ["/room/QQQQQQ", "/room/QQQQQQ/settings"] {
        guesser.opens(page).await.expect(404);
    }
    for _ in 0..7 {
        guesser.opens("/room/QQQQQQ").await.expect(404);
        guesser.calls("/api/rooms/join", &wrong).await.expect(404);
        guesser.calls("/api/playback/pause", &wrong).await.expect(404);
        guesser.opens("/room/QQQQQQ/events").await.expect(404);
    }

    assert_eq!(guesser.opens("/room/QQQQQQ").await.status, 429);

    for path in [&*room, "/room/QQQQQQ"] {
        let page = guesser.opens(path).await.expect(429);
        assert_eq!(page.header("retry-after"), "60", "{path}");
        page.tells("alert", "Too many wrong codes from your network.");
        guesser.opens(&format!("{path}/events")).await.expect(429);
    }
    for code in [&*code, "QQQQQQ"] {
        for command in ["/api/rooms/join", "/api/playback/pause", "/api/rooms/leave"] {
            let answer = guesser.calls(command, &[("code", code)]).await.expect(429);
            assert_eq!(answer.body, "\"TooManyGuesses\"", "{command} {code}");
        }
    }
    member.opens(&room).await.expect(200).says("Leave");
    app.person_with(&NEIGHBOUR).joins(&code).await;

    app.advance(60_000);
    guesser.joins(&code).await;
}

#[tokio::test]
async fn rate_limit_of_a_guest_who_pauses_and_plays_leaves_spotify_and_the_host_in_peace() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events: _events, .. } = app.party(1, "2").await;
    app.spotify_does(Control::Play(Wanted::new("28")));
    host.sets(&code, "2", "on").await;
    app.passes(10_000).await;
    let sent = || app.spotify.count(PAUSE) + app.spotify.count(PLAY);
    let press_for_a_minute = async || {
        let mut refused = None;
        app.spotify.reset_requests();
        for button in ["pause", "play"].repeat(30) {
            let answer = guests[0].presses(button, &code).await;
            refused = Some(answer).filter(|answer| answer.status == 429).or(refused);
            app.passes(1_000).await;
        }
        refused.expect("a refusal")
    };

    for minute in ["the first", "the second"] {
        let refused = press_for_a_minute().await;

        assert_eq!((&*refused.body, refused.header("retry-after")), ("\"TooManyAtOnce\"", "60"));
        assert_eq!(sent(), 3, "in {minute} minute");
        let calls = app.spotify.count("*");
        let counts = app.spotify.request_counts();
        assert!(calls <= 12, "{calls} calls in {minute} minute: {counts:?}");
    }
    for button in ["pause", "play", "pause", "play"] {
        host.presses(button, &code).await.expect(200);
        app.passes(1_000).await;
    }
    assert_eq!(sent(), 7);
}

#[tokio::test]
async fn rate_limit_of_guests_is_not_forgotten_while_nobody_watches() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events, .. } = app.party(1, "2").await;
    host.sets(&code, "2", "on").await;
    drop(events);
    app.is_unwatched().await;
    let sent = || app.spotify.count(PAUSE) + app.spotify.count(PLAY);
    let press_for_ten_seconds = async || {
        for button in ["pause", "play"].repeat(5) {
            guests[0].presses(button, &code).await;
            app.passes(1_000).await;
        }
    };

    press_for_ten_seconds().await;
    app.passes(35_000).await;
    press_for_ten_seconds().await;

    assert_eq!(sent(), 3);
    app.passes(90_000).await;
    assert!(app.state.hub.is_empty(), "it does not live on for that");
}

#[tokio::test]
async fn request_for_another_host_changes_nothing_and_says_why() {
    let public = [("AUXROOM_PUBLIC_URL", "https://music.example.org")];
    for (vars, host) in [(&public[..], "evil.example"), (&DEMO, "rebound.example:3000")] {
        let app = TestApp::start_with(vars).await;
        let stranger = app.person_with(&[("host", host)]);

        let answer = stranger.calls("/api/rooms/create", &NEW_ROOM).await.expect(421);
        let page = stranger.opens("/").await.expect(421);

        assert_eq!(answer.body, "\"WrongHost\"");
        page.tells("alert", "This is not the address of this site.");
        assert_eq!(app.count::<room::Entity>().await, 0);
        for probe in ["/healthz", "/readyz"] {
            stranger.opens(probe).await.expect(200);
        }
    }
}

#[tokio::test]
async fn event_stream_of_the_oldest_of_nine_tabs_ends_with_the_reason() {
    let app = TestApp::start().await;
    let Party { guests, code, mut events, play, .. } = app.party(2, "3").await;
    let mut tabs = Vec::new();
    for _ in 0..9 {
        let mut tab = guests[0].watches(&code).await;
        tab.snapshot(|_| true).await;
        tabs.push(tab);
    }
    let mut oldest = tabs.remove(0);
    assert_eq!(oldest.ended().await, EndedReason::Superseded);
    assert!(oldest.frame().await.is_none());

    guests[1].votes(&code, play).await.expect(200);

    events.votes(1).await;
    for tab in &mut tabs {
        tab.votes(1).await;
    }
    drop(tabs);
    let mut tab = guests[0].watches(&code).await;
    tab.votes(1).await;
}

//! A visitor who wants to be forgotten.

use auxroom::{
    model::{EndedReason, StatusKind},
    server::store::entities::{
        connection, member, play, room, session, sign_in, skip_vote, visitor,
    },
};
use reqwest::{Method, header::ACCEPT};

use crate::harness::{Party, Person, TestApp};

const FORGET: &str = "/api/visitors/forget";
const SURE: [(&str, &str); 1] = [("confirmed", "on")];

/// Visitors, sessions, rooms, members, plays, votes, accounts and sign-ins.
async fn rows(app: &TestApp) -> [usize; 8] {
    let (visitors, sessions) =
        (app.count::<visitor::Entity>().await, app.count::<session::Entity>().await);
    let (rooms, members) = (app.count::<room::Entity>().await, app.count::<member::Entity>().await);
    let (plays, votes) =
        (app.count::<play::Entity>().await, app.count::<skip_vote::Entity>().await);
    let (accounts, sign_ins) =
        (app.count::<connection::Entity>().await, app.count::<sign_in::Entity>().await);
    [visitors, sessions, rooms, members, plays, votes, accounts, sign_ins]
}

/// Whoever sends this person's old cookie is a stranger.
async fn is_a_stranger(app: &TestApp, cookie: &str) {
    let thief = app.person();
    thief.set_cookie(cookie);
    thief.opens("/privacy").await.expect(200).says("this browser has created and joined no room");
}

#[tokio::test]
async fn forget_me_deletes_a_guest_and_leaves_everybody_else_as_they_were() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, play } = app.party(2, "3").await;
    let [guest, other] = &guests[..] else { panic!("two guests") };
    for voter in [guest, other] {
        voter.votes(&code, play).await.expect(200);
    }
    let mut tabs = [guest.watches(&code).await, guest.watches(&code).await];
    let mut others = other.watches(&code).await;
    let cookie = guest.cookie().expect("a cookie");
    assert_eq!(rows(&app).await, [3, 3, 1, 3, 1, 2, 1, 0]);

    let answer = guest.posts(FORGET, &SURE).await.leads_to("/?done=forgotten");

    let removal = answer.header("set-cookie");
    assert!(removal.starts_with("auxroom=;") && removal.contains("Max-Age=0"), "{removal}");
    assert_eq!(rows(&app).await, [2, 2, 1, 2, 1, 1, 1, 0]);
    for tab in &mut tabs {
        assert_eq!(tab.ended().await, EndedReason::Left);
    }
    for watching in [&mut events, &mut others] {
        watching.snapshot(|now| (now.members, now.skip.votes) == (2, 1)).await;
    }
    let voted = other.watches(&code).await.you(|_| true).await.voted_play;
    assert_eq!(voted, Some(play), "the vote of the other counts on");
    is_a_stranger(&app, &cookie).await;
    guest.follows(answer.location()).await.expect(200).says("You are forgotten");
    host.opens(&format!("/room/{code}/settings")).await.expect(200);
}

#[tokio::test]
async fn forget_me_closes_and_deletes_the_rooms_of_a_host() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events: _events, play } = app.party(1, "3").await;
    let guest = &guests[0];
    guest.votes(&code, play).await.expect(200);
    let closed = host.creates_room().await;
    host.calls("/api/rooms/close", &[("code", &closed)]).await.expect(200);
    let silent = host.creates_room().await;
    host.goes_to_spotify(&silent).await;
    guest.joins(&silent).await;
    let (_, elsewhere) = app.host_with_music().await;
    guest.joins(&elsewhere).await;
    let mut tab = guest.watches(&code).await;
    assert_eq!(rows(&app).await, [3, 3, 4, 7, 2, 1, 2, 1]);

    host.posts(FORGET, &SURE).await.leads_to("/?done=forgotten");

    assert_eq!(tab.ended().await, EndedReason::Closed);
    app.settles().await;
    assert_eq!(rows(&app).await, [2, 2, 1, 2, 1, 0, 1, 0]);
    for gone in [&code, &closed, &silent] {
        let page = guest.opens(&format!("/room/{gone}")).await.expect(404);
        page.says("There is no room with that code.");
    }
    guest.sees(&elsewhere).await;
    let asked = app.spotify.count("GET *");
    app.passes(60_000).await;
    let asked_by_one_room = app.spotify.count("GET *") - asked;
    assert!(asked_by_one_room <= 8, "{asked_by_one_room}: nobody polls for a room that is gone");
}

#[tokio::test]
async fn forget_me_takes_ones_account_out_of_the_room_of_somebody_else() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    events.playing().await;
    let second = app.person();
    let own = second.creates_room().await;
    // The same account: it stays where it is, and is the second one's from now on.
    app.spotify.consent_next(&app.account().id).expect("the account");
    let consent = second.goes_to_spotify(&own).await;
    let back = second.decides(&consent, "agree").await;
    second.follows(&back).await.expect(200).says("plays in another room");

    second.posts(FORGET, &SURE).await.leads_to("/?done=forgotten");

    events.snapshot(|now| now.status.kind == StatusKind::NotConnected).await;
    assert_eq!(rows(&app).await, [1, 1, 1, 1, 0, 0, 0, 0]);
}

#[tokio::test]
async fn forget_me_leaves_a_skip_decided_that_the_vote_has_decided() {
    let app = TestApp::start().await;
    let Party { guests, code, events: _events, play, .. } = app.party(1, "1").await;
    let spotify = app.spotify.count(crate::harness::NEXT);
    guests[0].votes(&code, play).await.expect(200);

    guests[0].posts(FORGET, &SURE).await.leads_to("/?done=forgotten");

    app.passes(10_000).await;
    assert_eq!(app.spotify.count(crate::harness::NEXT) - spotify, 1);
}

#[tokio::test]
async fn forget_me_asks_first_and_tells_what_is_stored_about_whom() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = app.party(1, "2").await;
    let guest = &guests[0];
    let left = host.creates_room().await;
    guest.joins(&left).await;
    guest.calls("/api/rooms/leave", &[("code", &left)]).await.expect(200);
    let before = rows(&app).await;

    let page = guest.posts_and_reads(FORGET, &[]).await.expect(200);
    let page = page.tells("alert", "Nothing is deleted yet").says(&format!("joined: {code}."));
    page.says("closed: 1.").says("Forget me</button>").never_says("that you host: ");
    guest.calls(FORGET, &[("confirmed", "off")]).await.expect(422).says("Malformed");
    let page = host.opens("/privacy").await.expect(200).says("that you host: ").says(&code);
    page.says("accounts that you connected: 1.").says("spotify.com/account/apps");

    assert_eq!(rows(&app).await, before);
}

#[tokio::test]
async fn forget_me_is_found_by_everybody_and_remembers_nobody() {
    let app = TestApp::start().await;
    let stranger = app.person();
    stranger.opens("/").await.expect(200).says(r#"href="/privacy""#);

    let page = stranger.opens("/privacy").await.expect(200);

    assert_eq!(page.title(), "Privacy · Auxroom");
    assert!(page.header("content-security-policy").contains("script-src 'none'"));
    page.says("this browser has created and joined no room").never_says("Forget me</button>");
    stranger.posts(FORGET, &SURE).await.leads_to("/?done=forgotten");
    assert_eq!((stranger.cookie(), rows(&app).await), (None, [0; 8]));
}

#[tokio::test]
async fn forget_me_is_nothing_that_another_site_can_ask_for() {
    let app = TestApp::start().await;
    let host = app.person();
    host.creates_room().await;
    let before = rows(&app).await;
    let foreign = host.request(Method::POST, FORGET).form(&SURE).header(ACCEPT, "text/html");

    host.send(foreign.header("origin", "https://evil.example")).await.expect(403);

    assert_eq!(rows(&app).await, before);
}

#[tokio::test]
async fn forget_me_ends_the_session_of_a_request_that_was_under_way() {
    let app = TestApp::start().await;
    let person: Person = app.person();
    let code = person.creates_room().await;
    let tab = app.person();
    tab.set_cookie(&person.cookie().expect("a cookie"));
    person.posts(FORGET, &SURE).await.leads_to("/?done=forgotten");

    // A tab that was open still sends the cookie: that makes nobody known again.
    tab.opens(&format!("/room/{code}")).await.expect(404);
    tab.calls("/api/rooms/leave", &[("code", &code)]).await.expect(404);

    assert_eq!(rows(&app).await, [0; 8]);
}

//! Rooms begin, and end.

use auxroom::{
    model::EndedReason,
    server::store::entities::{connection, member, room, session, sign_in, visitor},
};

use crate::harness::{COMMANDS, TestApp};

/// What nobody can mean by "Votes to skip". The last one is a field that was not sent at all.
pub(crate) const SENSELESS_VOTES: [Option<&str>; 13] = [
    Some("0"),
    Some("-5"),
    Some("101"),
    Some("1000000000000"),
    Some("99999999999999999999999999"),
    Some("two"),
    Some("2.5"),
    Some("1e1"),
    Some("0x10"),
    Some("2 3"),
    Some("<b>\"2\""),
    Some(""),
    None,
];

/// A form's fields with this number of votes, and guests who can pause.
pub(crate) fn settings_fields<'a>(
    code: &'a str,
    votes: Option<&'a str>,
) -> Vec<(&'a str, &'a str)> {
    let votes = votes.map(|votes| ("votes_to_skip", votes));
    [("code", code), ("guest_can_pause", "on")].into_iter().chain(votes).collect()
}

#[tokio::test]
async fn the_form_as_it_comes_makes_a_room_with_two_votes_where_only_the_host_can_pause() {
    let app = TestApp::start().await;
    let host = app.person();

    let form = host.opens("/create").await.expect(200);
    assert!(form.field("votes_to_skip").contains(r#"value="2""#));
    assert!(!form.field("guest_can_pause").contains("checked"));
    // A browser sends nothing for a checkbox that is off.
    let created = host.posts("/api/rooms/create", &[("votes_to_skip", "2")]).await.expect(302);

    let rooms = app.rows::<room::Entity>().await;
    let code = &rooms[0].code;
    assert_eq!((rooms.len(), rooms[0].votes_to_skip, rooms[0].guest_can_pause), (1, 2, false));
    assert_eq!(created.location(), format!("/room/{code}?done=created"));
    let page = host.follows(created.location()).await.expect(200);
    page.says("Your room is ready.").says("2 votes skip a song").says("only the host can pause");
}

#[tokio::test]
async fn a_room_has_the_settings_that_were_chosen() {
    let app = TestApp::start().await;
    for (votes, switch, can_pause) in
        [("1", "on", true), ("100", "true", true), (" 37 ", "false", false), ("3", "", false)]
    {
        let host = app.person();
        let code = host.creates_room_with(votes, switch).await;

        let page = host.opens(&format!("/room/{code}/settings")).await.expect(200);
        let shown = format!(r#"value="{}""#, votes.trim());
        assert!(page.field("votes_to_skip").contains(&shown), "{votes}");
        assert_eq!(page.field("guest_can_pause").contains("checked"), can_pause, "{switch:?}");
    }
}

#[tokio::test]
async fn a_script_that_creates_a_room_is_told_where_it_is() {
    let app = TestApp::start().await;
    let host = app.person();

    let created = host.calls("/api/rooms/create", &[("votes_to_skip", "2")]).await.expect(200);

    assert_eq!(created.body, r#""created""#);
    let code = app.rows::<room::Entity>().await.remove(0).code;
    assert_eq!(created.location(), format!("/room/{code}?done=created"));
    host.opens(&format!("/room/{code}")).await.expect(200).says("Leave room");
}

#[tokio::test]
async fn a_senseless_threshold_creates_nothing_and_is_explained_beside_its_field() {
    let app = TestApp::start().await;
    for votes in SENSELESS_VOTES {
        let somebody = app.person();
        let fields = settings_fields("", votes);

        let answer = somebody.calls("/api/rooms/create", &fields).await.expect(422);
        assert_eq!(answer.body, r#""VotesToSkip""#, "{votes:?}");

        let page = somebody.posts_and_reads("/api/rooms/create", &fields).await.expect(200);
        assert_eq!(
            page.text_of("votes-error"),
            "Votes to skip must be a whole number from 1 to 100."
        );
        assert_eq!(page.text_of("pause-error"), "");
        let escaped = votes.unwrap_or_default().replace('<', "&lt;").replace('>', "&gt;");
        let kept = format!(r#"value="{}""#, escaped.replace('"', "&quot;"));
        assert!(page.field("votes_to_skip").contains(&kept), "{}", page.field("votes_to_skip"));
        assert!(page.field("guest_can_pause").contains("checked"), "{votes:?}");
        assert_eq!(somebody.cookie(), None, "{votes:?}");
    }
    assert_eq!(app.count::<room::Entity>().await, 0);
    assert_eq!(app.count::<visitor::Entity>().await, 0);
    assert_eq!(app.count::<session::Entity>().await, 0);
}

#[tokio::test]
async fn a_switch_that_is_neither_on_nor_off_creates_nothing_and_is_explained_beside_its_field() {
    let app = TestApp::start().await;
    let somebody = app.person();
    let fields = [("votes_to_skip", "5"), ("guest_can_pause", "maybe")];

    let answer = somebody.calls("/api/rooms/create", &fields).await.expect(422);
    assert_eq!(answer.body, r#""GuestCanPause""#);
    let page = somebody.posts_and_reads("/api/rooms/create", &fields).await.expect(200);

    assert_eq!(page.text_of("pause-error"), "Guests can pause must be on or off.");
    assert_eq!(page.text_of("votes-error"), "");
    assert!(page.field("votes_to_skip").contains(r#"value="5""#));
    assert_eq!(app.count::<room::Entity>().await, 0);
}

#[tokio::test]
async fn a_browser_hosts_several_rooms_is_a_guest_in_others_and_finds_all_of_them_at_home() {
    let app = TestApp::start().await;
    let (me, other) = (app.person(), app.person());
    let (first, second) = (me.creates_room().await, me.creates_room().await);
    let theirs = other.creates_room().await;
    me.joins(&theirs).await;

    let home = me.opens("/").await.expect(200);

    let row = |code: &str, what: &str| {
        format!(r#"<span class="code">{code}</span><span class="dim">{what}</span>"#)
    };
    let home = home.says(&row(&first, "you host")).says(&row(&second, "you host"));
    home.says(&row(&theirs, "you are a guest"));
    other.opens("/").await.expect(200).never_says(&first).never_says(&second).says(&theirs);
    for code in [&first, &second] {
        me.opens(&format!("/room/{code}/settings")).await.expect(200);
    }
}

#[tokio::test]
async fn the_page_that_closes_a_room_asks_first() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;

    let page = host.opens(&format!("/room/{code}/close")).await.expect(200);

    let page = page.says(">Close room</button>").says(">Keep room</a>");
    page.says(&format!(r#"<a href="/room/{code}" class="button">Keep room"#));
    host.opens(&format!("/room/{code}")).await.expect(200).says("Leave room");
    assert_eq!(app.room(&code).await.closed_at, None);
}

#[tokio::test]
async fn a_closed_room_tells_everybody_and_is_gone() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let (mut hosts, mut guests) = (host.watches(&code).await, guest.watches(&code).await);
    let mut guests_other_tab = guest.watches(&code).await;

    let closed = host.posts("/api/rooms/close", &[("code", &code)]).await;
    let home = host.follows(closed.leads_to("/?done=closed").location()).await.expect(200);
    home.says("The room is closed.").never_says(&code);

    for events in [&mut hosts, &mut guests, &mut guests_other_tab] {
        assert_eq!(events.ended().await, EndedReason::Closed);
    }
    for person in [&host, &guest, &app.person()] {
        let page = person.opens(&format!("/room/{code}")).await.expect(410);
        page.says("This room is closed").says("Ask your host for a new code");
        person.opens(&format!("/room/{code}/settings")).await.expect(410);
        person.opens(&format!("/room/{code}/events")).await.expect(410);
        person.calls("/api/rooms/join", &[("code", &code)]).await.expect(410);
        for command in &COMMANDS {
            let answer = person.calls(command.path, &command.fields(&code)).await.expect(410);
            assert_eq!(answer.body, r#""RoomClosed""#, "{}", command.path);
        }
    }
    guest.opens("/").await.expect(200).never_says(&code);
}

#[tokio::test]
async fn closing_a_room_forgets_its_spotify_account_and_lets_the_music_play_on() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    host.goes_to_spotify(&code).await;
    assert_eq!(app.count::<connection::Entity>().await, 1);
    assert_eq!(app.count::<sign_in::Entity>().await, 1);

    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);

    assert_eq!(app.count::<connection::Entity>().await, 0);
    assert_eq!(app.count::<sign_in::Entity>().await, 0);
    assert!(app.spotify.accounts()[0].is_playing);
    assert_eq!(app.spotify.count("PUT *"), 0);
}

#[tokio::test]
async fn closing_one_room_leaves_the_others_open() {
    let app = TestApp::start().await;
    let host = app.person();
    let (one, other) = (host.creates_room().await, host.creates_room().await);
    let guest = app.guest_in(&other).await;
    let mut events = guest.watches(&other).await;

    host.calls("/api/rooms/close", &[("code", &one)]).await.expect(200);
    host.calls("/api/rooms/settings", &[("code", &other), ("votes_to_skip", "9")])
        .await
        .expect(200);

    events.snapshot(|snapshot| snapshot.votes_to_skip == 9).await;
    host.opens("/").await.expect(200).says(&other).never_says(&one);
    assert_eq!(app.count::<member::Entity>().await, 3);
}

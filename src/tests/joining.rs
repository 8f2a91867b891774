//! Coming into a room.

use auxroom::{
    model::Role,
    server::store::entities::{member, room, session, visitor},
};

use crate::harness::TestApp;

#[tokio::test]
async fn a_code_is_read_in_any_case_with_spaces_and_hyphens() {
    let app = TestApp::start().await;
    let code = app.person().creates_room().await;
    let (start, end) = code.split_at(3);
    let spaced: String = code.chars().flat_map(|letter| [' ', letter, '-']).collect();

    for typed in [
        code.to_lowercase(),
        format!("  {code}  "),
        format!("{start} {end}"),
        format!("{start}-{}", end.to_lowercase()),
        format!("{start}\u{2013}{end}\u{a0}"),
        spaced,
    ] {
        let guest = app.person();
        let joined = guest.posts("/api/rooms/join", &[("code", &typed)]).await;
        let joined = joined.leads_to(&format!("/room/{code}?done=joined"));
        guest.follows(joined.location()).await.expect(200).says("You are in.").says("Leave room");
    }
    assert_eq!(app.members(&code).await, 7);
}

#[tokio::test]
async fn a_code_that_leads_nowhere_is_explained_beside_its_field() {
    let app = TestApp::start().await;
    let host = app.person();
    let closed = host.creates_room().await;
    host.calls("/api/rooms/close", &[("code", &closed)]).await.expect(200);
    let visitors = app.count::<visitor::Entity>().await;
    let malformed = "A room code has six letters and digits, like ABC234.";

    for (code, status, error, text) in [
        (
            "QQQQQQ",
            404,
            "RoomNotFound",
            "There is no room with that code. Check it with your host.",
        ),
        (
            &*closed,
            410,
            "RoomClosed",
            "This room is closed. Ask your host for a new code, or create a room yourself.",
        ),
        ("QQQQQ", 422, "CodeMalformed", malformed),
        ("QQQQQQQ", 422, "CodeMalformed", malformed),
        ("QQQQQ0", 422, "CodeMalformed", malformed),
        ("QQQQQ!", 422, "CodeMalformed", malformed),
        ("ÄÖÜÄÖÜ", 422, "CodeMalformed", malformed),
        ("<b>\"QQ", 422, "CodeMalformed", malformed),
        ("", 422, "CodeMalformed", malformed),
    ] {
        let guest = app.person();
        let answer = guest.calls("/api/rooms/join", &[("code", code)]).await.expect(status);
        assert_eq!(answer.body, format!("{error:?}"), "{code}");

        let page = guest.posts_and_reads("/api/rooms/join", &[("code", code)]).await.expect(200);
        assert_eq!(page.title(), "Join a room · Auxroom");
        assert_eq!(page.text_of("code-error"), text, "{code}");
        let kept = code.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        assert!(page.field("code").contains(&format!(r#"value="{kept}""#)), "{code}");
        assert!(page.field("code").contains(r#"aria-invalid="true""#), "{code}");
        assert_eq!(guest.cookie(), None, "{code}");
    }
    let answer = app.person().calls("/api/rooms/join", &[]).await.expect(422);
    assert_eq!(answer.body, r#""CodeMalformed""#);
    assert_eq!(app.count::<visitor::Entity>().await, visitors);
}

#[tokio::test]
async fn opening_a_link_does_not_join_and_leaves_no_trace() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let mut events = host.watches(&code).await;
    events.snapshot(|snapshot| snapshot.members == 1).await;
    let friend = app.person();

    let page = friend.opens(&format!("/room/{code}")).await.expect(200);
    assert_eq!(page.title(), format!("Join room {code} · Auxroom"));
    assert_eq!(page.body.matches("<button").count(), 1, "one button");
    assert!(page.field("code").contains(&format!(r#"value="{code}""#)));
    page.says(">Join room</button>").never_says("Leave room").never_says("refresh");
    friend.opens(&format!("/room/{code}/events")).await.expect(403);

    assert_eq!(friend.cookie(), None);
    assert_eq!(app.count::<session::Entity>().await, 1);
    assert_eq!(app.count::<visitor::Entity>().await, 1);
    assert_eq!(app.members(&code).await, 1);

    friend.posts("/api/rooms/join", &[("code", &code)]).await.expect(302);
    events.snapshot(|snapshot| snapshot.members == 2).await;
}

#[tokio::test]
async fn joining_twice_is_joining_once() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let guest = app.guest_in(&code).await;
    let mut events = guest.watches(&code).await;

    let fields = [("code", &*code)];
    guest.posts("/api/rooms/join", &fields).await.leads_to(&format!("/room/{code}?done=joined"));
    let (one, other) = tokio::join!(
        guest.calls("/api/rooms/join", &fields),
        guest.calls("/api/rooms/join", &fields)
    );
    one.expect(200);
    other.expect(200);

    assert_eq!(events.snapshot(|_| true).await.members, 2);
    assert_eq!(app.count::<member::Entity>().await, 2);
    host.opens(&format!("/room/{code}")).await.expect(200).says("2 people here");
}

#[tokio::test]
async fn a_host_who_joins_their_own_room_stays_its_host() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;

    host.joins(&code).await;

    assert_eq!(host.watches(&code).await.you(|_| true).await.role, Role::Host);
    host.opens(&format!("/room/{code}/settings")).await.expect(200);
}

#[tokio::test]
async fn a_link_with_a_code_fills_the_form_in() {
    let app = TestApp::start().await;
    for (query, value) in [
        ("?code=ABC234", "ABC234"),
        ("?code=abc%20234", "abc 234"),
        ("?code=%22%3E%3Cscript%3E", "&quot;&gt;&lt;script&gt;"),
        ("", ""),
    ] {
        let page = app.person().opens(&format!("/join{query}")).await.expect(200);

        assert!(page.field("code").contains(&format!(r#"value="{value}""#)), "{query}");
        assert_eq!(page.text_of("code-error"), "", "{query}");
        page.says(">Join room</button>");
    }
}

#[tokio::test]
async fn joining_that_the_host_stopped_keeps_out_who_is_new_and_nobody_else() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let (guest, former) = (app.guest_in(&code).await, app.guest_in(&code).await);
    former.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    let visitors = app.count::<visitor::Entity>().await;
    let stop = [("code", &*code), ("on", "true")];

    let page = host.posts_and_reads("/api/rooms/stop-joining", &stop).await.expect(200);
    page.tells("status", "Nobody new can join now.").says("Let people join again");

    let stranger = app.person();
    let refused = stranger.calls("/api/rooms/join", &[("code", &code)]).await.expect(403);
    assert_eq!((&*refused.body, stranger.cookie()), ("\"JoiningStopped\"", None));
    let known = app.person();
    known.creates_room().await;
    let page = known.posts_and_reads("/api/rooms/join", &[("code", &code)]).await;
    page.tells("alert", "The host lets nobody new into this room right now.");
    assert_eq!(app.count::<visitor::Entity>().await, visitors + 1);
    guest.joins(&code).await;
    former.joins(&code).await;
    assert_eq!(host.sees(&code).await.members, 3);

    let allow = [("code", &*code), ("on", "false")];
    let page = host.posts_and_reads("/api/rooms/stop-joining", &allow).await.expect(200);
    page.tells("status", "Anyone with the code can join again.").says("Let nobody new in");
    stranger.joins(&code).await;
}

#[tokio::test]
async fn code_that_the_host_changed_works_for_members_only() {
    let app = TestApp::start().await;
    let (host, old) = app.host_with_music().await;
    let guest = app.guest_in(&old).await;
    let mut events = guest.watches(&old).await;

    let renewed = host.posts("/api/rooms/renew-code", &[("code", &old)]).await.expect(302);

    let rooms = app.rows::<room::Entity>().await;
    let new = rooms[0].code.clone();
    assert_ne!(new, old);
    assert!(renewed.location().starts_with(&format!("/room/{new}/settings?")));
    host.follows(renewed.location()).await.tells("status", "The room has a new code.");
    let snapshot = events.snapshot(|snapshot| snapshot.code == new).await;
    assert_eq!(snapshot.members, 2);
    let stranger = app.person();
    stranger.opens(&format!("/room/{old}")).await.expect(404);
    stranger.calls("/api/rooms/join", &[("code", &old)]).await.expect(404);
    let former = app.guest_in(&new).await;
    former.calls("/api/rooms/leave", &[("code", &old)]).await.expect(200);
    former.opens(&format!("/room/{old}")).await.expect(404);
    for code in [&old, &new] {
        guest.opens(&format!("/room/{code}")).await.expect(200).says(&new);
        host.opens(&format!("/room/{code}/settings")).await.expect(200);
        host.presses("pause", code).await.expect(200);
        app.passes(10_000).await;
        host.presses("play", code).await.expect(200);
        app.passes(10_000).await;
    }
    let app = app.crash_and_restart().await;
    guest.opens(&format!("/room/{old}")).await.expect(200).says(&new);
    app.person().opens(&format!("/room/{old}")).await.expect(404);
}

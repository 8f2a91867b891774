//! What the host decides, and who sees it.

use auxroom::{
    model::{Role, Snapshot},
    server::store::entities::{connection, play},
};
use simulator::{Effect, Fault};

use crate::{
    harness::{COMMANDS, LOOK, Party, TestApp},
    rooms::{SENSELESS_VOTES, settings_fields},
};

#[tokio::test]
async fn everybody_sees_new_settings_at_once() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (one, two) = (app.guest_in(&code).await, app.guest_in(&code).await);
    let room = format!("/room/{code}");
    one.opens(&room).await.expect(200).never_says(">Pause</button>");
    let mut streams =
        [host.watches(&code).await, one.watches(&code).await, two.watches(&code).await];

    for (votes, switch, can_pause) in [("5", "on", true), ("1", "", false), ("100", "true", true)] {
        let fields = [("code", &*code), ("votes_to_skip", votes), ("guest_can_pause", switch)];
        let saved = host.calls("/api/rooms/settings", &fields).await.expect(200);
        assert_eq!(saved.body, r#""saved""#);

        let needed: u32 = votes.parse().expect("a number");
        let fits = |snapshot: &Snapshot| {
            (snapshot.votes_to_skip, snapshot.skip.needed, snapshot.guest_can_pause)
                == (needed, needed, can_pause)
        };
        for events in &mut streams {
            events.snapshot(fits).await;
        }
    }
    let page = two.opens(&room).await.expect(200).says(">Pause</button>");
    page.says("0 of 100 votes to skip").says("guests can pause");
}

#[tokio::test]
async fn saving_by_a_form_comes_back_to_the_settings_and_says_so() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;

    let fields = settings_fields(&code, Some("42"));
    let saved = host.posts("/api/rooms/settings", &fields).await;

    let saved = saved.leads_to(&format!("/room/{code}/settings?done=saved"));
    let page = host.follows(saved.location()).await.expect(200).says("Settings saved.");
    assert!(page.field("votes_to_skip").contains(r#"value="42""#));
    assert!(page.field("guest_can_pause").contains("checked"));
    let off = [("code", &*code), ("votes_to_skip", "42")];
    let page = host.posts_and_reads("/api/rooms/settings", &off).await.expect(200);
    assert!(!page.field("guest_can_pause").contains("checked"));
}

#[tokio::test]
async fn a_senseless_threshold_changes_nothing_and_is_explained_beside_its_field() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room_with("3", "").await;
    let before = app.room(&code).await;
    for votes in SENSELESS_VOTES {
        let fields = settings_fields(&code, votes);

        let answer = host.calls("/api/rooms/settings", &fields).await.expect(422);
        assert_eq!(answer.body, r#""VotesToSkip""#, "{votes:?}");

        let page = host.posts_and_reads("/api/rooms/settings", &fields).await.expect(200);
        assert_eq!(page.title(), format!("Settings of room {code} · Auxroom"));
        assert_eq!(
            page.text_of("votes-error"),
            "Votes to skip must be a whole number from 1 to 100."
        );
        let escaped = votes.unwrap_or_default().replace('<', "&lt;").replace('>', "&gt;");
        let kept = format!(r#"value="{}""#, escaped.replace('"', "&quot;"));
        assert!(page.field("votes_to_skip").contains(&kept), "{}", page.field("votes_to_skip"));
        assert!(page.field("guest_can_pause").contains("checked"), "{votes:?}");
    }
    assert_eq!(app.room(&code).await, before);
    // What was typed before and refused is not what the room has.
    let page = host.opens(&format!("/room/{code}/settings")).await.expect(200);
    assert!(page.field("votes_to_skip").contains(r#"value="3""#));
    assert!(!page.field("guest_can_pause").contains("checked"));
}

#[tokio::test]
async fn a_guest_cannot_do_what_is_the_hosts() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    host.opens(&format!("/room/{code}")).await.expect(200);
    let before = (app.room(&code).await, app.rows::<play::Entity>().await);
    app.spotify.reset_requests();

    for command in COMMANDS.iter().filter(|command| command.for_hosts) {
        let answer = guest.calls(command.path, &command.fields(&code)).await.expect(403);
        assert_eq!(answer.body, r#""NotHost""#, "{}", command.path);
        let answer = guest.posts(command.path, &command.fields(&code)).await.expect(302);
        let page = guest.follows(answer.location()).await;
        page.says("Only the host of this room can do that.");
    }
    for command in ["play", "pause"] {
        let path = format!("/api/playback/{command}");
        let answer = guest.calls(&path, &[("code", &code)]).await.expect(403);
        assert_eq!(answer.body, r#""PauseNotAllowed""#, "{command}");
        let page = guest.posts_and_reads(&path, &[("code", &code)]).await.expect(200);
        page.says("The host has not allowed guests to pause in this room.");
    }

    assert_eq!((app.room(&code).await, app.rows::<play::Entity>().await), before);
    assert_eq!(app.count::<connection::Entity>().await, 1);
    assert_eq!(app.spotify.count("PUT *") + app.spotify.count("POST *"), 0);
}

#[tokio::test]
async fn the_hosts_pages_are_the_hosts_alone() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let guest = app.guest_in(&code).await;
    for page in ["settings", "close"] {
        let path = format!("/room/{code}/{page}");

        host.opens(&path).await.expect(200);
        let refused = guest.opens(&path).await.expect(403);
        refused.says("Only the host of this room can do that.").never_says("<form");
        let refused = app.person().opens(&path).await.expect(403);
        refused.says("You are not in this room. Join it first.").never_says("<form");
    }
    let room = format!("/room/{code}");
    host.opens(&room).await.expect(200).says(&format!(r#"href="{room}/settings""#));
    guest.opens(&room).await.expect(200).never_says(&format!("{room}/settings"));
}

#[tokio::test]
async fn rooms_members_settings_and_sessions_survive_a_crash() {
    let app = TestApp::start().await;
    let (host, guest) = (app.person(), app.person());
    let code = host.creates_room_with("7", "on").await;
    guest.joins(&code).await;

    let app = app.crash_and_restart().await;

    for (person, role) in [(&host, Role::Host), (&guest, Role::Guest)] {
        person.opens("/").await.expect(200).says(&code);
        let mut events = person.watches(&code).await;
        assert_eq!(events.you(|_| true).await.role, role);
        let snapshot = events.snapshot(|_| true).await;
        assert_eq!(
            (snapshot.members, snapshot.votes_to_skip, snapshot.guest_can_pause),
            (2, 7, true)
        );
    }
    let page = host.opens(&format!("/room/{code}/settings")).await.expect(200);
    assert!(page.field("votes_to_skip").contains(r#"value="7""#));
    assert_eq!(app.members(&code).await, 2);
}

#[tokio::test]
async fn health_tells_the_host_how_spotify_and_guests_do() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events: _events, .. } = app.party(2, "2").await;
    let settings = format!("/room/{code}/settings");
    let says = async |words: &[&str]| {
        let page = host.opens(&settings).await.expect(200);
        words.iter().fold(page, |page, words| page.says(words));
    };
    let version = concat!("Auxroom ", env!("CARGO_PKG_VERSION"));
    // It is 2027-01-15 08:00:00 UTC.
    says(&[
        "Connected and answering.",
        "08:00:00 UTC, 0 seconds",
        "Guests connected: none.",
        "Last backup: none yet.",
        version,
    ])
    .await;

    let _guests_page = guests[0].watches(&code).await;
    app.spotify.fault(Fault::new(LOOK, Effect::Hang));
    app.looks_after(9_000).await;
    app.settles().await;

    // No answer is none, however long it was waited for.
    says(&["Spotify cannot be reached.", "08:00:00 UTC, 9 seconds", "Guests connected: 1."]).await;
    app.looks_after(9_000).await;
    app.settles().await;
    says(&["Connected and answering.", "08:00:18 UTC"]).await;
    guests[0].opens(&settings).await.expect(403).never_says("Health");
}

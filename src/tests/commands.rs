//! Play, pause and skip: sent once, pending until Spotify shows them.

use auxroom::model::{Pending, Playback, Snapshot, StatusKind};
use futures::future::join_all;
use serde_json::Value;
use simulator::{CommandAnswer, Control, DeviceState, Effect, Fault, Wanted};

use crate::harness::{LOOK, NEXT, PAUSE, PLAY, Party, Person, TestApp, uri_of};

fn playback(snapshot: Snapshot) -> Playback {
    snapshot.playback.expect("something plays")
}

/// What is pending, and whether it plays.
async fn shown(host: &Person, code: &str) -> (Option<Pending>, bool) {
    let playback = playback(host.sees(code).await);
    (playback.pending, playback.is_playing)
}

#[tokio::test]
async fn each_command_is_one_call_without_a_body() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    for (button, on, done) in
        [("pause", PAUSE, "paused"), ("play", PLAY, "played"), ("skip", NEXT, "skipped")]
    {
        host.presses(button, &code).await.expect(200).says(done);
        app.passes(10_000).await;

        let [sent] = &app.wire.heard(on)[..] else { panic!("{button} once") };
        assert_eq!(sent.headers.get("content-length").expect("a length"), "0", "{button}");
        assert_eq!((&*sent.body, app.spotify.count(on)), ("", 1), "{button}");
    }
    let all = app.spotify.count("* /v1/me/player/*");
    assert_eq!(all, 3, "{:?}", app.spotify.request_counts());
}

#[tokio::test]
async fn guests_play_and_pause_only_if_the_host_allows_it() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = app.party(1, "2").await;
    let (guest, stranger) = (&guests[0], app.person());
    let room = format!("/room/{code}");

    guest.opens(&room).await.never_says("Pause</button>").never_says("Skip</button>");
    for (person, button, says) in [
        (guest, "play", "PauseNotAllowed"),
        (guest, "pause", "PauseNotAllowed"),
        (guest, "skip", "NotHost"),
        (&stranger, "pause", "NotMember"),
        (&stranger, "skip", "NotMember"),
    ] {
        person.presses(button, &code).await.expect(403).says(says);
    }
    let page = guest.posts_and_reads("/api/playback/pause", &[("code", &code)]).await;
    page.says("The host has not allowed guests to pause in this room.");
    assert_eq!(app.spotify.count("* /v1/me/player/*"), 0);

    host.sets(&code, "2", "on").await;
    events.snapshot(|snapshot| snapshot.guest_can_pause).await;
    guest.opens(&room).await.says("Pause</button>").never_says("Skip</button>");
    guest.presses("pause", &code).await.expect(200).says("paused");
    guest.presses("play", &code).await.expect(200).says("played");
    guest.presses("skip", &code).await.expect(403).says("NotHost");
    stranger.presses("pause", &code).await.expect(403);

    host.sets(&code, "2", "").await;
    guest.presses("pause", &code).await.expect(403).says("PauseNotAllowed");
    let sent = (app.spotify.count(PAUSE), app.spotify.count(PLAY), app.spotify.count(NEXT));
    assert_eq!(sent, (1, 1, 0));
}

#[tokio::test]
async fn a_command_is_pending_until_spotify_shows_it() {
    let app = TestApp::start().await;
    let Party { host, code, mut events, .. } = app.party(0, "2").await;
    // Reads lag behind commands.
    app.spotify_does(Control::StaleMs(3_000));
    for (button, pending, before, after) in
        [("pause", Pending::Pause, true, false), ("play", Pending::Play, false, true)]
    {
        host.presses(button, &code).await.expect(200);
        let snapshot = events.pending(pending).await;
        assert_eq!(playback(snapshot).is_playing, before, "{button}");
        app.passes(2_500).await;
        assert_eq!(shown(&host, &code).await, (Some(pending), before), "{button}");
        app.passes(1_500).await;
        assert_eq!(shown(&host, &code).await, (None, after), "{button}");
    }
    assert_eq!((app.spotify.count(PAUSE), app.spotify.count(PLAY)), (1, 1));
}

#[tokio::test]
async fn a_skip_is_pending_until_the_next_song_shows() {
    let app = TestApp::start().await;
    let Party { host, code, mut events, play, .. } = app.party(0, "2").await;
    let (song, next) = (app.account().uri, app.account().coming[0].clone());
    app.spotify_does(Control::StaleMs(3_000));

    host.presses("skip", &code).await.expect(200);

    let snapshot = events.pending(Pending::Skip).await;
    assert_eq!(uri_of(&snapshot), song.as_deref());
    app.passes(2_500).await;
    assert_eq!(shown(&host, &code).await, (Some(Pending::Skip), true));
    app.passes(1_500).await;
    let snapshot = events.after(play).await;
    assert_eq!(uri_of(&snapshot), Some(&*next));
    assert_eq!(playback(snapshot).pending, None);
    app.passes(30_000).await;
    assert_eq!(app.spotify.count(NEXT), 1);
}

#[tokio::test]
async fn what_spotify_reports_wins_in_the_end() {
    let app = TestApp::start().await;
    let Party { host, code, mut events, .. } = app.party(0, "2").await;
    let lie = Effect::Answer { status: 204, headers: Default::default(), body: Value::Null };
    app.spotify.fault(Fault::new(PAUSE, lie).executed(false));

    host.presses("pause", &code).await.expect(200);

    events.pending(Pending::Pause).await;
    app.passes(10_000).await;
    assert_eq!(shown(&host, &code).await, (None, true));
    assert_eq!(app.spotify.count(PAUSE), 1, "a person presses again");
}

#[tokio::test]
async fn any_success_is_a_success() {
    for answer in [CommandAnswer::NoContent, CommandAnswer::Text, CommandAnswer::Accepted] {
        let app = TestApp::start().await;
        let Party { host, code, mut events, play, .. } = app.party(0, "2").await;
        app.spotify_does(Control::CommandAnswer(answer));
        for (button, done) in [("pause", "paused"), ("play", "played"), ("skip", "skipped")] {
            host.presses(button, &code).await.expect(200).says(done);
            app.looks_after(1_000).await;
        }
        let snapshot = events.after(play).await;
        assert_eq!(snapshot.status.kind, StatusKind::Ok, "{answer:?}");
        assert_eq!(app.spotify.count(NEXT), 1, "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_so_already_is_looked_at_and_no_trouble() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    for (change, button, on, plays) in
        [(Control::Pause, "pause", PAUSE, false), (Control::Resume, "play", PLAY, true)]
    {
        // On the host's own device: the room has not seen it yet.
        app.spotify_does(change);
        let looks = app.spotify.count(LOOK);

        host.presses(button, &code).await.expect(200).says("unchanged");

        // Time stands still: the look follows at once.
        app.hears(LOOK, looks + 1).await;
        let snapshot = host.sees(&code).await;
        assert_eq!(snapshot.status.kind, StatusKind::Ok, "{button}");
        assert_eq!(playback(snapshot).is_playing, plays, "{button}");
        assert_eq!(app.spotify.count(on), 1, "{button}");
        app.passes(10_000).await;
    }
}

#[tokio::test]
async fn a_guest_who_presses_pause_without_end_reaches_spotify_once() {
    let app = TestApp::start().await;
    let Party { host, guests, code, events: _events, .. } = app.party(1, "2").await;
    host.sets(&code, "2", "on").await;
    app.looks_after(9_000).await;
    let polls = app.spotify.count(LOOK);

    for _ in 0..5 {
        let presses = (0..20).map(|_| guests[0].presses("pause", &code));
        for answer in join_all(presses).await {
            let answer = answer.expect(200).body;
            assert!(["\"paused\"", "\"already\""].contains(&&*answer), "{answer}");
        }
        app.passes(12_000).await;
    }

    assert_eq!(app.spotify.count(PAUSE), 1);
    // In a minute: while it is expected to change, and then at the pace of a room that is paused.
    assert!(app.spotify.count(LOOK) - polls <= 12, "{:?}", app.spotify.request_counts());
}

#[tokio::test]
async fn a_device_that_takes_no_commands_leaves_everything_as_it_is() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, play, .. } = app.party(0, "2").await;
    app.spotify_does(Control::Device(DeviceState::Restricted));
    for button in ["pause", "skip"] {
        let button = format!("/api/playback/{button}");
        let page = host.posts_and_reads(&button, &[("code", &code)]).await.expect(200);
        page.says("Spotify did not allow that just now.");
    }
    app.passes(30_000).await;
    let snapshot = host.sees(&code).await;
    assert_eq!(snapshot.status.kind, StatusKind::Ok);
    assert_eq!(playback(snapshot).play, Some(play));
    assert_eq!((app.spotify.count(PAUSE), app.spotify.count(NEXT)), (1, 1));
}

#[tokio::test]
async fn a_command_that_fails_is_not_sent_again_and_the_room_shows_the_truth() {
    for (status, executed) in [(502, true), (502, false), (500, false), (503, true)] {
        let app = TestApp::start().await;
        let Party { host, code, events: _events, .. } = app.party(0, "2").await;
        app.spotify.fault(Fault::status(PAUSE, status).executed(executed));

        let answer = host.presses("pause", &code).await.expect(409);

        answer.says("SpotifyUnreachable");
        app.passes(15_000).await;
        let what = format!("{status}, executed: {executed}");
        assert_eq!(shown(&host, &code).await, (None, !executed), "{what}");
        assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok, "{what}");
        assert_eq!(app.spotify.count(PAUSE), 1, "{what}");
    }
}

#[tokio::test]
async fn a_pause_on_its_way_stops_the_progress_where_it_is() {
    let app = TestApp::start().await;
    let Party { host, code, mut events, .. } = app.party(0, "2").await;
    app.spotify_does(Control::Play(Wanted::new("28")));
    app.looks_after(9_000).await;
    app.passes(60_000).await;
    // Reads lag behind commands.
    app.spotify_does(Control::StaleMs(3_000));

    host.presses("pause", &code).await.expect(200);

    let pausing = playback(events.pending(Pending::Pause).await);
    assert_eq!((pausing.progress_ms, pausing.as_of), (69_000, app.clock.now()));
    app.passes(2_000).await;
    assert_eq!(playback(host.sees(&code).await), pausing, "not even a look moves it");
    app.passes(2_000).await;
    let paused = playback(host.sees(&code).await);
    assert_eq!((paused.is_playing, paused.progress_ms), (false, 69_000));
}

#[tokio::test]
async fn command_that_changed_nothing_is_followed_by_what_spotify_reports() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify_does(Control::Pause);
    // However long that takes: the next page does not show what was disproved.
    app.spotify.fault(Fault::new(LOOK, Effect::Pass).delayed(100));

    host.presses("pause", &code).await.expect(200).says("unchanged");

    assert!(!playback(host.sees(&code).await).is_playing);
}

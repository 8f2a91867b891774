//! A room's events, byte by byte: other people's programs may read them too.

mod reconnection;

use std::collections::BTreeSet;

use auxroom::model::Pending;
use reqwest::Method;
use serde_json::{Value, json};
use simulator::Control;

use crate::harness::{BEGIN, Events, Person, TestApp};

/// The `data` of an event; it is one line.
#[track_caller]
fn data(frame: &str) -> Value {
    serde_json::from_str(frame.split_once("data: ").expect("data").1).expect("JSON")
}

/// The names of all fields, those inside others as paths.
fn fields(value: &Value) -> BTreeSet<String> {
    let Value::Object(inside) = value else { return BTreeSet::new() };
    let paths = inside.iter().flat_map(|(name, value)| {
        let inner = fields(value).into_iter().map(move |inner| format!("{name}.{inner}"));
        [name.clone()].into_iter().chain(inner)
    });
    paths.collect()
}

fn names(names: &str) -> BTreeSet<String> {
    names.split_whitespace().map(str::to_owned).collect()
}

/// What all see next, as it is sent: the whole room, or what changed.
async fn next_state(events: &mut Events) -> String {
    loop {
        let frame = events.frame().await.expect("the stream goes on");
        if frame.starts_with("event: snapshot\n") || frame.starts_with("event: changes\n") {
            return frame;
        }
    }
}

/// The whole room, as it is sent to who has just come.
async fn snapshot(person: &Person, code: &str) -> Value {
    let frame = next_state(&mut person.watches(code).await).await;
    assert!(frame.starts_with("event: snapshot\n"), "{frame}");
    data(&frame)
}

#[tokio::test]
async fn the_first_bytes_are_what_is_ones_own_and_the_whole_room() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (guest, path) = (app.guest_in(&code).await, format!("/room/{code}/events"));
    for (person, role) in [(&host, "host"), (&guest, "guest")] {
        let request = person.request(Method::GET, &path);
        let mut response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["x-accel-buffering"], "no");

        let first = response.chunk().await.expect("a stream").expect("a first message");

        let first = std::str::from_utf8(&first).expect("text").split("\n\n").collect::<Vec<_>>();
        let [you, snapshot, build, retry, ""] = first[..] else { panic!("{first:?}") };
        let (start, you) = you.split_once("data: ").expect("data");
        assert_eq!(start, "event: you\n");
        let you: Value = serde_json::from_str(you).expect("JSON");
        assert_eq!(you, yours(role, Value::Null));
        assert!(snapshot.starts_with("event: snapshot\nid: "), "{snapshot}");
        assert_eq!(snapshot.lines().count(), 3, "{snapshot}");
        assert_eq!(data(snapshot)["code"], *code);
        let page = person.opens(&format!("/room/{code}")).await.expect(200);
        page.says(&format!("({});{{ const wasm", data(build)["build"]));
        let retry: u64 = retry.strip_prefix("retry: ").expect("a wait").parse().expect("ms");
        assert!((500..=2_000).contains(&retry), "{retry}");
    }
}

#[tokio::test]
async fn answers_of_server_functions_name_the_build_and_files_do_not() {
    let app = TestApp::start().await;
    let person = app.person();
    let named = person.calls_for("/api/rooms/mine").await.expect(200);
    assert_eq!(named.header("auxroom-build"), app.state.assets.build);
    let refused = person.calls("/api/rooms/leave", &[("code", "ABC234")]).await.expect(404);
    assert_eq!(refused.header("auxroom-build"), app.state.assets.build);
    assert_eq!(person.opens("/favicon.svg").await.expect(200).header("auxroom-build"), "");
}

/// The event `you` of somebody who has no name and asked for nothing.
fn yours(role: &str, voted_play: Value) -> Value {
    json!({
        "now": BEGIN, "role": role, "voted_play": voted_play, "name": null, "voted_entries": [],
        "own_entries": [], "lost": [],
    })
}

#[tokio::test]
async fn a_snapshot_has_the_documented_fields_and_no_others() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let room = names(
        "version code votes_to_skip skip_share guest_can_pause members playback skip skip.votes
         skip.needed skip.people status status.kind status.text status.retry_at queue fallback rules rules.order rules.requests_open
         rules.explicit_allowed rules.songs_per_person rules.longest_minutes
         rules.no_repeat_minutes",
    );
    let playback = names(
        "playback.play playback.kind playback.track playback.is_playing playback.progress_ms
         playback.as_of playback.pending",
    );
    let track = names(
        "playback.track.uri playback.track.name playback.track.artists playback.track.album
         playback.track.image_url playback.track.duration_ms playback.track.explicit
         playback.track.url",
    );
    let mut events = host.watches(&code).await;
    events.playing().await;
    let playing = snapshot(&host, &code).await;
    assert_eq!(fields(&playing), &(&room | &playback) | &track);
    assert_eq!(playing["playback"]["kind"], "track");
    assert_eq!(playing["status"], json!({ "kind": "ok", "text": "", "retry_at": null }));
    assert_eq!(playing["playback"]["pending"], Value::Null);

    host.presses("pause", &code).await.expect(200);
    events.pending(Pending::Pause).await;
    assert_eq!(snapshot(&host, &code).await["playback"]["pending"], "pause");

    app.spotify_does(Control::NothingPlaying);
    let mut is_playing = true;
    while is_playing {
        app.advance(10_000);
        is_playing = events.snapshot(|_| true).await.playback.is_some();
    }
    let nothing = snapshot(&host, &code).await;
    assert_eq!(nothing["status"]["kind"], "nothing_playing");
    assert_eq!((fields(&nothing), &nothing["playback"]), (room, &Value::Null));
}

#[tokio::test]
async fn everybody_gets_the_same_bytes() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    host.opens(&format!("/room/{code}")).await.expect(200);
    let mut streams = vec![host.watches(&code).await];
    for _ in 0..5 {
        streams.push(app.guest_in(&code).await.watches(&code).await);
    }
    for stream in &mut streams {
        stream.snapshot(|snapshot| snapshot.members == 6).await;
    }

    host.sets(&code, "7", "on").await;

    let mut frames = BTreeSet::new();
    for stream in &mut streams {
        frames.insert(next_state(stream).await);
    }
    let [frame] = &Vec::from_iter(frames)[..] else { panic!("not one snapshot for all") };
    assert_eq!(data(frame)["votes_to_skip"], 7);
}

#[tokio::test]
async fn what_is_ones_own_comes_to_oneself_alone_and_only_when_it_changed() {
    let app = TestApp::start().await;
    let party = app.party(2, "3").await;
    let [voter, other] = &party.guests[..] else { panic!("two guests") };
    let mut own = voter.watches(&party.code).await;
    let mut others = other.watches(&party.code).await;
    own.snapshot(|_| true).await;
    others.snapshot(|_| true).await;

    voter.votes(&party.code, party.play).await.expect(200);
    party.host.sets(&party.code, "4", "").await;

    let you = own.frame().await.expect("an event");
    assert!(you.starts_with("event: you\ndata: "), "{you}");
    let voted = yours("guest", json!(party.play));
    assert_eq!(data(&you), voted);
    for stream in [&mut own, &mut others] {
        for (votes, needed) in [(1, 3), (1, 4)] {
            let frame = stream.frame().await.expect("an event");
            assert!(frame.starts_with("event: changes\n"), "{frame}");
            let skip = json!({ "votes": votes, "needed": needed, "people": null });
            assert_eq!(data(&frame)["skip"], skip);
        }
    }
}

#[tokio::test]
async fn only_members_may_listen_and_a_closed_room_says_goodbye() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let guest = app.guest_in(&code).await;
    let (elsewhere, stranger) = (app.person(), app.person());
    elsewhere.creates_room().await;
    let path = format!("/room/{code}/events");
    for person in [&elsewhere, &stranger] {
        let answer = person.calls_for(&path).await.expect(403);
        assert_eq!(answer.body, r#""NotMember""#);
    }
    stranger.calls_for("/room/QQQQQQ/events").await.expect(404);
    let mut tabs = [host.watches(&code).await, guest.watches(&code).await];

    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);

    for tab in &mut tabs {
        tab.snapshot(|_| true).await;
        let end = tab.frame().await.expect("an event says why");
        assert_eq!(end, "event: ended\ndata: {\"reason\":\"closed\"}");
        assert_eq!(tab.frame().await, None);
    }
    for person in [&host, &guest, &stranger] {
        assert_eq!(person.calls_for(&path).await.expect(410).body, r#""RoomClosed""#);
    }
}

#[tokio::test]
async fn a_stream_without_news_says_every_twenty_seconds_that_it_lives() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let mut events = host.watches(&code).await;
    next_state(&mut events).await;

    for _ in 0..3 {
        app.settles().await;
        app.advance(19_999);
        app.settles().await;
        app.advance(1);
        assert_eq!(events.frame().await.as_deref(), Some("event: alive\ndata: {}"));
    }
}

//! What is sent of a room after the first snapshot.

use std::net::SocketAddr;

use auxroom::{
    model::{CatalogueTrack, Item, MemberId, Millis, RoomId, Snapshot, Track},
    server::{
        http::{connections::Limits, router::router},
        rooms::queue,
        store::entities::member,
    },
};
use axum::{
    body::{Body, BodyDataStream},
    extract::ConnectInfo,
    http::{Request, header},
};
use futures::StreamExt as _;
use sea_orm::ConnectionTrait as _;
use tower_service::Service as _;

use crate::harness::{BEGIN, Events, Party, Person, TestApp};

/// Somebody who reads only when told to: meanwhile states come and go.
struct SlowReader(BodyDataStream);

impl SlowReader {
    async fn open(app: &TestApp, person: &Person, code: &str) -> Self {
        let request = Request::get(format!("{}/room/{code}/events", app.url))
            .header(header::HOST, app.url.trim_start_matches("http://"))
            .header(header::COOKIE, person.cookie().expect("a cookie"))
            .extension(Limits::for_files(1_000))
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1))))
            .body(Body::empty())
            .expect("a request");
        let answer = router(&app.state, None).call(request).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        Self(answer.into_body().into_data_stream())
    }

    /// What is sent next.
    async fn reads(&mut self) -> String {
        let chunk = self.0.next().await.expect("the stream goes on").expect("bytes");
        String::from_utf8(chunk.to_vec()).expect("text")
    }
}

/// The next frame with this name.
async fn next(events: &mut Events, name: &str) -> String {
    let start = format!("event: {name}\n");
    loop {
        let frame = events.frame().await.expect("the stream goes on");
        if frame.starts_with(&start) {
            return frame;
        }
    }
}

/// A song whose texts are as long as those of most songs on Spotify.
fn usual_song(number: usize) -> CatalogueTrack {
    let id = format!("{number:022}");
    let track = Track {
        uri: format!("spotify:track:{id}"),
        name: format!("A song with a usual name {number}"),
        artists: vec!["Somebody Known".to_owned(), "The Others".to_owned()],
        album: Some("An album with its name".to_owned()),
        image_url: Some(format!("https://i.scdn.co/image/ab67616d0000b273{number:024}")),
        duration_ms: 215_000,
        explicit: false,
        url: Some(format!("https://open.spotify.com/track/{id}")),
    };
    let item = Item { track, isrc: None };
    CatalogueTrack { item, artist_uris: Vec::new(), is_playable: true }
}

/// Has this many songs wait, whose keys are as long as those of a server that has seen many. The room
/// reads them with its next change.
async fn songs_wait(app: &TestApp, code: &str, count: usize) {
    let raise = "INSERT INTO sqlite_sequence (name, seq) VALUES ('entry', 7000000)";
    app.database().writer.execute_unprepared(raise).await.expect("a table with keys");
    let room = app.room(code).await.id;
    let somebody = app.rows::<member::Entity>().await.pop().expect("a member").id;
    for number in 0..count {
        let track = usual_song(number);
        let now = Millis(BEGIN + number as u64);
        let added =
            queue::add(&app.database().writer, RoomId(room), MemberId(somebody), &track, now);
        added.await.expect("a song that waits");
    }
}

/// A room in which three songs wait, and what its host was told of it.
async fn room_with_songs(app: &TestApp) -> (Party, Snapshot) {
    let mut party = app.party(2, "2").await;
    for song in 3..6 {
        party.guests[0].asks_for(&party.code, song).await.expect(200);
    }
    let snapshot = party.events.snapshot(|snapshot| snapshot.queue.len() == 3).await;
    (party, snapshot)
}

#[tokio::test]
async fn changes_after_a_vote_lead_to_what_a_fresh_snapshot_says() {
    let app = TestApp::start().await;
    let (Party { guests, code, mut events, host, .. }, before) = room_with_songs(&app).await;
    let last = before.queue[2].entry;

    guests[1].votes_for(&code, last, "true").await.expect(200);

    let frame = next(&mut events, "changes").await;
    let order = format!("\"order\":[{last},{},{}]", before.queue[0].entry, before.queue[1].entry);
    assert!(frame.contains(&order) && frame.contains(&format!("\"since\":{}", before.version)));
    assert!(
        frame.ends_with(&format!("\"entries\":[{{\"entry\":{last},\"votes\":2}}]}}")),
        "{frame}"
    );
    let merged = events.latest().expect("a room").clone();
    assert_eq!(merged.queue[0].entry, last);
    assert_eq!(host.watches(&code).await.snapshot(|_| true).await, merged);
}

#[tokio::test]
async fn changes_are_skipped_for_who_missed_a_state_and_gets_the_whole_room() {
    let app = TestApp::start().await;
    let (Party { host, guests, code, mut events, .. }, before) = room_with_songs(&app).await;
    let mut slow = SlowReader::open(&app, &host, &code).await;
    assert!(slow.reads().await.contains("\nevent: snapshot\n"));

    for entry in [before.queue[2].entry, before.queue[1].entry] {
        guests[1].votes_for(&code, entry, "true").await.expect(200);
        next(&mut events, "changes").await;
    }
    let missed = slow.reads().await;
    guests[1].votes_for(&code, before.queue[0].entry, "true").await.expect(200);
    next(&mut events, "changes").await;
    let kept_up = slow.reads().await;

    assert!(missed.starts_with("event: snapshot\n") && missed.contains("\"queue\":["), "{missed}");
    assert!(kept_up.starts_with("event: changes\n"), "{kept_up}");
}

#[tokio::test]
async fn changes_are_not_sent_to_who_has_just_connected_again() {
    let app = TestApp::start().await;
    let (Party { host, guests, code, events, .. }, before) = room_with_songs(&app).await;
    drop(events);
    guests[1].votes_for(&code, before.queue[2].entry, "true").await.expect(200);

    let mut again = host.watches(&code).await;

    let frame = again.frame().await.expect("what is one's own");
    assert!(frame.starts_with("event: you\n"), "{frame}");
    let frame = again.frame().await.expect("the room");
    assert!(frame.starts_with("event: snapshot\n") && frame.contains("\"queue\":["), "{frame}");
    assert_eq!(again.latest(), Some(&host.sees(&code).await));
}

#[tokio::test]
async fn changes_that_are_longer_than_the_whole_room_are_not_sent() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    app.guest_in(&code).await;
    let mut events = host.watches(&code).await;
    events.snapshot(|_| true).await;

    // All of them, and their order on top.
    songs_wait(&app, &code, 50).await;
    host.sets(&code, "7", "on").await;

    let frame = events.frame().await.expect("the stream goes on");
    assert!(frame.starts_with("event: snapshot\n"), "{frame}");
    assert_eq!(events.latest().expect("a room").queue.len(), 50);
}

#[tokio::test]
async fn changes_of_one_vote_weigh_less_than_a_kilobyte_where_fifty_songs_wait() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = app.party(2, "2").await;
    songs_wait(&app, &code, 50).await;
    host.sets(&code, "3", "").await;
    let before = events.snapshot(|snapshot| snapshot.queue.len() == 50).await;
    let whole = next(&mut host.watches(&code).await, "snapshot").await;
    let last = before.queue[49].entry;

    guests[0].votes_for(&code, last, "true").await.expect(200);

    let frame = next(&mut events, "changes").await;
    assert_eq!(events.latest().expect("a room").queue[0].entry, last);
    assert!(frame.len() < 1_024, "{} bytes: {frame}", frame.len());
    assert!(whole.len() < 22_000, "{} bytes", whole.len());
}

//! The queue: what people ask for plays next, once, in the order that the room chose.

mod silence;

use auxroom::model::{EntryId, Snapshot, StatusKind, Why};
use simulator::{Control, Repeat, Wanted, catalogue};

use crate::harness::{Answer, LOOK, Party, Person, TestApp, uri_of};

const ENQUEUE: &str = "POST /v1/me/player/queue";

impl Person {
    /// Calls one of the endpoints that name a song.
    async fn does(&self, what: &str, code: &str, entry: EntryId) -> Answer {
        let fields = [("code", code), ("entry", &*entry.to_string())];
        self.calls(&format!("/api/queue/{what}"), &fields).await
    }
}

/// The songs that wait, by their numbers in the catalogue.
fn waiting(snapshot: &Snapshot) -> Vec<usize> {
    let number = |uri: &str| catalogue::songs().iter().position(|song| song.uri == uri);
    snapshot.queue.iter().map(|entry| number(&entry.track.uri).expect("a song")).collect()
}

fn entry(snapshot: &Snapshot, song: usize) -> EntryId {
    let uri = &*catalogue::songs()[song].uri;
    let entry = snapshot.queue.iter().find(|entry| entry.track.uri == uri);
    entry.expect("it waits").entry
}

fn song(index: usize) -> Option<&'static str> {
    Some(&catalogue::songs()[index].uri)
}

/// A room in which a song of a minute has just begun.
async fn party(app: &TestApp, guests: usize) -> Party {
    let party = app.party(guests, "1").await;
    app.spotify_does(Control::Play(Wanted::new("0").lasting(60_000)));
    app.passes(10_000).await;
    party
}

#[tokio::test]
async fn queue_votes_are_counted_for_each_song_and_everybody_knows_their_own() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = party(&app, 3).await;
    guests[0].asks_for(&code, 3).await.expect(200).says("added");
    guests[1].asks_for(&code, 4).await.expect(200).says("added");
    let two = events.snapshot(|snapshot| snapshot.queue.len() == 2).await;
    let (third, fourth) = (entry(&two, 3), entry(&two, 4));
    for (person, song) in [(&host, fourth), (&host, third), (&guests[2], fourth)] {
        person.votes_for(&code, song, "true").await.expect(200).says("song-voted");
    }

    let votes = |snapshot: &Snapshot| snapshot.queue.iter().map(|it| it.votes).collect::<Vec<_>>();
    let voted = events.snapshot(|snapshot| votes(snapshot) == [3, 2]).await;

    assert_eq!(waiting(&voted), [4, 3]);
    let both = vec![third, fourth];
    for (person, voted, own) in [
        (&host, both, vec![]),
        (&guests[0], vec![third], vec![third]),
        (&guests[1], vec![fourth], vec![fourth]),
        (&guests[2], vec![fourth], vec![]),
    ] {
        let you = person.watches(&code).await.you(|_| true).await;
        assert_eq!((you.voted_entries, you.own_entries), (voted, own));
    }
}

#[tokio::test]
async fn queue_is_ordered_by_votes_and_everybody_sees_it() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = party(&app, 2).await;

    guests[0].asks_for(&code, 3).await.expect(200).says("added");
    guests[1].asks_for(&code, 4).await.expect(200).says("added");
    let two = events.snapshot(|snapshot| snapshot.queue.len() == 2).await;
    assert_eq!(waiting(&two), [3, 4], "the older one first");
    assert_eq!((two.queue[0].votes, two.queue[0].why), (1, Why::Votes));
    host.votes_for(&code, entry(&two, 4), "true").await.expect(200).says("song-voted");

    let voted = events.snapshot(|snapshot| waiting(snapshot) == [4, 3]).await;
    assert_eq!(voted.queue[0].votes, 2);
    host.votes_for(&code, entry(&two, 4), "false").await.expect(200).says("song-unvoted");
    events.snapshot(|snapshot| waiting(snapshot) == [3, 4]).await;
    guests[1].asks_for(&code, 3).await.expect(200).says("added-vote");
    let again = events
        .snapshot(|snapshot| snapshot.queue.first().is_some_and(|entry| entry.votes == 2))
        .await;
    assert_eq!(waiting(&again), [3, 4]);
}

#[tokio::test]
async fn queue_hands_the_next_song_over_once_shortly_before_the_end() {
    let app = TestApp::start().await;
    let Party { guests, code, mut events, .. } = party(&app, 1).await;
    guests[0].asks_for(&code, 3).await.expect(200);
    guests[0].asks_for(&code, 4).await.expect(200);

    app.passes(25_000).await;
    assert_eq!(app.spotify.count(ENQUEUE), 0, "votes count until shortly before the end");
    app.passes(10_000).await;
    assert_eq!(app.spotify.count(ENQUEUE), 1);
    let sent = events
        .snapshot(|snapshot| snapshot.queue.first().is_some_and(|entry| entry.why == Why::Sent))
        .await;
    guests[0].does("remove", &code, entry(&sent, 3)).await.expect(200).says("song-gone");
    app.passes(17_000).await;

    let next = events.snapshot(|snapshot| uri_of(snapshot) == song(3)).await;
    assert_eq!(waiting(&next), [4]);
    assert_eq!(app.spotify.count(ENQUEUE), 1);
}

#[tokio::test]
async fn queue_goes_on_while_nobody_watches_with_three_calls_a_track() {
    let app = TestApp::start().await;
    let Party { guests, code, events, .. } = party(&app, 1).await;
    for song in 3..7 {
        guests[0].asks_for(&code, song).await.expect(200);
    }
    drop(events);
    app.is_unwatched().await;
    app.passes(60_000).await;
    let begun = app.spotify.count("*");

    // Four songs, of 201, 228, 176 and 233 s.
    app.passes(600_000).await;

    let calls = app.spotify.count("*") - begun;
    assert!(calls <= 9, "{calls} calls for three tracks: {:?}", app.spotify.request_counts());
    assert_eq!(app.spotify.count(ENQUEUE), 4);
    let now = guests[0].sees(&code).await;
    assert_eq!((uri_of(&now), now.queue.len()), (song(6), 0));
}

#[tokio::test]
async fn queue_is_where_a_skip_leads() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = party(&app, 1).await;
    guests[0].asks_for(&code, 5).await.expect(200);

    host.presses("skip", &code).await.expect(200).says("skipped");
    app.passes(2_000).await;

    let plays = events.snapshot(|snapshot| uri_of(snapshot) == song(5)).await;
    assert!(plays.queue.is_empty());
    assert!(app.spotify.count(LOOK) > 0 && app.spotify.count(ENQUEUE) == 1);
}

#[tokio::test]
async fn queue_is_where_a_skip_leads_from_a_song_that_was_paused() {
    let app = TestApp::start().await;
    let Party { guests, code, host, mut events, .. } = party(&app, 1).await;
    guests[0].asks_for(&code, 5).await.expect(200);
    app.spotify_does(Control::Pause);
    app.passes(60_000).await;
    // Just before Spotify is polled again, what is known is 11 s old.
    let polls = app.spotify.count(LOOK);
    while app.spotify.count(LOOK) == polls {
        app.passes(1_000).await;
    }
    app.passes(10_500).await;
    assert_eq!(app.spotify.count(LOOK), polls + 1);

    host.presses("skip", &code).await.expect(200).says("skipped");
    app.passes(2_000).await;

    let plays = events.snapshot(|snapshot| uri_of(snapshot) == song(5)).await;
    assert!(plays.playback.is_some_and(|playback| playback.is_playing) && plays.queue.is_empty());
}

#[tokio::test]
async fn queue_that_waits_for_a_song_which_spotify_repeats_says_so() {
    let app = TestApp::start().await;
    let Party { guests, code, mut events, .. } = party(&app, 1).await;
    app.spotify_does(Control::Repeat(Repeat::Track));
    app.passes(10_000).await;
    assert_eq!(guests[0].sees(&code).await.status.kind, StatusKind::Ok, "nobody waits");

    guests[0].asks_for(&code, 5).await.expect(200);
    let waits = events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Repeats).await;
    assert_eq!(
        waits.status.text,
        "Spotify repeats this song, so what is asked for waits. The host can turn Repeat off in the \
         Spotify app."
    );
    app.passes(180_000).await;
    assert_eq!(app.spotify.count(ENQUEUE), 1, "it is handed over once, however often that begins");
    app.spotify_does(Control::Repeat(Repeat::Off));
    app.passes(65_000).await;

    let plays = events.snapshot(|snapshot| uri_of(snapshot) == song(5)).await;
    assert_eq!((plays.status.kind, plays.queue.len()), (StatusKind::Ok, 0));
}

#[tokio::test]
async fn queue_is_changed_by_those_who_may() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = party(&app, 2).await;
    for number in [3, 4, 5] {
        guests[0].asks_for(&code, number).await.expect(200);
    }
    let three = events.snapshot(|snapshot| snapshot.queue.len() == 3).await;
    let entry = |number| entry(&three, number);

    guests[1].does("remove", &code, entry(3)).await.expect(403).says("NotHost");
    guests[1].does("next", &code, entry(5)).await.expect(403).says("NotHost");
    guests[1].calls("/api/queue/clear", &[("code", &code)]).await.expect(403);
    app.person().does("vote", &code, entry(3)).await.expect(403);
    host.does("next", &code, entry(5)).await.expect(200).says("plays-next");
    let promoted = events.snapshot(|snapshot| waiting(snapshot) == [5, 3, 4]).await;
    assert_eq!(promoted.queue[0].why, Why::Promoted);
    guests[0].does("remove", &code, entry(3)).await.expect(200).says("song-withdrawn");
    host.does("remove", &code, entry(4)).await.expect(200).says("song-removed");
    events.snapshot(|snapshot| waiting(snapshot) == [5]).await;
    for what in ["remove", "next"] {
        host.does(what, &code, entry(4)).await.expect(200).says("song-gone");
    }
    host.votes_for(&code, entry(4), "true").await.expect(200).says("song-gone");
    for text in ["", "x", "-1", "99999999999999999999"] {
        let fields = [("code", &*code), ("entry", text)];
        host.calls("/api/queue/remove", &fields).await.expect(422).says("Malformed");
    }
}

#[tokio::test]
async fn queue_that_is_cleared_can_be_taken_back_for_ten_seconds() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = party(&app, 1).await;
    guests[0].asks_for(&code, 3).await.expect(200);
    guests[0].asks_for(&code, 4).await.expect(200);
    let field = [("code", &*code)];

    host.calls("/api/queue/clear", &field).await.expect(200).says("queue-cleared");
    events.snapshot(|snapshot| snapshot.queue.is_empty()).await;
    app.advance(10_000);
    host.calls("/api/queue/restore", &field).await.expect(200).says("queue-restored");
    let back = events.snapshot(|snapshot| waiting(snapshot) == [3, 4]).await;
    assert_eq!(back.queue[0].votes, 1, "with its votes");
    host.calls("/api/queue/clear", &field).await.expect(200);
    app.advance(12_000);

    host.calls("/api/queue/restore", &field).await.expect(200).says("undo-too-late");
    let page = host.posts_and_reads("/api/queue/restore", &field).await.expect(200);
    page.tells("status", "Too late to undo").never_says("Spotify did not allow");
    assert!(host.sees(&code).await.queue.is_empty());
}

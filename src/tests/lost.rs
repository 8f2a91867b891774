//! Songs that somebody asked for and nobody heard: whoever asked is told why, and nobody else.

use auxroom::{
    model::{EntryId, RoomView, You},
    server::store::entities::{entry, member},
};
use simulator::{
    Control, Fault, Wanted,
    catalogue::{Song, songs},
};

use crate::harness::{Answer, Party, Person, TestApp};

const ENQUEUE: &str = "POST /v1/me/player/queue";
const TOLD_MS: u64 = 600_000;
const NO_LIMITS: [(&str, &str); 4] = [
    ("song_rules", "all"),
    ("order", "most_votes"),
    ("requests_open", "on"),
    ("explicit_allowed", "on"),
];

impl Person {
    /// What the room's page knows of this person.
    async fn sees_of_themselves(&self, code: &str) -> You {
        let answer = self.calls_for(&format!("/api/rooms/view?code={code}")).await.expect(200);
        match serde_json::from_str(&answer.body).expect("a view") {
            RoomView::Member(view) => view.you,
            RoomView::Stranger => panic!("not a member of {code}"),
        }
    }

    /// What is said to them now of songs that they lost.
    async fn reads(&self, code: &str) -> Vec<String> {
        let you = self.sees_of_themselves(code).await;
        let told = you.lost.into_iter().filter(|lost| lost.is_told(you.now));
        told.map(|lost| lost.text).collect()
    }

    async fn asks_and_names(&self, code: &str, number: usize) -> EntryId {
        self.asks_for(code, number).await.expect(200);
        *self.sees_of_themselves(code).await.own_entries.iter().max().expect("their song")
    }

    async fn takes_out(&self, code: &str, entry: EntryId) -> Answer {
        let fields = [("code", code), ("entry", &*entry.to_string())];
        self.calls("/api/queue/remove", &fields).await.expect(200)
    }

    async fn limits(&self, code: &str, more: &[(&str, &str)]) {
        let head = [("code", code), ("votes_to_skip", "1"), ("guest_can_pause", "")];
        let fields: Vec<_> = head.iter().chain(more).copied().collect();
        self.calls("/api/rooms/settings", &fields).await.expect(200);
    }
}

/// A room in which a song of a minute has just begun, which others follow.
async fn party(app: &TestApp, guests: usize) -> Party {
    let party = app.party(guests, "1").await;
    app.spotify_does(Control::Play(Wanted::new("0").lasting(60_000)));
    app.passes(10_000).await;
    party
}

fn name(number: usize) -> &'static str {
    songs()[number].name
}

fn removed(number: usize) -> String {
    format!("“{}” was removed by the host.", name(number))
}

#[tokio::test]
async fn lost_song_that_the_host_removed_is_told_to_whoever_asked_and_to_nobody_else() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = party(&app, 2).await;
    let mut events = guests[0].watches(&code).await;
    let mine = guests[0].asks_and_names(&code, 3).await;
    let others = guests[1].asks_and_names(&code, 4).await;

    host.takes_out(&code, mine).await.says("song-removed");

    let you = events.you(|you| !you.lost.is_empty()).await;
    assert_eq!(you.lost[0].text, removed(3));
    assert!(you.lost[0].is_told(you.now));
    assert_eq!(guests[0].reads(&code).await, [removed(3)]);
    assert!(guests[1].reads(&code).await.is_empty() && host.reads(&code).await.is_empty());
    let page = guests[0].opens(&format!("/room/{code}")).await.expect(200);
    page.tells("status", &removed(3)).says("Dismiss</button>");
    host.takes_out(&code, others).await.says("song-removed");
    assert_eq!(guests[1].reads(&code).await, [removed(4)]);
    assert_eq!(guests[0].reads(&code).await, [removed(3)]);
}

#[tokio::test]
async fn lost_song_is_told_after_a_crash_until_it_is_dismissed_or_ten_minutes_have_passed() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = party(&app, 2).await;
    for guest in &guests {
        let entry = guest.asks_and_names(&code, 3).await;
        host.takes_out(&code, entry).await;
    }

    let app = app.crash_and_restart().await;

    assert_eq!(guests[0].reads(&code).await, [removed(3)]);
    let until = guests[0].sees_of_themselves(&code).await.lost[0].from;
    let fields = [("code", &*code), ("until", &*until.0.to_string())];
    let page = guests[0].posts_and_reads("/api/queue/dismiss", &fields).await.expect(200);
    page.never_says(&removed(3)).tells("status", "Dismissed");
    assert!(guests[0].reads(&code).await.is_empty());
    assert_eq!(guests[1].reads(&code).await, [removed(3)], "who has not read it");
    app.advance(TOLD_MS);
    assert!(guests[1].reads(&code).await.is_empty(), "for long enough");
    for until in ["", "soon", "-1"] {
        let fields = [("code", &*code), ("until", until)];
        guests[0].calls("/api/queue/dismiss", &fields).await.expect(422).says("Malformed");
    }
}

#[tokio::test]
async fn lost_song_that_is_dismissed_ahead_of_time_is_told_all_the_same() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = party(&app, 1).await;
    let fields = [("code", &*code), ("until", "99999999999999")];
    guests[0].calls("/api/queue/dismiss", &fields).await.expect(200).says("dismissed");
    app.advance(1_000);
    let entry = guests[0].asks_and_names(&code, 3).await;
    app.advance(1_000);

    host.takes_out(&code, entry).await;

    assert_eq!(guests[0].reads(&code).await, [removed(3)]);
}

#[tokio::test]
async fn lost_song_is_no_news_once_they_ask_for_another_or_took_it_back_themselves() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = party(&app, 1).await;
    let entry = guests[0].asks_and_names(&code, 3).await;
    host.takes_out(&code, entry).await;
    assert_eq!(guests[0].reads(&code).await.len(), 1);
    app.advance(1_000);

    let entry = guests[0].asks_and_names(&code, 4).await;

    assert!(guests[0].reads(&code).await.is_empty());
    guests[0].takes_out(&code, entry).await.says("song-withdrawn");
    let entry = host.asks_and_names(&code, 5).await;
    host.takes_out(&code, entry).await.says("song-withdrawn");
    assert!(guests[0].reads(&code).await.is_empty() && host.reads(&code).await.is_empty());
}

#[tokio::test]
async fn lost_songs_of_a_cleared_queue_are_told_once_that_cannot_be_undone() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = party(&app, 1).await;
    for number in [3, 4] {
        guests[0].asks_for(&code, number).await.expect(200);
    }
    host.asks_for(&code, 5).await.expect(200);
    let field = [("code", &*code)];
    host.calls("/api/queue/clear", &field).await.expect(200);
    app.advance(10_000);
    assert!(guests[0].reads(&code).await.is_empty(), "it may be undone");
    host.calls("/api/queue/restore", &field).await.expect(200).says("queue-restored");
    app.advance(10_000);
    assert!(guests[0].sees_of_themselves(&code).await.lost.is_empty(), "it was undone");

    host.calls("/api/queue/clear", &field).await.expect(200);
    let mut events = guests[0].watches(&code).await;
    let you = events.you(|you| !you.lost.is_empty()).await;
    assert!(!you.lost[0].is_told(you.now), "its page knows when to say it");
    assert!(you.lost[0].is_told(you.now + 11_000));
    app.advance(11_000);

    let both =
        format!("The host cleared the queue, and “{}” and “{}” went with it.", name(4), name(3));
    assert_eq!(guests[0].reads(&code).await, [both]);
    assert!(host.reads(&code).await.is_empty(), "the host did it");
}

#[tokio::test]
async fn lost_song_that_spotify_took_and_never_played_is_told() {
    let app = TestApp::start().await;
    let Party { guests, code, .. } = party(&app, 1).await;
    app.spotify.fault(Fault::status(ENQUEUE, 204).executed(false).times(5));
    // Not one of those that come anyway.
    guests[0].asks_for(&code, 40).await.expect(200);
    let mut told = Vec::new();

    for _ in 0..60 {
        app.passes(10_000).await;
        told = guests[0].reads(&code).await;
        if !told.is_empty() {
            break;
        }
    }

    let text = format!("Spotify did not play “{}”. Ask for it again if you like.", name(40));
    assert_eq!(told, [text], "{:?}", app.spotify.request_counts());
}

#[tokio::test]
async fn lost_song_that_a_changed_rule_forbids_is_told_with_what_is_so_now() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = party(&app, 1).await;
    let long = |song: &Song| song.duration_ms > 180_000 && !song.explicit;
    let number = songs().iter().skip(3).position(long).expect("a long song") + 3;
    guests[0].asks_for(&code, number).await.expect(200);
    let mut events = guests[0].watches(&code).await;

    host.limits(&code, &[("longest_minutes", "1")]).await;
    let told = events.you(|you| !you.lost.is_empty());
    let (told, ()) = tokio::join!(told, app.passes(60_000));

    let text = format!("“{}” is longer than songs may be now.", name(number));
    assert_eq!(told.lost[0].text, text);
    host.limits(&code, &NO_LIMITS).await;
    let again = guests[0].reads(&code).await;
    assert!(again[0].ends_with("You can ask for it again."), "{again:?}");
}

#[tokio::test]
async fn lost_song_that_the_host_blocked_is_told() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = party(&app, 1).await;
    let uri = &*songs()[3].uri;
    guests[0].asks_for(&code, 3).await.expect(200);

    let fields = [("code", &*code), ("song", uri), ("uri", uri)];
    host.calls("/api/blocked/add", &fields).await.expect(200);

    let text = format!("The host blocked “{}”, or its artist.", name(3));
    assert_eq!(guests[0].reads(&code).await, [text]);
}

#[tokio::test]
async fn lost_song_is_forgotten_with_the_account_and_with_whoever_asked() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = party(&app, 2).await;
    for guest in &guests {
        let entry = guest.asks_and_names(&code, 3).await;
        host.takes_out(&code, entry).await;
    }
    let until = guests[0].sees_of_themselves(&code).await.lost[0].from;
    let fields = [("code", &*code), ("until", &*until.0.to_string())];
    guests[0].calls("/api/queue/dismiss", &fields).await.expect(200);

    guests[0].posts("/api/visitors/forget", &[("confirmed", "on")]).await.expect(302);

    let told =
        app.rows::<member::Entity>().await.into_iter().filter(|row| row.told_until.is_some());
    assert_eq!(told.count(), 1, "that of the other, who asked for a song");
    assert_eq!(app.count::<entry::Entity>().await, 1);
    assert_eq!(guests[1].reads(&code).await, [removed(3)]);
    host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
    assert_eq!(app.count::<entry::Entity>().await, 0);
    assert!(guests[1].reads(&code).await.is_empty());
}

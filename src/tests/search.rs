//! Finding songs: by words, links and URIs, as a member could add them.

mod limits;
mod refused;

use auxroom::model::{Found, SearchResults};
use futures::future::join_all;
use serde_json::Value;
use simulator::{Effect, Fault, catalogue};
use url::form_urlencoded::Serializer;

use crate::harness::{Answer, Person, TestApp};

const SEARCH: &str = "GET /v1/search";
const TRACKS: &str = "GET /v1/tracks/*";

impl Person {
    /// Searches in a room.
    async fn searches(&self, code: &str, words: &str) -> Answer {
        self.searches_from(code, words, "").await
    }

    async fn searches_from(&self, code: &str, words: &str, offset: &str) -> Answer {
        let fields = [("code", code), ("q", words), ("offset", offset)];
        let query = Serializer::new(String::new()).extend_pairs(fields).finish();
        self.calls_for(&format!("/api/search?{query}")).await
    }

    /// What a search finds.
    async fn finds(&self, code: &str, words: &str) -> Vec<Found> {
        results(self.searches(code, words).await).tracks
    }

    /// Asks for a song.
    async fn adds(&self, code: &str, uri: &str) -> Answer {
        self.calls("/api/queue/add", &[("code", code), ("uri", uri)]).await
    }
}

fn results(answer: Answer) -> SearchResults {
    serde_json::from_str(&answer.expect(200).body).expect("what a search found")
}

fn uri(index: usize) -> &'static str {
    &catalogue::songs()[index].uri
}

fn link(index: usize) -> String {
    let id = catalogue::songs()[index].id.as_deref().expect("an ID");
    format!("https://open.spotify.com/intl-de/track/{id}?si=0f1e2d3c4b5a")
}

#[tokio::test]
async fn search_finds_songs_by_words_page_after_page() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;

    let first = results(guest.searches(&code, "a").await);
    let second = results(guest.searches_from(&code, "a", "10").await);

    assert_eq!((first.tracks.len(), first.next), (10, Some(10)));
    assert_eq!((&*first.tracks[0].track.uri, first.tracks[0].refused.as_deref()), (uri(0), None));
    assert!(second.tracks.iter().all(|found| !first.tracks.contains(found)));
    let one = guest.searches(&code, "  slow   MOTION ").await.expect(200);
    let one: Value = serde_json::from_str(&one.body).expect("JSON");
    assert_eq!(one["tracks"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["tracks"][0]["name"], "Slow Motion City");
    assert_eq!(one["tracks"][0]["artists"], serde_json::json!(["Neon Orchard", "Ada Finch"]));
    let nothing = (&one["tracks"][0]["refused"], &one["tracks"][0]["entry"], &one["next"]);
    assert_eq!(nothing, (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(guest.finds(&code, "nothingofthatname").await, []);
    for bad in ["-1", "991", "4294967296", "ten"] {
        guest.searches_from(&code, "a", bad).await.expect(422).says("Malformed");
    }
}

#[tokio::test]
async fn search_without_words_finds_nothing_and_asks_nobody() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;

    for words in ["", "   ", "\u{a0}\t\n", "\0"] {
        assert_eq!(results(guest.searches(&code, words).await), SearchResults::default());
    }

    assert_eq!(app.spotify.count(SEARCH), 0);
}

#[tokio::test]
async fn search_for_a_link_or_uri_finds_that_song_alone() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let shared = format!("Listen to this!\n{}\nSent from my phone", link(7));

    for text in [uri(7), &link(7), &shared] {
        let found = results(guest.searches(&code, text).await);
        assert_eq!((found.tracks.len(), found.next), (1, None), "{text}");
        assert_eq!(found.tracks[0].track.uri, uri(7), "{text}");
    }
    assert_eq!((app.spotify.count(SEARCH), app.spotify.count(TRACKS)), (0, 1));

    let id = &uri(7)["spotify:track:".len()..];
    for text in [
        "spotify:track:0000000000000000000000".to_owned(),
        format!("https://open.spotify.com/album/{id}"),
        catalogue::EPISODE_URI.to_owned(),
        catalogue::local_file().uri.clone(),
    ] {
        guest.searches(&code, &text).await.expect(422).says("NotATrack");
        guest.adds(&code, &text).await.expect(422).says("NotATrack");
    }
    for elsewhere in [
        format!("https://open.spotify.com.evil.example/track/{id}"),
        format!("https://evil.example/open.spotify.com/track/{id}"),
    ] {
        assert_eq!(guest.finds(&code, &elsewhere).await, [], "words like any others");
        guest.adds(&code, &elsewhere).await.expect(422).says("NotATrack");
    }
    for text in ["https://spotify.link/abc", "https://spotify.app.link/abc"] {
        guest.searches(&code, text).await.expect(422).says("ShortLink");
        guest.adds(&code, text).await.expect(422).says("ShortLink");
    }
}

#[tokio::test]
async fn search_that_many_make_at_once_costs_one_call_and_is_kept_for_a_minute() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let mut guests = Vec::new();
    for _ in 0..8 {
        guests.push(app.guest_in(&code).await);
    }

    let found = join_all(guests.iter().map(|guest| guest.finds(&code, "velvet"))).await;
    assert!(found.iter().all(|found| *found == found[..][..1] && found[0].track.uri == uri(3)));
    assert_eq!(app.spotify.count(SEARCH), 1);

    app.advance(59_999);
    guests[0].finds(&code, " velvet ").await;
    assert_eq!(app.spotify.count(SEARCH), 1);
    app.advance(1);
    join_all(guests.iter().map(|guest| guest.finds(&code, "velvet"))).await;
    assert_eq!(app.spotify.count(SEARCH), 2);

    let (host, other) = app.host_with_music().await;
    host.finds(&other, "velvet").await;
    assert_eq!(app.spotify.count(SEARCH), 3, "another account may live in another country");
}

#[tokio::test]
async fn search_makes_adding_what_it_found_free() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;

    let found = guest.finds(&code, "velvet").await;
    guest.adds(&code, &found[0].track.uri).await.expect(200).says("added");
    assert_eq!(app.spotify.count(TRACKS), 0);

    guest.adds(&code, &link(8)).await.expect(200).says("added");
    guest.finds(&code, uri(8)).await;
    assert_eq!(app.spotify.count(TRACKS), 1);
    app.advance(60_000);
    guest.finds(&code, uri(8)).await;
    assert_eq!(app.spotify.count(TRACKS), 2);
}

#[tokio::test]
async fn search_that_fails_is_told_to_all_who_wait_and_not_kept() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let mut guests = Vec::new();
    for _ in 0..5 {
        guests.push(app.guest_in(&code).await);
    }

    app.spotify.fault(Fault::new(SEARCH, Effect::Hang));
    let failed = join_all(guests.iter().map(|guest| guest.searches(&code, "velvet"))).await;
    for answer in failed {
        answer.expect(409).says("SpotifyUnreachable");
    }
    assert_eq!(app.spotify.count(SEARCH), 1, "nobody asks for it again one after the other");
    let answer = |status| Fault::status(SEARCH, status);
    let faults = [answer(502), answer(404), answer(400), Fault::new(SEARCH, Effect::Malform)];
    for fault in faults {
        app.spotify.fault(fault);
        guests[0].searches(&code, "velvet").await.expect(409).says("SpotifyUnreachable");
    }

    assert_eq!(guests[0].finds(&code, "velvet").await.len(), 1);
}

#[tokio::test]
async fn search_takes_whatever_people_type() {
    let app = TestApp::start().await;
    let (_, code) = app.host_with_music().await;
    let long = "x".repeat(10_000);
    let hostile = [
        &*long,
        "velvet\0",
        "\u{0}\u{1}\u{7f}",
        "🎧🏳️‍🌈",
        "طريق القمر",
        "\u{202e}tevlev",
        "\"It's Only Rain\" (Isn't It?)",
        "'; DROP TABLE room; --",
        "<script>alert(1)</script>",
        "a&type=episode&limit=50#?",
        "%00%ff%",
        "artist:\"Ada Finch\" NOT year:1900-",
        "spotify:",
    ];
    for words in hostile {
        let guest = app.guest_in(&code).await;
        guest.searches(&code, words).await.expect(200);
    }
    let arabic = app.guest_in(&code).await.finds(&code, hostile[4]).await;
    assert_eq!(arabic[0].track.name, hostile[4]);

    let asked = app.spotify.requests().into_iter().filter(|request| request.path == "/v1/search");
    let asked: Vec<_> = asked.filter_map(|request| request.query).collect();
    let words = |query: &String| {
        let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(pairs.len(), 4, "nothing else is slipped in: {query}");
        pairs[0].1.clone()
    };
    let asked: Vec<_> = asked.iter().map(words).collect();
    assert_eq!(asked.len(), hostile.len() - 1, "only controls are no words");
    assert!(asked.iter().all(|words| words.chars().count() <= 200));
    assert!(asked.contains(&"velvet".to_owned()), "{asked:?}");
}

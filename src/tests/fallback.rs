//! The playlist that goes on when nobody asks for anything.

mod own_music;

use auxroom::{
    model::Why,
    server::store::entities::{entry, fallback, fallback_track},
};
use simulator::{
    Control, Effect, Fault, Wanted,
    catalogue::{Song, songs},
};

use crate::harness::{Answer, LOOK, Party, Person, TestApp, between, uri_of};

const ENQUEUE: &str = "POST /v1/me/player/queue";
const PLAYLISTS: &str = "GET /v1/me/playlists";
/// One of the account's playlists, of twelve songs.
const SHORT: &str = "夜更かし";

/// The songs of that playlist, in order.
fn short() -> Vec<&'static Song> {
    (0..12).map(|place| &songs()[place * 23 % songs().len()]).collect()
}

impl Person {
    /// Agrees that the room may see the account's playlists.
    async fn shows_playlists(&self, app: &TestApp, code: &str) -> Answer {
        let asked = self.posts("/api/fallback/allow", &[("code", code)]).await.expect(302);
        app.spotify.consent_next(&app.account().id).expect("the account");
        let back = self.decides(asked.location(), "agree").await;
        self.follows(&back).await.expect(200)
    }

    /// The ID of a playlist that the host can choose.
    async fn playlist(&self, code: &str, name: &str) -> String {
        let page = self.opens(&format!("/room/{code}/playlist")).await.expect(200);
        let row = page.body.split("<li>").find(|row| row.contains(name));
        let row = row.unwrap_or_else(|| panic!("no {name} in {}", page.body));
        between(row, "value=\"", "\"").to_owned()
    }

    async fn chooses(&self, code: &str, name: &str, shuffled: &str) -> Answer {
        let playlist = self.playlist(code, name).await;
        let fields = [("code", code), ("playlist", &*playlist), ("shuffled", shuffled)];
        self.calls("/api/fallback/choose", &fields).await
    }
}

fn refuses(status: u16) -> Effect {
    Effect::Answer { status, headers: Default::default(), body: Default::default() }
}

/// A room with one guest, whose host's playlists can be seen.
async fn room(app: &TestApp) -> Party {
    let party = app.party(1, "1").await;
    party.host.shows_playlists(app, &party.code).await;
    party
}

/// A room in which a song of a minute has just begun, and a playlist was chosen meanwhile.
async fn party(app: &TestApp, shuffled: &str) -> Party {
    let party = room(app).await;
    app.spotify_does(Control::Play(Wanted::new("1").lasting(60_000)));
    app.passes(10_000).await;
    party.host.chooses(&party.code, SHORT, shuffled).await.expect(200).says("fallback-chosen");
    party
}

/// Lets time pass until another song plays; its URI.
async fn next_song(app: &TestApp) -> String {
    let before = app.account().uri;
    for _ in 0..600 {
        app.passes(1_000).await;
        if let Some(uri) = app.account().uri.filter(|uri| Some(uri) != before.as_ref()) {
            return uri;
        }
    }
    panic!("{before:?} goes on and on");
}

#[tokio::test]
async fn fallback_playlists_are_shown_to_the_host_with_pictures_and_numbers_of_songs() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = room(&app).await;
    let path = format!("/room/{code}/playlist");

    let page = host.opens(&path).await.expect(200);

    assert_eq!(page.title(), format!("Fallback playlist of room {code} · Auxroom"));
    let page = page.says("No playlist is chosen").says(SHORT).says("12 songs").says("120 songs");
    let row = page.body.split("<li>").find(|row| row.contains(SHORT)).expect("a row");
    assert!(row.contains("<img src=\"http"), "{row}");
    guests[0].opens(&path).await.expect(403);
    host.chooses(&code, SHORT, "on").await.expect(200).says("fallback-chosen");
    let page = host.opens(&path).await.expect(200).says("“夜更かし” goes on, shuffled: 12 songs.");
    let chosen = page.body.split("<li>").skip(1).find(|row| row.contains(SHORT)).expect("a row");
    assert!(between(chosen, "<input", ">").contains("checked"), "{chosen}");
    let history = host.opens(&format!("/room/{code}/settings")).await.expect(200);
    history.says(&format!("href=\"{path}\""));
}

#[tokio::test]
async fn fallback_goes_on_in_order_when_nobody_asks_with_three_calls_a_track_and_unwatched() {
    let app = TestApp::start().await;
    let Party { host, code, events, .. } = party(&app, "off").await;
    drop(events);
    app.is_unwatched().await;
    let first = next_song(&app).await;
    assert_eq!(first, short()[0].uri);
    let (calls, enqueued) = (app.spotify.count("*"), app.spotify.count(ENQUEUE));

    for song in &short()[1..4] {
        assert_eq!(next_song(&app).await, song.uri);
    }

    let calls = app.spotify.count("*") - calls;
    assert!(calls <= 9, "{calls} calls for three tracks: {:?}", app.spotify.request_counts());
    assert_eq!(app.spotify.count(ENQUEUE) - enqueued, 3);
    app.passes(3_000).await;
    let history = host.opens(&format!("/room/{code}/history")).await.expect(200);
    history.says("from the fallback playlist").never_says("asked for by");
}

#[tokio::test]
async fn fallback_makes_way_for_what_people_ask_for() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = party(&app, "on").await;
    next_song(&app).await;
    let wanted = &*songs()[299].uri;
    app.passes(5_000).await;
    guests[0].calls("/api/queue/add", &[("code", &code), ("uri", wanted)]).await.expect(200);

    assert_eq!(next_song(&app).await, wanted);
    app.passes(3_000).await;
    events.snapshot(|snapshot| uri_of(snapshot) == Some(wanted)).await;
    // And goes on after it, with whoever asks told that nobody did.
    let sent = events.snapshot(|snapshot| !snapshot.queue.is_empty());
    let (sent, _) = tokio::join!(sent, app.passes(400_000));
    assert_eq!(sent.queue[0].by, "the playlist “夜更かし”");
    assert!(matches!(sent.queue[0].why, Why::Fallback | Why::Sent), "{:?}", sent.queue[0].why);
    let people = host.opens(&format!("/room/{code}/people")).await.expect(200);
    people.says("no songs asked for");
}

#[tokio::test]
async fn fallback_leaves_what_the_host_starts_in_their_own_spotify_alone_until_it_ends() {
    let app = TestApp::start().await;
    let Party { events: _events, .. } = party(&app, "off").await;
    assert_eq!(next_song(&app).await, short()[0].uri);
    app.passes(10_000).await;
    let enqueued = app.spotify.count(ENQUEUE);
    app.spotify_does(Control::Play(Wanted::new("7").lasting(60_000)));
    app.passes(57_000).await;
    assert_eq!(app.spotify.count(ENQUEUE), enqueued, "it is the host's own music");

    app.spotify_does(Control::NothingPlaying);
    app.passes(15_000).await;
    assert_eq!(app.account().uri, Some(short()[1].uri.clone()), "and now it is over");
}

#[tokio::test]
async fn fallback_follows_the_rules_of_the_room() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = room(&app).await;
    let rules = [
        ("code", &*code),
        ("votes_to_skip", "1"),
        ("guest_can_pause", ""),
        ("explicit_allowed", "off"),
        ("longest_minutes", "4"),
    ];
    host.calls("/api/rooms/settings", &rules).await.expect(200);
    host.chooses(&code, SHORT, "off").await.expect(200);
    let is_allowed = |song: &&&Song| !song.explicit && song.duration_ms <= 240_000;
    let (all, songs) = (short(), short());
    let allowed: Vec<_> = songs.iter().filter(is_allowed).collect();
    assert!(allowed.len() < all.len() && allowed.len() >= 3, "or this proves nothing");

    for song in &allowed[..3] {
        assert_eq!(next_song(&app).await, song.uri);
    }
}

#[tokio::test]
async fn fallback_begins_when_the_host_presses_play_where_nothing_plays() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = party(&app, "off").await;
    app.spotify_does(Control::NothingPlaying);
    app.passes(70_000).await;
    // It began by itself, since something had just ended; it was stopped once more.
    app.spotify_does(Control::NothingPlaying);
    app.passes(130_000).await;
    app.spotify_does(Control::NothingPlaying);
    app.passes(400_000).await;
    let before = app.rows::<entry::Entity>().await.len();
    if app.account().uri.is_none() {
        host.presses("play", &code).await.expect(200).says("played");
        app.passes(3_000).await;
        assert!(short().iter().any(|song| Some(&song.uri) == app.account().uri.as_ref()));
        assert!(app.rows::<entry::Entity>().await.len() >= before);
    }
}

#[tokio::test]
async fn fallback_that_spotify_hides_that_is_empty_or_nobodys_is_refused_in_words() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = room(&app).await;
    host.chooses(&code, "Office Radio", "on").await.expect(409).says("PlaylistHidden");
    host.chooses(&code, "New playlist", "on").await.expect(409).says("PlaylistEmpty");
    for playlist in ["", "nobodys", "../../me", &"x".repeat(2_000)] {
        // Nobody may look at their playlists this often.
        app.passes(20_000).await;
        let fields = [("code", &*code), ("playlist", playlist), ("shuffled", "on")];
        host.calls("/api/fallback/choose", &fields).await.expect(422);
        let page = host.posts_and_reads("/api/fallback/choose", &fields).await.expect(200);
        page.tells("alert", "The request could not be understood");
    }
    let playlist = host.playlist(&code, SHORT).await;
    let fields = [("code", &*code), ("playlist", &*playlist), ("shuffled", "perhaps")];
    host.calls("/api/fallback/choose", &fields).await.expect(422);
    let fields = [("code", &*code), ("playlist", &*playlist), ("shuffled", "on")];
    guests[0].calls("/api/fallback/choose", &fields).await.expect(403);
    guests[0].calls("/api/fallback/end", &[("code", &code)]).await.expect(403);
    assert!(app.rows::<fallback::Entity>().await.is_empty());
}

#[tokio::test]
async fn fallback_asks_for_the_sight_of_playlists_only_when_it_is_needed() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = app.party(1, "1").await;
    let path = format!("/room/{code}/playlist");
    let connected = app.connection(&code).await.expect("an account");
    assert!(!connected.scopes.contains("playlist"), "{}", connected.scopes);
    let page = host.opens(&path).await.expect(200).says("Show my playlists</button>");
    page.says("Spotify asks you first").never_says("Use this playlist");
    guests[0].calls("/api/fallback/allow", &[("code", &code)]).await.expect(403);

    let asked = host.posts("/api/fallback/allow", &[("code", &code)]).await.expect(302);
    let back = host.decides(asked.location(), "cancel").await;
    let page = host.follows(&back).await.expect(200);
    page.tells("status", "This room does not see your playlists").says("Show my playlists");
    let page = host.shows_playlists(&app, &code).await;

    page.tells("status", "Spotify shows your playlists now").says(SHORT);
    assert_eq!(app.connection(&code).await.expect("an account").id, connected.id);
}

#[tokio::test]
async fn fallback_page_says_what_to_do_where_spotify_shows_no_playlists() {
    let app = TestApp::start().await;
    let Party { host, code, .. } = room(&app).await;
    let path = format!("/room/{code}/playlist");
    app.spotify.fault(Fault::new(PLAYLISTS, refuses(403)));
    host.opens(&path).await.expect(200).says("Show my playlists</button>");
    app.spotify.fault(Fault::new(PLAYLISTS, refuses(503)));
    let page = host.opens(&path).await.expect(200);
    page.tells("alert", "Spotify").never_says("Connect Spotify</button>");
    host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
    host.opens(&path).await.expect(200).says("Connect Spotify</button>");
}

#[tokio::test]
async fn fallback_ends_when_the_host_says_so_and_goes_with_the_account() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = party(&app, "on").await;
    assert_eq!(app.rows::<fallback_track::Entity>().await.len(), 12);
    let page = host.posts_and_reads("/api/fallback/end", &[("code", &code)]).await.expect(200);
    page.tells("status", "No playlist goes on any more").says("No playlist is chosen");
    assert!(app.rows::<fallback_track::Entity>().await.is_empty());
    let enqueued = app.spotify.count(ENQUEUE);
    app.passes(60_000).await;
    assert_eq!(app.spotify.count(ENQUEUE), enqueued);

    host.chooses(&code, SHORT, "on").await.expect(200);
    host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
    assert!(app.rows::<fallback::Entity>().await.is_empty());
    assert!(app.rows::<fallback_track::Entity>().await.is_empty());
}

#[tokio::test]
async fn fallback_goes_on_after_a_crash_though_nobody_comes_back() {
    let app = TestApp::start().await;
    let Party { events, .. } = party(&app, "off").await;
    drop(events);
    assert_eq!(next_song(&app).await, short()[0].uri);
    app.passes(3_000).await;
    let looks = app.spotify.count(LOOK);

    let app = app.crash_and_restart().await;

    app.hears(LOOK, looks + 1).await;
    assert_eq!(next_song(&app).await, short()[1].uri);
    assert_eq!(next_song(&app).await, short()[2].uri);
}

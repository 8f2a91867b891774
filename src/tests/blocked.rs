//! Songs and artists that a host does not want to hear.

use auxroom::server::store::entities::{blocked, entry};
use simulator::catalogue::{Song, songs};

use crate::harness::{Answer, Party, Person, TestApp};

/// The fields of a search.
async fn finds(person: &Person, code: &str, song: &Song) -> String {
    let path = format!("/api/search?code={code}&q={}", song.uri);
    person.calls_for(&path).await.expect(200).body
}

impl Person {
    async fn blocks(&self, code: &str, song: &Song, uri: &str) {
        let fields = [("code", code), ("song", &*song.uri), ("uri", uri)];
        self.calls("/api/blocked/add", &fields).await.expect(200).says("blocked");
    }

    async fn wants(&self, code: &str, song: &Song) -> Answer {
        self.calls("/api/queue/add", &[("code", code), ("uri", &*song.uri)]).await
    }
}

/// What the page offers to block of a song: the words of its buttons and the URIs behind them.
async fn offers(host: &Person, code: &str, song: &Song) -> Vec<(String, String)> {
    let page = host.opens(&format!("/room/{code}/blocked?song={}", song.uri)).await.expect(200);
    let forms = page.body.split("action=\"/api/blocked/add\"").skip(1);
    let offer = |form: &str| {
        let uri = form.split("name=\"uri\" value=\"").nth(1)?.split('"').next()?;
        let words = form.split("<button").nth(1)?.split('>').nth(1)?.split('<').next()?;
        Some((words.to_owned(), uri.to_owned()))
    };
    forms.filter_map(offer).collect()
}

#[tokio::test]
async fn blocked_song_is_offered_with_each_of_its_artists() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = app.party(1, "1").await;
    let song = &songs()[3];

    let offered = offers(&host, &code, song).await;

    assert_eq!(offered[0], (format!("Block the song {}", song.name), song.uri.clone()));
    let artists: Vec<_> =
        song.artists.iter().map(|name| format!("Block everything by {name}")).collect();
    let words: Vec<_> = offered[1..].iter().map(|(words, _)| words.clone()).collect();
    assert_eq!(words, artists);
    assert!(offered[1..].iter().all(|(_, uri)| uri.starts_with("spotify:artist:")), "{offered:?}");
    guests[0].opens(&format!("/room/{code}/blocked")).await.expect(403);
    let page = host.opens(&format!("/room/{code}/blocked?song=no+link")).await.expect(200);
    page.tells("alert", "That is no song on Spotify");
}

#[tokio::test]
async fn blocked_song_cannot_be_asked_for_and_leaves_the_queue_until_it_is_unblocked() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = app.party(1, "1").await;
    let (song, other) = (&songs()[3], &songs()[4]);
    guests[0].wants(&code, song).await.expect(200);
    guests[0].wants(&code, other).await.expect(200);

    host.blocks(&code, song, &song.uri).await;

    events
        .snapshot(|snapshot| snapshot.queue.len() == 1 && snapshot.queue[0].track.uri == other.uri)
        .await;
    let ended = app.rows::<entry::Entity>().await.into_iter().find(|row| row.uri == song.uri);
    assert_eq!(ended.expect("the song").ended_by, Some(entry::EndedBy::Forbidden));
    let found = finds(&guests[0], &code, song).await;
    assert!(found.contains("The host does not want this one"), "{found}");
    guests[0].wants(&code, song).await.expect(409).says("blocked");
    host.wants(&code, song).await.expect(409);
    let page = host.opens(&format!("/room/{code}/blocked")).await.expect(200);
    page.says(&format!("Unblock {}", song.name));
    let fields = [("code", &*code), ("uri", &*song.uri)];
    guests[0].calls("/api/blocked/remove", &fields).await.expect(403);
    let page = host.posts_and_reads("/api/blocked/remove", &fields).await.expect(200);
    page.tells("status", "It may be played here again").says("Nothing is blocked yet");
    guests[0].wants(&code, song).await.expect(200).says("added");
}

#[tokio::test]
async fn blocked_artists_songs_cannot_be_asked_for() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = app.party(1, "1").await;
    let song = &songs()[3];
    let (_, artist) = offers(&host, &code, song).await.swap_remove(1);
    let by_them = |other: &&Song| other.artists.contains(&song.artists[0]) && other.uri != song.uri;
    let other = songs().iter().find(by_them).expect("another song of theirs");

    host.blocks(&code, song, &artist).await;

    for song in [song, other] {
        guests[0].wants(&code, song).await.expect(409).says("blocked");
    }
    let history = host.opens(&format!("/room/{code}/history")).await.expect(200);
    history.says(&format!("/room/{code}/blocked?song=spotify:track:"));
    guests[0].opens(&format!("/room/{code}/history")).await.expect(200).never_says("/blocked");
}

#[tokio::test]
async fn blocked_is_only_what_belongs_to_the_song_and_what_only_the_host_names() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = app.party(1, "1").await;
    let (song, other) = (&songs()[3], &songs()[4]);
    for uri in ["", "spotify:artist:nobody", &*other.uri, "<b>"] {
        let fields = [("code", &*code), ("song", &*song.uri), ("uri", uri)];
        host.calls("/api/blocked/add", &fields).await.expect(422);
    }
    let fields = [("code", &*code), ("song", &*song.uri), ("uri", &*song.uri)];
    guests[0].calls("/api/blocked/add", &fields).await.expect(403);
    assert!(app.rows::<blocked::Entity>().await.is_empty());
    host.calls("/api/blocked/add", &fields).await.expect(200);
    host.calls("/api/blocked/add", &fields).await.expect(200);
    assert_eq!(app.rows::<blocked::Entity>().await.len(), 1);
    host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
    assert!(app.rows::<blocked::Entity>().await.is_empty(), "names are Spotify's");
}

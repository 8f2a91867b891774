//! What the host starts in their own Spotify while a playlist is chosen.

use auxroom::model::FallbackPlaylist;
use simulator::{Control, Wanted, catalogue::songs};

use super::{SHORT, next_song, party, room, short};
use crate::harness::{Party, TestApp};

#[tokio::test]
async fn fallback_that_waits_for_the_hosts_own_music_says_so_to_the_host_while_it_does() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = party(&app, "off").await;
    let path = format!("/room/{code}");
    let playlist = |waits| Some(FallbackPlaylist { name: SHORT.to_owned(), waits });
    let own = "Your own music plays on Spotify. “夜更かし” goes on when it ends.";
    let meanwhile = "Nothing is asked for: “夜更かし” goes on meanwhile.";
    events.snapshot(|snapshot| snapshot.fallback == playlist(false)).await;
    host.opens(&path).await.expect(200).says(meanwhile).never_says(own);

    app.passes(1_000).await;
    app.spotify_does(Control::Play(Wanted::new("7").lasting(60_000)));
    app.passes(10_000).await;
    events.snapshot(|snapshot| snapshot.fallback == playlist(true)).await;
    host.opens(&path).await.expect(200).says(own).never_says(meanwhile);
    let page = guests[0].opens(&path).await.expect(200);
    page.says("Nothing waits yet").never_says(own).never_says(meanwhile);

    // A song that somebody asks for follows it, and the playlist follows that.
    let wanted = &*songs()[299].uri;
    guests[0].calls("/api/queue/add", &[("code", &code), ("uri", wanted)]).await.expect(200);
    events.snapshot(|snapshot| snapshot.fallback == playlist(false)).await;
    host.opens(&path).await.expect(200).never_says(own);

    host.calls("/api/fallback/end", &[("code", &code)]).await.expect(200);
    events.snapshot(|snapshot| snapshot.fallback.is_none()).await;
    let page = host.opens(&path).await.expect(200);
    page.never_says(own).never_says(SHORT);
}

#[tokio::test]
async fn fallback_goes_on_where_nothing_follows_on_a_song_that_was_skipped() {
    let app = TestApp::start().await;
    let party = room(&app).await;
    party.host.chooses(&party.code, SHORT, "off").await.expect(200);
    app.spotify_does(Control::Play(Wanted::new("1").lasting(180_000)));
    app.spotify_does(Control::Coming(Vec::new()));
    app.passes(70_000).await;

    party.host.presses("skip", &party.code).await.expect(200).says("skipped");
    app.passes(20_000).await;

    assert_eq!(app.account().uri.as_deref(), Some(&*short()[0].uri));
}

#[tokio::test]
async fn fallback_goes_on_after_music_of_the_hosts_own_that_came_and_went_unseen() {
    let app = TestApp::start().await;
    let Party { events, .. } = party(&app, "off").await;
    drop(events);
    app.is_unwatched().await;
    assert_eq!(next_song(&app).await, short()[0].uri);
    app.passes(30_000).await;
    app.spotify_does(Control::Play(Wanted::new("7").lasting(20_000)));
    app.spotify_does(Control::Coming(Vec::new()));

    assert_eq!(next_song(&app).await, short()[1].uri);
}

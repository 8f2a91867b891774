//! The whole story: a host, two guests, one skip.

use auxroom::model::{Pending, Role, StatusKind};

use crate::harness::TestApp;

#[tokio::test]
async fn a_host_and_two_guests_hear_a_song_and_vote_it_away() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (one, two) = (app.guest_in(&code).await, app.guest_in(&code).await);
    let mut events = one.watches(&code).await;

    let you = events.you(|_| true).await;
    assert_eq!((you.role, you.voted_play), (Role::Guest, None));
    let before = events.snapshot(|snapshot| snapshot.playback.is_some()).await;
    let playback = before.playback.expect("something plays");
    let play = playback.play.expect("a play").to_string();
    assert_eq!(before.status.kind, StatusKind::Ok);
    assert_eq!((before.members, before.skip.votes, before.skip.needed), (3, 0, 2));

    let vote = [("code", &*code), ("play", &*play), ("on", "true")];
    one.calls("/api/playback/vote-skip", &vote).await.expect(200);
    events.snapshot(|snapshot| snapshot.skip.votes == 1).await;
    two.calls("/api/playback/vote-skip", &vote).await.expect(200);

    let skipping = events.pending(Pending::Skip).await;
    assert_eq!(skipping.skip.votes, 2);
    app.advance(1_000);
    let after = events.snapshot(|snapshot| snapshot.skip.votes == 0).await;
    assert_ne!(after.playback.expect("the next song").play, playback.play);
    assert_eq!(app.spotify.count("POST /v1/me/player/next"), 1);
    host.opens(&format!("/room/{code}")).await.expect(200).says("0 of 2 votes to skip");
}

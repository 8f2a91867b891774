//! A skip by votes that Spotify refuses: everybody reads so until something changes.

use auxroom::model::StatusKind;
use serde_json::json;
use simulator::{Control, Effect, Fault, Wanted};

use crate::harness::{NEXT, Party, TestApp};

/// A room whose guests have decided a skip that Spotify refuses.
async fn refused_party(app: &TestApp) -> Party {
    let mut party = app.party(3, "2").await;
    let body = json!({ "error": { "status": 403, "message": "Restriction violated" } });
    let refusal = Effect::Answer { status: 403, headers: Default::default(), body };
    app.spotify.fault(Fault::new(NEXT, refusal));
    for guest in &party.guests[..2] {
        guest.votes(&party.code, party.play).await.expect(200);
    }
    let refused = |kind| kind == StatusKind::SkipRefused;
    let snapshot = party.events.snapshot(|snapshot| refused(snapshot.status.kind)).await;
    let text = snapshot.status.text;
    assert!(text.contains("Spotify would not skip this song"), "{text}");
    app.settles().await;
    party
}

/// Checks that all is well again.
async fn is_over(party: &mut Party) {
    party.events.snapshot(|snapshot| snapshot.status.kind == StatusKind::Ok).await;
}

#[tokio::test]
async fn skip_refused_is_told_while_the_song_plays_on() {
    let app = TestApp::start().await;
    let party = refused_party(&app).await;

    app.passes(30_000).await;

    let snapshot = party.host.sees(&party.code).await;
    assert_eq!(snapshot.status.kind, StatusKind::SkipRefused);
    assert_eq!((snapshot.skip.votes, app.spotify.count(NEXT)), (2, 1));
    let page = party.guests[0].opens(&format!("/room/{}", party.code)).await.expect(200);
    page.says("Spotify would not skip this song");
}

#[tokio::test]
async fn skip_refused_is_over_with_the_next_vote_which_decides_anew() {
    let app = TestApp::start().await;
    let mut party = refused_party(&app).await;

    party.guests[2].votes(&party.code, party.play).await.expect(200);

    is_over(&mut party).await;
    app.hears(NEXT, 2).await;
}

#[tokio::test]
async fn skip_refused_is_over_with_the_song() {
    let app = TestApp::start().await;
    let mut party = refused_party(&app).await;

    app.spotify_does(Control::Play(Wanted::new("12")));
    app.looks_after(9_000).await;

    is_over(&mut party).await;
}

#[tokio::test]
async fn skip_refused_is_over_with_a_command_that_works() {
    let app = TestApp::start().await;
    let mut party = refused_party(&app).await;

    party.host.presses("pause", &party.code).await.expect(200);

    is_over(&mut party).await;
}

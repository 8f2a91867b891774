//! Skips that meet each other, a wait, or the next song.

use auxroom::{
    model::{RoomId, StatusKind},
    server::{live::Change, store::entities::member},
};
use futures::FutureExt as _;
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use simulator::{Control, Effect, Fault, Wanted};

use crate::harness::{LOOK, NEXT, Party, TestApp, play_of};

#[tokio::test]
async fn skip_that_the_host_pressed_for_the_song_before_does_not_hit_the_next_one() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, play, .. } = app.party(1, "1").await;
    guests[0].votes(&code, play).await.expect(200);
    app.hears(NEXT, 1).await;
    app.looks_after(1_000).await;
    events.after(play).await;
    let skips = app.spotify.count(NEXT);

    let press = [("code", &*code), ("play", &*play.to_string())];
    host.calls("/api/playback/skip", &press).await.expect(200).says("play-ended");

    assert_eq!(app.spotify.count(NEXT), skips);
    host.calls("/api/playback/skip", &[("code", &code), ("play", "x")]).await.expect(422);
}

/// A party that hears the last of a song, and what comes after that; the play, and the next song.
async fn near_the_end(app: &TestApp, left_ms: u64) -> (Party, String) {
    let mut party = app.party(1, "1").await;
    app.spotify_does(Control::Play(Wanted::new("28").lasting(60_000).at(51_000 - left_ms)));
    app.looks_after(9_000).await;
    party.play = play_of(&party.events.after(party.play).await).expect("a play");
    (party, app.account().coming[0].clone())
}

#[tokio::test]
async fn skip_that_would_arrive_as_the_song_ends_is_not_sent() {
    for by_votes in [true, false] {
        let app = TestApp::start().await;
        let (party, next) = near_the_end(&app, 800).await;

        let Party { host, guests, code, play, .. } = &party;
        if by_votes {
            guests[0].votes(code, *play).await.expect(200).says("voted");
        } else {
            let press = [("code", &**code), ("play", &*play.to_string())];
            let press = host.calls("/api/playback/skip", &press);
            let (answer, ()) = tokio::join!(press, app.passes(2_000));
            answer.expect(200).says("play-ended");
        }
        app.passes(20_000).await;

        assert_eq!(app.account().uri, Some(next), "by votes: {by_votes}");
        assert_eq!(app.spotify.count(NEXT), 0, "by votes: {by_votes}");
        let polls = app.spotify.count(LOOK);
        assert!(polls < 20, "{polls} polls: no loop");
    }
}

#[tokio::test]
async fn skip_of_a_song_that_is_stuck_at_its_end_or_goes_on_past_it_is_sent_all_the_same() {
    for progress_ms in [59_500, 60_000, 65_000] {
        let app = TestApp::start().await;
        let (party, _) = near_the_end(&app, 5_000).await;
        // Spotify still names it long after its end.
        let set = [("/progress_ms", progress_ms), ("/item/duration_ms", 60_000)];
        let set = set.map(|(field, value)| (field.to_owned(), json!(value))).into_iter().collect();
        app.spotify_does(Control::Play(Wanted::new("28").lasting(600_000).at(55_000)));
        app.spotify.fault(Fault::new(LOOK, Effect::Edit { remove: vec![], set }).times(u32::MAX));
        app.passes(15_000).await;

        party.guests[0].votes(&party.code, party.play).await.expect(200).says("voted");
        app.passes(8_000).await;

        assert_eq!(app.spotify.count(NEXT), 1, "{progress_ms} ms");
    }
}

#[tokio::test]
async fn skip_by_votes_outlives_a_host_who_pressed_too_and_was_told_to_wait() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, play, .. } = app.party(2, "2").await;
    guests[0].votes(&code, play).await.expect(200);
    app.spotify.fault(Fault::rate_limited(NEXT, Some(20)));
    host.presses("skip", &code).await.expect(409).says("RateLimited");

    // The votes suffice while the room waits: whoever decided first and failed is not in their way.
    guests[1].votes(&code, play).await.expect(200).says("voted");
    app.passes(25_000).await;

    assert_eq!(app.spotify.count(NEXT), 2);
    events.after(play).await;
}

#[tokio::test]
async fn skip_by_votes_that_was_decided_already_outlives_a_press_that_fails() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, play, .. } = app.party(1, "1").await;
    // Later than the last poll: the decision waits for one, and the host is quicker.
    app.advance(1);
    app.spotify.fault(Fault::rate_limited(NEXT, Some(20)));
    let (voted, pressed) = tokio::join!(guests[0].votes(&code, play), host.presses("skip", &code));
    voted.expect(200).says("voted");
    assert!([200, 409].contains(&pressed.status.as_u16()), "{pressed:?}");

    app.passes(25_000).await;

    assert_eq!(app.spotify.count(NEXT), 2);
    events.after(play).await;
}

#[tokio::test]
async fn vote_counts_while_spotify_leaves_the_song_out_for_a_moment() {
    let app = TestApp::start().await;
    let Party { guests, code, play, mut events, .. } = app.party(1, "2").await;
    let left_out = Effect::Edit { remove: vec!["/item".to_owned()], set: Default::default() };
    app.spotify.fault(Fault::new(LOOK, left_out));
    app.looks_after(9_000).await;
    events.snapshot(|snapshot| play_of(snapshot).is_none()).await;

    guests[0].votes(&code, play).await.expect(200).says("voted");

    app.looks_after(9_000).await;
    assert_eq!(play_of(&events.votes(1).await), Some(play));
}

#[tokio::test]
async fn rate_limit_of_no_seconds_is_no_loop() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    app.spotify.fault(Fault::rate_limited(LOOK, Some(0)).times(50));

    assert!(app.asked_in(10_000).await <= 12, "{:?}", app.spotify.request_counts());

    app.spotify.clear_faults();
    app.passes(2_000).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
}

#[tokio::test]
async fn stream_of_somebody_who_joins_while_the_room_cannot_be_read_does_not_end() {
    let app = TestApp::start().await;
    let (_host, code) = app.host_with_music().await;
    app.guest_in(&code).await.watches(&code).await.playing().await;
    let late = app.person();
    let rename = async |sql: &str| app.database().writer.execute_unprepared(sql).await.unwrap();

    rename("ALTER TABLE connection RENAME TO hidden").await;
    late.joins(&code).await;
    let mut stream = late.watches(&code).await;
    rename("ALTER TABLE hidden RENAME TO connection").await;
    app.advance(1_000);

    stream.snapshot(|snapshot| snapshot.members == 3).await;
}

#[tokio::test]
async fn skip_by_votes_of_a_song_that_gave_way_to_an_advertisement_is_not_sent_any_more() {
    let app = TestApp::start().await;
    let Party { guests, code, play, events: _events, .. } = app.party(1, "1").await;
    // Later than the last poll: a decision waits for one.
    app.advance(1);
    app.spotify_does(Control::Play(Wanted::new("ad")));

    guests[0].votes(&code, play).await.expect(200).says("voted");

    app.passes(24_000).await;
    assert_eq!(app.spotify.count(NEXT), 0, "it would hit what comes after the advertisement");
}

#[tokio::test]
async fn a_vote_does_not_wait_until_everybody_has_seen_the_one_before() {
    let app = TestApp::start().await;
    let party = app.party(1, "2").await;
    let room = RoomId(app.rows::<member::Entity>().await[0].room_id);
    let hub = &app.state.hub;
    let shown = hub.state(room).await.expect("a state");
    // Committed, and not yet told.
    hub.changed(Change { room, revision: shown.revision + 1, rights: false });
    app.settles().await;

    let before_a_vote = hub.polled(room).now_or_never();
    let before_a_page = hub.state(room).now_or_never();

    assert_eq!(before_a_vote.expect("no wait").expect("a state").play, Some(party.play));
    assert!(before_a_page.is_none());
}

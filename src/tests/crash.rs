//! What kill -9 leaves, and what the next start makes of it.

use std::time::Duration;

use auxroom::{model::PlayId, server::store::entities::play};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, IntoActiveModel as _};
use simulator::{Control, Effect, Fault, Wanted};

use crate::harness::{Event, LOOK, NEXT, Party, Program, TestApp, play_of};

/// Ten seconds after its decision a skip is looked after.
const GRACE: u64 = 10_000;

/// A room with two guests in which both of their votes skip, and what comes next there.
async fn party(app: &TestApp) -> (Party, String) {
    let mut party = app.party(2, "2").await;
    app.spotify_does(Control::Play(Wanted::new("28")));
    app.looks_after(9_000).await;
    party.play = play_of(&party.events.after(party.play).await).expect("a play");
    (party, app.account().coming[0].clone())
}

/// Both guests vote.
async fn both_vote(party: &Party) {
    for guest in &party.guests {
        guest.votes(&party.code, party.play).await.expect(200).says("voted");
    }
}

/// When the skip of what plays was decided and last sent, if it was.
async fn skip_of(app: &TestApp, play: PlayId) -> (Option<i64>, Option<i64>) {
    let rows = app.rows::<play::Entity>().await;
    let row = rows.into_iter().find(|row| row.id == play.0).expect("the play");
    (row.skip_claimed_at, row.skip_sent_at)
}

/// Checks that the room went on to the song `next`, after so many calls in all.
async fn skipped_once(app: &TestApp, party: &Party, next: &str, calls: usize) {
    app.passes(3 * GRACE).await;
    assert_eq!(app.account().uri.as_deref(), Some(next), "skipped to the next song");
    assert_eq!(app.spotify.count(NEXT), calls);
    let snapshot = party.host.sees(&party.code).await;
    assert_ne!(play_of(&snapshot), Some(party.play));
    assert_eq!(snapshot.skip.votes, 0);
}

#[tokio::test]
async fn a_skip_that_was_decided_and_not_sent_is_sent_once_though_nobody_watches() {
    let app = TestApp::start().await;
    let (party, next) = party(&app).await;
    // What the moment between the decision and the call looks like.
    let app = app.crash().await;
    let row = app.rows::<play::Entity>().await.pop().expect("the play");
    let mut row = row.into_active_model();
    row.skip_claimed_at = Set(i64::try_from(app.clock.now().0).ok());
    row.update(&app.database().writer).await.expect("a decision");
    app.advance(3_000);

    let app = app.starts().await;

    app.hears(NEXT, 1).await;
    skipped_once(&app, &party, &next, 1).await;
}

#[tokio::test]
async fn a_skip_that_was_carried_out_is_not_sent_again() {
    for crash_after in [0, 5_000, GRACE, 60_000] {
        let app = TestApp::start_patient().await;
        let (party, next) = party(&app).await;
        app.spotify.fault(Fault::new(NEXT, Effect::Hang).executed(true));
        both_vote(&party).await;
        app.hears(NEXT, 1).await;
        assert!(skip_of(&app, party.play).await.1.is_some(), "recorded before it is sent");

        let app = app.crash().await;
        app.advance(crash_after);
        let app = app.starts().await;

        skipped_once(&app, &party, &next, 1).await;
    }
}

#[tokio::test]
async fn a_skip_that_was_lost_is_sent_once_more_after_a_while() {
    let app = TestApp::start_patient().await;
    let (party, next) = party(&app).await;
    app.spotify.fault(Fault::new(NEXT, Effect::Hang).executed(false));
    both_vote(&party).await;
    app.hears(NEXT, 1).await;

    let app = app.crash_and_restart().await;

    app.passes(GRACE - 1_000).await;
    assert_eq!(app.spotify.count(NEXT), 1, "it may still come true");
    app.passes(2_000).await;
    assert_eq!(app.spotify.count(NEXT), 2);
    skipped_once(&app, &party, &next, 2).await;
}

#[tokio::test]
async fn a_skip_that_was_lost_twice_is_given_up_and_can_be_decided_anew() {
    let app = TestApp::start_patient().await;
    let (party, next) = party(&app).await;
    app.spotify.fault(Fault::new(NEXT, Effect::Hang).executed(false));
    app.spotify.fault(Fault::new(NEXT, Effect::Close).executed(false));
    both_vote(&party).await;
    app.hears(NEXT, 1).await;
    let app = app.crash_and_restart().await;

    app.passes(4 * GRACE).await;

    assert_eq!(app.spotify.count(NEXT), 2, "never a third time");
    assert_eq!(skip_of(&app, party.play).await, (None, None), "given up");
    let snapshot = party.host.sees(&party.code).await;
    assert_eq!((play_of(&snapshot), snapshot.skip.votes), (Some(party.play), 2));
    party.host.presses("skip", &party.code).await.expect(200);
    skipped_once(&app, &party, &next, 3).await;
}

#[tokio::test]
async fn a_skip_of_a_song_that_ended_meanwhile_does_not_hit_the_next_one() {
    let app = TestApp::start_patient().await;
    let (party, next) = party(&app).await;
    // Later than the last look: a decision waits for one.
    app.advance(1);
    let looks = app.spotify.count(LOOK);
    app.spotify.fault(Fault::new(LOOK, Effect::Hang));
    both_vote(&party).await;
    app.hears(LOOK, looks + 1).await;
    assert!(skip_of(&app, party.play).await.0.is_some(), "decided");
    let app = app.crash().await;
    app.spotify_does(Control::Play(Wanted::new(next)));
    let chosen = app.account().uri;
    app.advance(1_000);

    let app = app.starts().await;

    app.passes(3 * GRACE).await;
    assert_eq!((app.account().uri, app.spotify.count(NEXT)), (chosen, 0));
}

#[tokio::test]
async fn votes_survive_a_restart_while_their_song_plays() {
    let app = TestApp::start().await;
    let (party, next) = party(&app).await;
    party.guests[0].votes(&party.code, party.play).await.expect(200);

    let app = app.crash().await;
    app.advance(5_000);
    let app = app.starts().await;

    let mut events = party.guests[0].watches(&party.code).await;
    let you = events.you(|you| you.voted_play.is_some()).await;
    assert_eq!(you.voted_play, Some(party.play));
    let snapshot = events.votes(1).await;
    assert_eq!(play_of(&snapshot), Some(party.play), "the same playing still goes on");
    party.guests[1].votes(&party.code, party.play).await.expect(200);
    app.hears(NEXT, 1).await;
    skipped_once(&app, &party, &next, 1).await;
}

#[tokio::test]
async fn who_opens_the_stream_after_a_restart_hears_what_plays_without_anybodys_doing() {
    let app = TestApp::start().await;
    let (_host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let app = app.crash().await;
    app.spotify_does(Control::Play(Wanted::new("12")));
    app.advance(60_000);
    let app = app.starts().await;

    let mut events = guest.watches(&code).await;

    let snapshot = events.snapshot(|snapshot| snapshot.playback.is_some()).await;
    let track = snapshot.playback.and_then(|playback| playback.track).expect("a song");
    assert_eq!(Some(track.uri), app.account().uri);
}

#[tokio::test]
async fn kill_9_between_deciding_and_sending_neither_loses_nor_doubles_a_skip() {
    let mut program = Program::start("info").await;
    let (host, code) = program.host_with_music("1").await;
    let mut events = host.watches(&code).await;
    let play = events.playing().await;
    let next = program.spotify.accounts()[0].coming[0].clone();
    // Once decided, a skip waits for a look, which does not come back.
    let looks = program.spotify.count(LOOK);
    program.spotify.fault(Fault::new(LOOK, Effect::Hang));
    host.votes(&code, play).await.expect(200).says("voted");
    program.asks(LOOK, looks + 1).await;
    assert_eq!(program.spotify.count(NEXT), 0);

    program.is_killed_and_restarted().await;

    program.asks(NEXT, 1).await;
    let snapshot = host.watches(&code).await.after(play).await;
    assert_eq!(snapshot.skip.votes, 0);
    assert_eq!(program.spotify.accounts()[0].uri, Some(next));
    assert_eq!(program.spotify.count(NEXT), 1);
}

#[tokio::test]
async fn kill_9_between_sending_and_the_answer_does_not_double_a_skip() {
    let mut program = Program::start("info").await;
    let (host, code) = program.host_with_music("1").await;
    let play = host.watches(&code).await.playing().await;
    let next = program.spotify.accounts()[0].coming[0].clone();
    program.spotify.fault(Fault::new(NEXT, Effect::Hang).executed(true));
    host.votes(&code, play).await.expect(200);
    program.asks(NEXT, 1).await;

    program.is_killed_and_restarted().await;

    host.watches(&code).await.after(play).await;
    assert_eq!(program.spotify.accounts()[0].uri, Some(next));
    assert_eq!(program.spotify.count(NEXT), 1);
}

#[tokio::test]
async fn a_sigterm_ends_the_program_within_two_seconds_whoever_listens() {
    let mut program = Program::start("info").await;
    let (host, code) = program.host_with_music("2").await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(host.watches(&code).await);
    }
    streams[0].playing().await;
    // And somebody waits for a Spotify that hangs.
    program.spotify.fault(Fault::new(NEXT, Effect::Hang));
    let skips = tokio::spawn({
        let skip = host.request(reqwest::Method::POST, "/api/playback/skip");
        skip.form(&[("code", &code)]).send()
    });
    program.asks(NEXT, 1).await;

    program.is_told_to_stop();

    let status = program.ends_within(Duration::from_secs(2)).await;
    assert!(status.success(), "{status}");
    for mut stream in streams {
        while let Some(event) = stream.next().await {
            assert!(!matches!(event, Event::Ended(_)), "the room goes on after the restart");
        }
    }
    drop(skips);
}

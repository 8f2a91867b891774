//! A skip is sent once, whoever decides it and whatever becomes of the answer.

use auxroom::model::{Pending, StatusKind};
use futures::future::join_all;
use simulator::{Control, DeviceState, Effect, Fault, Wanted};
use tokio::join;

use crate::harness::{LOOK, NEXT, Party, TestApp, play_of};

/// Waits until nothing more can come of a decided skip, and checks that it skipped to the next
/// song once, with so many calls.
async fn skipped_once(app: &TestApp, party: &Party, next: &str, calls: usize) {
    app.passes(24_000).await;
    let snapshot = party.host.sees(&party.code).await;
    assert_ne!(play_of(&snapshot), Some(party.play));
    assert_eq!((snapshot.skip.votes, snapshot.status.kind), (0, StatusKind::Ok));
    assert_eq!(app.account().uri.as_deref(), Some(next), "skipped to the next song");
    assert_eq!(app.spotify.count(NEXT), calls);
}

/// A room in full swing, and what comes next there.
async fn party(app: &TestApp, guests: usize, votes: &str) -> (Party, String) {
    let mut party = app.party(guests, votes).await;
    app.spotify_does(Control::Play(Wanted::new("28")));
    app.looks_after(9_000).await;
    party.play = play_of(&party.events.after(party.play).await).expect("a play");
    let next = app.account().coming[0].clone();
    (party, next)
}

#[tokio::test]
async fn two_last_votes_that_arrive_together_skip_once() {
    for _ in 0..5 {
        let app = TestApp::start().await;
        let (party, next) = party(&app, 3, "2").await;
        let [one, two, three] = &party.guests[..] else { panic!("three guests") };
        let Party { code, play, .. } = &party;
        one.votes(code, *play).await.expect(200);
        let (two, three) = join!(two.votes(code, *play), three.votes(code, *play));
        for answer in [two, three] {
            answer.expect(200);
        }
        skipped_once(&app, &party, &next, 1).await;
    }
}

#[tokio::test]
async fn twenty_guests_who_vote_at_once_skip_once() {
    let app = TestApp::start().await;
    let (mut party, next) = party(&app, 20, "20").await;
    let votes = party.guests.iter().map(|guest| guest.votes(&party.code, party.play));
    for answer in join_all(votes).await {
        answer.expect(200).says("voted");
    }
    let snapshot = party.events.pending(Pending::Skip).await;
    assert_eq!((snapshot.skip.votes, snapshot.skip.needed), (20, 20));
    skipped_once(&app, &party, &next, 1).await;
}

#[tokio::test]
async fn nineteen_of_twenty_votes_do_not_skip() {
    let app = TestApp::start().await;
    let (party, _) = party(&app, 19, "20").await;
    let votes = party.guests.iter().map(|guest| guest.votes(&party.code, party.play));
    join_all(votes).await;
    app.passes(12_000).await;
    assert_eq!((party.host.sees(&party.code).await.skip.votes, app.spotify.count(NEXT)), (19, 0));
}

#[tokio::test]
async fn the_last_vote_and_the_hosts_skip_together_skip_once() {
    for _ in 0..5 {
        let app = TestApp::start().await;
        let (party, next) = party(&app, 1, "1").await;
        let Party { host, guests, code, play, .. } = &party;
        let (skipped, again, voted) =
            join!(host.presses("skip", code), host.presses("skip", code), async {
                guests[0].votes(code, *play).await
            });
        for answer in [skipped, again, voted] {
            answer.expect(200);
        }
        skipped_once(&app, &party, &next, 1).await;
    }
}

#[tokio::test]
async fn the_hosts_skip_needs_no_votes_and_no_time() {
    let app = TestApp::start().await;
    let (party, next) = party(&app, 1, "100").await;
    party.host.presses("skip", &party.code).await.expect(200).says("skipped");
    assert_eq!(app.account().uri, Some(next.clone()), "before the clock has moved at all");
    skipped_once(&app, &party, &next, 1).await;
}

#[tokio::test]
async fn lowering_the_threshold_to_the_votes_skips() {
    for (votes, lower) in [(2, "2"), (2, "1")] {
        let app = TestApp::start().await;
        let (mut party, next) = party(&app, 3, "3").await;
        for guest in &party.guests[..votes] {
            guest.votes(&party.code, party.play).await.expect(200);
        }
        party.events.votes(2).await;
        party.host.sets(&party.code, "4", "").await;
        app.passes(12_000).await;
        assert_eq!(app.spotify.count(NEXT), 0, "raising it does not");
        party.host.sets(&party.code, "3", "on").await;
        app.passes(12_000).await;
        assert_eq!(app.spotify.count(NEXT), 0, "nor does anything above the votes");

        party.host.sets(&party.code, lower, "on").await;

        party.events.pending(Pending::Skip).await;
        skipped_once(&app, &party, &next, 1).await;
    }
}

#[tokio::test]
async fn a_vote_that_arrives_as_the_song_ends_does_not_skip_the_next_one() {
    let app = TestApp::start().await;
    let mut party = app.party(1, "1").await;
    app.spotify_does(Control::Play(Wanted::new("28").lasting(60_000).at(45_000)));
    app.looks_after(9_000).await;
    party.play = play_of(&party.events.after(party.play).await).expect("a play");
    let next = app.account().coming[0].clone();
    // It is over, and the room has not looked yet.
    app.advance(6_050);
    assert_eq!(app.account().uri.as_deref(), Some(&*next));

    party.guests[0].votes(&party.code, party.play).await.expect(200);

    app.passes(30_000).await;
    assert_eq!(app.account().uri, Some(next), "the vote was for the song before");
    let snapshot = party.host.sees(&party.code).await;
    assert_eq!((snapshot.skip.votes, app.spotify.count(NEXT)), (0, 0));
}

#[tokio::test]
async fn a_vote_for_a_song_that_the_host_just_left_does_not_skip_the_next_one() {
    let app = TestApp::start().await;
    let (party, _) = party(&app, 1, "1").await;
    app.passes(4_000).await;
    // In the host's own app: the room looks again in a few seconds.
    app.spotify_does(Control::Play(Wanted::new("2")));
    let chosen = app.account().uri;

    party.guests[0].votes(&party.code, party.play).await.expect(200);

    app.passes(30_000).await;
    assert_eq!(app.account().uri, chosen, "the vote was for the song before");
    assert_eq!((party.host.sees(&party.code).await.skip.votes, app.spotify.count(NEXT)), (0, 0));
}

/// Decides a skip, by votes or by the host, while `fault` befalls the call.
async fn with(fault: Fault, by_votes: bool, calls: usize) {
    let app = TestApp::start().await;
    let (party, next) = party(&app, 1, "1").await;
    let what = format!("by votes: {by_votes}, {fault:?}");
    app.spotify.fault(fault);
    if by_votes {
        party.guests[0].votes(&party.code, party.play).await.expect(200);
    } else {
        // Neither done nor refused: nobody knows yet, and the host is told so.
        let answer = party.host.presses("skip", &party.code).await.expect(200);
        let words = ["\"unconfirmed\"", "\"skipped\""];
        assert!(words.contains(&&*answer.body), "{what}: {}", answer.body);
    }
    app.hears(NEXT, 1).await;
    app.passes(5_000).await;
    assert_eq!(app.spotify.count(NEXT), 1, "{what}: not blindly again");
    skipped_once(&app, &party, &next, calls).await;
}

#[tokio::test]
async fn a_skip_that_was_carried_out_without_saying_so_is_not_repeated() {
    for by_votes in [true, false] {
        for fault in [
            Fault::status(NEXT, 502),
            Fault::status(NEXT, 500),
            Fault::new(NEXT, Effect::Close),
            Fault::new(NEXT, Effect::Hang),
        ] {
            with(fault.executed(true), by_votes, 1).await;
        }
    }
}

#[tokio::test]
async fn a_host_reads_that_nobody_knows_yet_whether_a_skip_arrived() {
    let app = TestApp::start().await;
    let (party, _) = party(&app, 0, "2").await;
    app.spotify.fault(Fault::status(NEXT, 502).executed(false));

    let page = party.host.posts_and_reads("/api/playback/skip", &[("code", &party.code)]).await;

    page.expect(200).tells("status", "Spotify has not confirmed the skip");
}

#[tokio::test]
async fn a_skip_that_was_lost_is_sent_once_more_after_a_look() {
    for by_votes in [true, false] {
        for fault in [
            Fault::status(NEXT, 502),
            Fault::status(NEXT, 204),
            Fault::new(NEXT, Effect::Close),
            Fault::new(NEXT, Effect::Hang),
        ] {
            with(fault.executed(false), by_votes, 2).await;
        }
    }
}

#[tokio::test]
async fn a_skip_by_votes_that_has_to_wait_is_sent_when_it_may_be() {
    let app = TestApp::start().await;
    let (party, next) = party(&app, 1, "1").await;
    app.spotify.fault(Fault::rate_limited(NEXT, Some(20)));
    party.guests[0].votes(&party.code, party.play).await.expect(200);
    app.hears(NEXT, 1).await;
    assert_eq!(app.asked_in(19_000).await, 0);
    skipped_once(&app, &party, &next, 2).await;
}

#[tokio::test]
async fn a_skip_that_never_comes_true_is_given_up_after_the_second_time() {
    let app = TestApp::start().await;
    let (mut party, _) = party(&app, 2, "1").await;
    let two = |fault: Fault| fault.executed(false).times(2);
    app.spotify.fault(two(Fault::status(NEXT, 502)));
    party.guests[0].votes(&party.code, party.play).await.expect(200);
    app.passes(60_000).await;
    assert_eq!(app.spotify.count(NEXT), 2, "never a third time");
    let snapshot = party.host.sees(&party.code).await;
    assert_eq!((play_of(&snapshot), snapshot.skip.votes), (Some(party.play), 1));

    // The next vote decides anew.
    party.guests[1].votes(&party.code, party.play).await.expect(200).says("voted");
    app.hears(NEXT, 3).await;
    app.looks_after(1_000).await;
    party.events.after(party.play).await;
}

#[tokio::test]
async fn a_skip_that_spotify_refuses_leaves_the_votes_for_the_next_to_decide() {
    let app = TestApp::start().await;
    let (mut party, _) = party(&app, 3, "2").await;
    let [one, two, three] = &party.guests[..] else { panic!("three guests") };
    let refusal = serde_json::json!({ "error": { "status": 404, "reason": "NO_ACTIVE_DEVICE" } });
    let refused = Effect::Answer { status: 404, headers: Default::default(), body: refusal };
    app.spotify.fault(Fault::new(NEXT, refused));
    one.votes(&party.code, party.play).await.expect(200);
    two.votes(&party.code, party.play).await.expect(200);
    party.events.snapshot(|snapshot| snapshot.status.kind == StatusKind::NoDevice).await;
    app.passes(30_000).await;
    let snapshot = party.host.sees(&party.code).await;
    assert_eq!((snapshot.skip.votes, app.spotify.count(NEXT)), (2, 1), "no retry by itself");
    assert_eq!(snapshot.status.kind, StatusKind::Ok, "it plays, so there is a device");

    app.spotify_does(Control::Device(DeviceState::Restricted));
    three.votes(&party.code, party.play).await.expect(200);
    app.hears(NEXT, 2).await;
    app.passes(30_000).await;
    assert_eq!((party.host.sees(&party.code).await.skip.votes, app.spotify.count(NEXT)), (3, 2));

    app.spotify_does(Control::Device(DeviceState::Active));
    one.votes(&party.code, party.play).await.expect(200);
    app.hears(NEXT, 3).await;
    app.looks_after(1_000).await;
    party.events.after(party.play).await;
}

#[tokio::test]
async fn a_decided_skip_waits_a_second_for_a_spotify_that_still_shows_the_last_song() {
    let app = TestApp::start().await;
    let (mut party, next) = party(&app, 1, "1").await;
    let last = app.account().uri.expect("a song");
    party.host.presses("skip", &party.code).await.expect(200);
    app.advance(500);
    let play = play_of(&party.events.after(party.play).await).expect("a play");
    app.advance(1);
    app.spotify_does(Control::Play(Wanted::new(last)));
    let looks = app.spotify.count(LOOK);

    party.guests[0].votes(&party.code, play).await.expect(200).says("voted");
    app.hears(LOOK, looks + 1).await;
    assert_eq!(app.spotify.count(LOOK), looks + 1, "time stands still");

    app.spotify_does(Control::Play(Wanted::new(next)));
    app.passes(1_000).await;
    assert_eq!(app.spotify.count(NEXT), 2);
}

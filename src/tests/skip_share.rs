//! The skip by a share of the people who are here.

use auxroom::model::Snapshot;
use simulator::{Control, Wanted};

use crate::harness::{NEXT, Party, Person, TestApp};

/// A room with so many guests in which more than half of those who are here skip; nobody but the host
/// has it open.
async fn party(app: &TestApp, guests: usize) -> Party {
    let mut party = app.party(guests, "1").await;
    shares(&party.host, &party.code, "50").await.expect(200);
    app.spotify_does(Control::Play(Wanted::new("28").lasting(3_600_000)));
    app.passes(10_000).await;
    party.play = party.events.after(party.play).await.current_play().expect("a play");
    // Whoever joined was here a moment ago.
    app.passes(200_000).await;
    party
}

async fn shares(host: &Person, code: &str, percent: &str) -> crate::harness::Answer {
    let fields = [
        ("code", code),
        ("votes_to_skip", "1"),
        ("skip_rule", "share"),
        ("skip_share", percent),
        ("guest_can_pause", ""),
    ];
    host.calls("/api/rooms/settings", &fields).await
}

fn skip(snapshot: &Snapshot) -> (u32, u32, Option<u32>) {
    (snapshot.skip.votes, snapshot.skip.needed, snapshot.skip.people)
}

#[tokio::test]
async fn skip_share_counts_those_who_have_the_room_open_or_did_something() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, .. } = party(&app, 4).await;
    assert_eq!(skip(&host.sees(&code).await), (0, 1, Some(1)));

    let one = guests[0].watches(&code).await;
    let two = guests[1].watches(&code).await;
    events.snapshot(|snapshot| skip(snapshot) == (0, 2, Some(3))).await;
    guests[2].opens(&format!("/room/{code}")).await.expect(200);
    let three = events.snapshot(|snapshot| skip(snapshot) == (0, 3, Some(4))).await;

    assert_eq!(three.skip_share.map(|share| share.percent()), Some(50));
    let page = guests[0].opens(&format!("/room/{code}")).await.expect(200);
    page.says("0 of 3 votes to skip (4 people here)")
        .says("more than half of the people here skip a song");
    drop((one, two));
}

#[tokio::test]
async fn skip_share_skips_once_when_more_than_half_of_those_here_vote() {
    let app = TestApp::start().await;
    let Party { guests, code, play, mut events, .. } = party(&app, 4).await;
    let one = guests[0].watches(&code).await;
    let two = guests[1].watches(&code).await;
    events.snapshot(|snapshot| skip(snapshot) == (0, 2, Some(3))).await;

    guests[0].votes(&code, play).await.expect(200).says("voted");
    events.snapshot(|snapshot| skip(snapshot) == (1, 2, Some(3))).await;
    app.passes(3_000).await;
    assert_eq!(app.spotify.count(NEXT), 0, "one of three is not more than half");
    guests[1].votes(&code, play).await.expect(200).says("voted");

    app.hears(NEXT, 1).await;
    app.passes(10_000).await;
    assert_eq!(app.spotify.count(NEXT), 1);
    events.after(play).await;
    drop((one, two));
}

#[tokio::test]
async fn skip_share_skips_when_those_go_who_did_not_want_it() {
    let app = TestApp::start().await;
    let Party { guests, code, play, mut events, .. } = party(&app, 4).await;
    let mut tabs = Vec::new();
    for guest in &guests {
        tabs.push(guest.watches(&code).await);
    }
    events.snapshot(|snapshot| skip(snapshot) == (0, 3, Some(5))).await;
    for guest in &guests[..2] {
        guest.votes(&code, play).await.expect(200);
    }
    app.passes(10_000).await;
    assert_eq!(app.spotify.count(NEXT), 0, "two of five");

    // Two of the three who did not vote go home; the host stays.
    tabs.truncate(2);
    for _ in 0..20 {
        app.passes(10_000).await;
        if app.spotify.count(NEXT) > 0 {
            break;
        }
    }

    assert_eq!(app.spotify.count(NEXT), 1, "two of three");
    app.passes(5_000).await;
    events.after(play).await;
    drop(tabs);
}

#[tokio::test]
async fn skip_share_that_makes_no_sense_is_refused_and_a_number_can_be_chosen_again() {
    let app = TestApp::start().await;
    let Party { host, guests, code, play, .. } = party(&app, 2).await;
    for percent in ["9", "91", "half", "1e1"] {
        shares(&host, &code, percent).await.expect(422).says("SkipShare");
    }
    shares(&host, &code, "").await.expect(200);
    // A script that knows nothing of shares leaves them as they are.
    host.sets(&code, "1", "").await;
    assert!(host.sees(&code).await.skip_share.is_some());
    let fields =
        [("code", &*code), ("votes_to_skip", "1"), ("skip_rule", "votes"), ("guest_can_pause", "")];
    host.calls("/api/rooms/settings", &fields).await.expect(200);
    assert_eq!(skip(&host.sees(&code).await), (0, 1, None));
    guests[0].votes(&code, play).await.expect(200);
    app.hears(NEXT, 1).await;
}

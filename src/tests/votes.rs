//! Votes: one for each member and play, gone when the play is over.

use auxroom::{
    error::AppError,
    model::{MemberId, Outcome, PlayId, RoomId, Snapshot},
    server::{rooms::votes::Vote, store::entities::member},
};
use simulator::{Control, Repeat, Wanted};

use crate::harness::{NEXT, Party, TestApp, play_of};

#[tokio::test]
async fn a_guest_cannot_skip_alone_by_pressing_twice() {
    for needed in ["2", "3"] {
        let app = TestApp::start().await;
        let Party { guests, code, mut events, play, .. } = app.party(1, needed).await;
        for _ in 0..3 {
            guests[0].votes(&code, play).await.expect(200).says("voted");
            let vote = [("code", &*code), ("play", &*play.to_string()), ("on", "true")];
            let page = guests[0].posts_and_reads("/api/playback/vote-skip", &vote).await;
            page.expect(200).says(&format!("1 of {needed} votes to skip"));
        }
        events.votes(1).await;
        app.passes(30_000).await;
        let snapshot = guests[0].sees(&code).await;
        assert_eq!((snapshot.skip.votes, play_of(&snapshot)), (1, Some(play)));
        assert_eq!((app.spotify.count(NEXT), app.stored_votes().await), (0, 1));
    }
}

#[tokio::test]
async fn a_vote_in_one_room_does_not_hinder_one_in_another() {
    let app = TestApp::start().await;
    let Party { guests, code, events: _events, play, .. } = app.party(1, "2").await;
    let Party { code: other, events: _other_events, play: other_play, .. } =
        app.party(0, "2").await;
    let guest = &guests[0];
    guest.joins(&other).await;

    guest.votes(&code, play).await.expect(200).says("voted");
    guest.votes(&other, other_play).await.expect(200).says("voted");

    for room in [&code, &other] {
        assert_eq!(guest.sees(room).await.skip.votes, 1);
    }
    // A play of another room is none of this one's.
    guest.withdraws(&code, other_play).await.expect(200).says("play-ended");
    guest.votes(&code, other_play).await.expect(200).says("play-ended");
    assert_eq!(guest.sees(&other).await.skip.votes, 1);
}

#[tokio::test]
async fn a_vote_before_anything_was_seen_changes_nothing() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room_with("1", "").await;
    let guest = app.guest_in(&code).await;

    guest.votes(&code, PlayId(1)).await.expect(200).says("play-ended");
    let vote = [("code", &*code), ("play", "1"), ("on", "true")];
    let page = guest.posts_and_reads("/api/playback/vote-skip", &vote).await.expect(200);
    page.says("That song had already ended");

    host.connects_spotify(&code).await;
    let app = app.crash_and_restart().await;
    guest.votes(&code, PlayId(999)).await.expect(200).says("play-ended");
    assert_eq!((app.stored_votes().await, app.spotify.count(NEXT)), (0, 0));
}

#[tokio::test]
async fn a_vote_that_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    let Party { guests, code, events: _events, play, .. } = app.party(1, "1").await;
    let play = play.to_string();
    for (play, on) in [
        ("", "true"),
        ("x", "true"),
        ("-1", "true"),
        ("1.5", "true"),
        ("99999999999999999999", "true"),
        (&play, "maybe"),
    ] {
        let vote = [("code", &*code), ("play", play), ("on", on)];
        guests[0].calls("/api/playback/vote-skip", &vote).await.expect(422);
    }
    let vote = [("code", &*code), ("play", &play), ("on", "true")];
    app.person().calls("/api/playback/vote-skip", &vote).await.expect(403);
    assert_eq!((app.stored_votes().await, app.spotify.count(NEXT)), (0, 0));
}

#[tokio::test]
async fn a_vote_can_be_withdrawn_and_given_again() {
    let app = TestApp::start().await;
    let Party { guests, code, events: _events, play, .. } = app.party(2, "2").await;
    let (one, two) = (&guests[0], &guests[1]);
    let mut events = one.watches(&code).await;
    events.you(|you| you.voted_play.is_none()).await;

    one.votes(&code, play).await.expect(200).says("voted");
    events.you(|you| you.voted_play == Some(play)).await;
    one.opens(&format!("/room/{code}")).await.says("aria-pressed=\"true\"");
    one.withdraws(&code, play).await.expect(200).says("withdrawn");
    one.withdraws(&code, play).await.expect(200).says("withdrawn");
    events.you(|you| you.voted_play.is_none()).await;
    one.opens(&format!("/room/{code}")).await.says("aria-pressed=\"false\"");

    two.votes(&code, play).await.expect(200).says("voted");
    app.passes(12_000).await;
    assert_eq!((one.sees(&code).await.skip.votes, app.spotify.count(NEXT)), (1, 0));
    one.votes(&code, play).await.expect(200).says("voted");
    app.hears(NEXT, 1).await;
}

#[tokio::test]
async fn a_member_who_leaves_takes_the_vote_along() {
    let app = TestApp::start().await;
    let Party { host, guests, code, mut events, play } = app.party(2, "2").await;
    guests[0].votes(&code, play).await.expect(200);
    events.votes(1).await;

    guests[0].calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);

    events.votes(0).await;
    guests[0].votes(&code, play).await.expect(403);
    guests[1].votes(&code, play).await.expect(200);
    guests[0].joins(&code).await;
    assert_eq!(host.sees(&code).await.skip.votes, 1, "coming back does not bring it back");
    app.passes(12_000).await;
    assert_eq!(app.spotify.count(NEXT), 0);
}

/// Lets a guest vote, then something happens; what the room shows after it was looked at.
async fn after_a_vote(
    begins: Wanted,
    happens: impl AsyncFn(&Party, &TestApp),
) -> (PlayId, Snapshot) {
    let app = TestApp::start().await;
    let mut party = app.party(2, "2").await;
    let first = party.play;
    app.spotify_does(Control::Play(begins));
    app.looks_after(9_000).await;
    party.play = play_of(&party.events.after(first).await).expect("a play");
    party.guests[0].votes(&party.code, party.play).await.expect(200).says("voted");
    party.events.votes(1).await;

    happens(&party, &app).await;

    let snapshot = party.host.sees(&party.code).await;
    if play_of(&snapshot) != Some(party.play) {
        assert_eq!(app.stored_votes().await, 0, "votes vanish with their play");
        // Nor can it be voted on any more, and the next vote is the first.
        let (late, other) = (&party.guests[1], &party.guests[0]);
        late.votes(&party.code, party.play).await.expect(200).says("play-ended");
        let next = play_of(&snapshot).expect("a play");
        other.votes(&party.code, next).await.expect(200).says("voted");
        assert_eq!(party.host.sees(&party.code).await.skip.votes, 1);
        app.passes(12_000).await;
    }
    (party.play, snapshot)
}

fn a_minute_in() -> Wanted {
    Wanted::new("28").at(60_000)
}

#[tokio::test]
async fn votes_vanish_when_the_song_ends_by_itself() {
    let ends = Wanted::new("28").lasting(100_000).at(80_000);
    let (play, snapshot) = after_a_vote(ends, async |_, app| app.passes(20_000).await).await;
    assert_ne!(play_of(&snapshot), Some(play));
    assert_eq!(snapshot.skip.votes, 0);
}

#[tokio::test]
async fn votes_vanish_when_the_host_skips() {
    let (play, snapshot) = after_a_vote(a_minute_in(), async |party, app| {
        party.host.presses("skip", &party.code).await.expect(200);
        app.passes(2_000).await;
        assert_eq!(app.spotify.count(NEXT), 1);
    })
    .await;
    assert_ne!(play_of(&snapshot), Some(play));
    assert_eq!(snapshot.skip.votes, 0);
}

#[tokio::test]
async fn votes_vanish_when_the_host_changes_the_song_elsewhere() {
    let (play, snapshot) = after_a_vote(a_minute_in(), async |_, app| {
        app.spotify_does(Control::Play(Wanted::new("2").at(30_000)));
        app.looks_after(9_000).await;
    })
    .await;
    assert_ne!(play_of(&snapshot), Some(play));
    assert_eq!(snapshot.skip.votes, 0);
}

#[tokio::test]
async fn votes_vanish_when_the_same_song_starts_again_by_repeat() {
    let ends = Wanted::new("28").lasting(100_000).at(80_000);
    let (play, snapshot) = after_a_vote(ends, async |_, app| {
        app.spotify_does(Control::Repeat(Repeat::Track));
        app.passes(20_000).await;
    })
    .await;
    assert_ne!(play_of(&snapshot), Some(play));
    assert_eq!(snapshot.skip.votes, 0);
}

#[tokio::test]
async fn votes_vanish_when_the_song_ended_while_nobody_watched() {
    let (play, snapshot) = after_a_vote(a_minute_in(), async |_, app| {
        // An hour later the same song happens to play.
        app.advance(60 * 60_000);
        app.spotify_does(Control::Play(a_minute_in()));
        app.looks_after(0).await;
    })
    .await;
    assert_ne!(play_of(&snapshot), Some(play));
    assert_eq!(snapshot.skip.votes, 0);
}

#[tokio::test]
async fn votes_stay_when_somebody_seeks_or_pauses() {
    let (play, snapshot) = after_a_vote(a_minute_in(), async |party, app| {
        app.spotify_does(Control::SeekMs(5_000));
        app.looks_after(9_000).await;
        app.spotify_does(Control::SeekMs(150_000));
        app.looks_after(9_000).await;
        party.host.presses("pause", &party.code).await.expect(200);
        app.passes(60_000).await;
        party.host.presses("play", &party.code).await.expect(200);
        app.passes(5_000).await;
    })
    .await;
    assert_eq!((play_of(&snapshot), snapshot.skip.votes), (Some(play), 1));
}

/// A vote as its member casts it.
fn vote_of(app: &TestApp, member: &member::Model, play: PlayId, on: bool) -> Vote {
    Vote {
        room: RoomId(member.room_id),
        member: MemberId(member.id),
        play,
        on,
        at: app.clock.now(),
    }
}

#[tokio::test]
async fn a_vote_on_its_way_while_its_guest_leaves_does_not_count() {
    let app = TestApp::start().await;
    let Party { guests, code, mut events, play, .. } = app.party(1, "2").await;
    let members = app.rows::<member::Entity>().await;
    let guest = members.last().expect("the guest");
    guests[0].calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    events.snapshot(|snapshot| snapshot.members == 1).await;

    let voted = app.state.votes.cast(vote_of(&app, guest, play, true)).await;

    assert_eq!(voted.err(), Some(AppError::NotMember));
    assert_eq!(app.stored_votes().await, 0);
}

#[tokio::test]
async fn votes_that_are_counted_together_are_each_told_their_own_outcome() {
    let app = TestApp::start().await;
    let Party { guests, code, play, .. } = app.party(3, "9").await;
    let members = app.rows::<member::Entity>().await;
    guests[2].calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    let cast = async |guest: usize, play, on| {
        let counted = app.state.votes.cast(vote_of(&app, &members[1 + guest], play, on)).await;
        counted.map(|counted| counted.outcome)
    };

    // The first one is being counted while the others come.
    let outcomes = tokio::join!(
        cast(0, play, true),
        cast(1, play, true),
        cast(1, play, true),
        cast(2, play, true),
        cast(0, PlayId(play.0 + 1), true),
        cast(0, play, false),
    );

    let voted = Ok(Outcome::Voted);
    let (left, ended) = (Err(AppError::NotMember), Ok(Outcome::PlayEnded));
    assert_eq!(outcomes, (voted, voted, voted, left, ended, Ok(Outcome::Withdrawn)));
    assert_eq!(app.stored_votes().await, 1);
}

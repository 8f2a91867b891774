//! Going out of a room, and coming back.

use auxroom::{
    model::{EndedReason, Pending, PlayId, Role},
    server::store::entities::{connection, skip_vote},
};
use sea_orm::ConnectionTrait as _;
use simulator::{Control, Wanted};

use crate::harness::{COMMANDS, TestApp};

#[tokio::test]
async fn a_guest_who_leaves_hears_nothing_more_in_any_tab() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let (mut one, mut other) = (guest.watches(&code).await, guest.watches(&code).await);
    let mut hosts = host.watches(&code).await;
    hosts.snapshot(|snapshot| snapshot.members == 2).await;

    let left = guest.posts("/api/rooms/leave", &[("code", &code)]).await.leads_to("/?done=left");

    assert_eq!(one.ended().await, EndedReason::Left);
    assert_eq!(other.ended().await, EndedReason::Left);
    hosts.snapshot(|snapshot| snapshot.members == 1).await;
    let home = guest.follows(left.location()).await.expect(200);
    home.says("You left the room.").never_says(&code);
    let again = guest.opens(&format!("/room/{code}/events")).await.expect(403);
    assert_eq!(again.body, r#""NotMember""#);
    let page = guest.opens(&format!("/room/{code}")).await.expect(200);
    page.says(">Join room</button>").never_says("Now playing").never_says("Leave room");
}

#[tokio::test]
async fn a_guest_who_leaves_takes_their_vote_along_and_does_not_bring_it_back() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let mut events = host.watches(&code).await;
    let playing = events.snapshot(|snapshot| snapshot.playback.is_some()).await.playback;
    let play = playing.and_then(|playback| playback.play).expect("a play").to_string();
    let vote = [("code", &*code), ("play", &*play), ("on", "true")];
    guest.calls("/api/playback/vote-skip", &vote).await.expect(200);
    events.snapshot(|snapshot| snapshot.skip.votes == 1).await;

    guest.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);

    events.snapshot(|snapshot| (snapshot.members, snapshot.skip.votes) == (1, 0)).await;
    assert_eq!(app.count::<skip_vote::Entity>().await, 0);
    guest.joins(&code).await;
    let back = events.snapshot(|snapshot| snapshot.members == 2).await;
    assert_eq!(back.skip.votes, 0);
    assert_eq!(guest.watches(&code).await.you(|_| true).await.voted_play, None);
    let page = guest.opens(&format!("/room/{code}")).await.expect(200);
    page.says("0 of 2 votes to skip").says(r#"aria-pressed="false""#);
    // Nor did it vanish for good: it counts like anybody's.
    guest.calls("/api/playback/vote-skip", &vote).await.expect(200);
    events.snapshot(|snapshot| snapshot.skip.votes == 1).await;
}

#[tokio::test]
async fn a_host_who_leaves_another_room_keeps_their_own() {
    let app = TestApp::start().await;
    let (host, own) = app.host_with_music().await;
    let guest = app.guest_in(&own).await;
    let other = app.person().creates_room().await;
    host.joins(&other).await;
    let (mut hosts, mut guests) = (host.watches(&own).await, guest.watches(&own).await);

    host.calls("/api/rooms/leave", &[("code", &other)]).await.expect(200);
    host.calls("/api/rooms/settings", &[("code", &own), ("votes_to_skip", "9")]).await.expect(200);

    hosts.snapshot(|snapshot| snapshot.votes_to_skip == 9).await;
    let seen = guests.snapshot(|snapshot| snapshot.votes_to_skip == 9).await;
    assert_eq!(seen.members, 2);
    assert_eq!(app.room(&own).await.closed_at, None);
    assert_eq!(app.count::<connection::Entity>().await, 1);
    host.opens("/").await.expect(200).says(&own).never_says(&other);
    host.opens(&format!("/room/{other}")).await.expect(200).says(">Join room</button>");
}

#[tokio::test]
async fn a_room_goes_on_without_its_host_who_is_host_again_on_return() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    host.calls("/api/rooms/settings", &[("code", &code), ("votes_to_skip", "1")]).await.expect(200);
    let guest = app.guest_in(&code).await;
    let mut hosts = host.watches(&code).await;
    let mut events = guest.watches(&code).await;

    host.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    assert_eq!(hosts.ended().await, EndedReason::Left);
    let alone = events.snapshot(|snapshot| snapshot.members == 1).await;

    // The music still plays here, and guests still decide.
    let playback = alone.playback.expect("it still plays");
    let play = playback.play.expect("a play").to_string();
    let vote = [("code", &*code), ("play", &*play), ("on", "true")];
    guest.calls("/api/playback/vote-skip", &vote).await.expect(200);
    events.pending(Pending::Skip).await;
    app.advance(1_000);
    let skipped = |play: Option<PlayId>| play.is_some() && play != playback.play;
    events.snapshot(|snapshot| snapshot.playback.as_ref().is_some_and(|p| skipped(p.play))).await;

    host.opens(&format!("/room/{code}/settings")).await.expect(403);
    host.joins(&code).await;
    assert_eq!(host.watches(&code).await.you(|_| true).await.role, Role::Host);
    host.opens(&format!("/room/{code}/settings")).await.expect(200).says("Disconnect Spotify");
}

#[tokio::test]
async fn who_left_can_do_nothing_in_the_room_until_they_return() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    for person in [&host, &guest] {
        person.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    }
    let before = app.room(&code).await;
    app.spotify.reset_requests();

    for person in [&host, &guest] {
        for command in &COMMANDS {
            let answer = person.calls(command.path, &command.fields(&code)).await.expect(403);
            assert_eq!(answer.body, r#""NotMember""#, "{}", command.path);
        }
    }

    assert_eq!(app.room(&code).await, before);
    assert_eq!(app.count::<connection::Entity>().await, 1);
    assert_eq!(app.spotify.count("PUT *") + app.spotify.count("POST *"), 0);
}

#[tokio::test]
async fn leaving_twice_says_so_and_changes_nothing() {
    let app = TestApp::start().await;
    let code = app.person().creates_room().await;
    let guest = app.guest_in(&code).await;
    guest.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);

    guest.calls("/api/rooms/leave", &[("code", &code)]).await.expect(403);
    let home = guest.posts_and_reads("/api/rooms/leave", &[("code", &code)]).await.expect(200);

    home.says("You are not in this room. Join it first.");
    assert_eq!(app.members(&code).await, 1);
}

#[tokio::test]
async fn leaving_one_room_is_not_leaving_the_others() {
    let app = TestApp::start().await;
    let (_host, code) = app.host_with_music().await;
    let other = app.person().creates_room().await;
    let guest = app.guest_in(&code).await;
    guest.joins(&other).await;
    let (mut here, mut there) = (guest.watches(&code).await, guest.watches(&other).await);
    here.snapshot(|snapshot| snapshot.playback.is_some()).await;

    guest.calls("/api/rooms/leave", &[("code", &other)]).await.expect(200);
    assert_eq!(there.ended().await, EndedReason::Left);
    app.spotify.control(None, Control::Play(Wanted::new("3"))).expect("an account");
    app.advance(10_000);

    let third = simulator::catalogue::uri_of("3").expect("a song");
    here.snapshot(|snapshot| {
        let track = snapshot.playback.as_ref().and_then(|playback| playback.track.as_ref());
        track.is_some_and(|track| track.uri == third)
    })
    .await;
}

#[tokio::test]
async fn who_left_is_out_even_if_the_room_cannot_be_read_again() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let guest = app.guest_in(&code).await;
    let mut events = host.watches(&code).await;
    events.snapshot(|snapshot| snapshot.members == 2).await;
    let rename = async |sql: &str| app.database().writer.execute_unprepared(sql).await.unwrap();

    rename("ALTER TABLE connection RENAME TO hidden").await;
    guest.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    guest.opens(&format!("/room/{code}")).await.expect(200).says(">Join room</button>");
    guest.presses("pause", &code).await.expect(403);

    rename("ALTER TABLE hidden RENAME TO connection").await;
    app.advance(1_000);
    events.snapshot(|snapshot| snapshot.members == 1).await;
}

//! Who is in a room, and who is removed from it.

use auxroom::{
    model::EndedReason,
    server::store::entities::{entry, entry_vote, member},
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _};

use crate::harness::{Answer, Party, Person, TestApp, between};

/// The membership of whoever joined the room last.
async fn last_member(app: &TestApp) -> member::Model {
    app.rows::<member::Entity>().await.pop().expect("a member")
}

/// A song that a member asked for, with their vote: as it waits, or as it is from then on.
async fn asks(app: &TestApp, of: &member::Model, title: &str, then: entry::ActiveModel) -> i64 {
    let row = entry::ActiveModel {
        room_id: Set(of.room_id),
        member_id: Set(of.id),
        uri: Set(format!("spotify:track:{title}")),
        name: Set(title.to_owned()),
        artists: Set("[]".to_owned()),
        artist_uris: Set("[]".to_owned()),
        duration_ms: Set(200_000),
        explicit: Set(false),
        added_at: Set(1),
        ..then
    };
    let entry = row.insert(&app.database().writer).await.expect("a song").id;
    votes(app, of, entry).await;
    entry
}

fn waits() -> entry::ActiveModel {
    Default::default()
}

async fn votes(app: &TestApp, of: &member::Model, entry: i64) {
    let vote =
        entry_vote::ActiveModel { entry_id: Set(entry), member_id: Set(of.id), created_at: Set(1) };
    let vote = entry_vote::Entity::insert(vote).exec_without_returning(&app.database().writer);
    vote.await.expect("a vote");
}

async fn joins_as(app: &TestApp, code: &str, name: &str) -> (Person, member::Model) {
    let guest = app.person();
    guest.calls("/api/rooms/join", &[("code", code), ("name", name)]).await.expect(200);
    (guest, last_member(app).await)
}

async fn removes(host: &Person, code: &str, member: i64) -> Answer {
    host.calls("/api/people/remove", &[("code", code), ("member", &*member.to_string())]).await
}

/// What the list on the page says, row by row, without its markup.
fn rows(page: &Answer) -> Vec<String> {
    let list = between(&page.body, r#"<ul class="people">"#, "</ul>");
    let text = |row: &str| {
        let pieces = row.split('<').filter_map(|piece| piece.split_once('>'));
        let words = pieces.map(|(_, words)| words.trim()).filter(|words| !words.is_empty());
        words.collect::<Vec<_>>().join(" | ")
    };
    list.split("</li>").map(text).filter(|row| !row.is_empty()).collect()
}

#[tokio::test]
async fn people_are_listed_with_what_they_did_for_the_host_and_by_name_for_guests() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let (anna, as_anna) = joins_as(&app, &code, "Anna").await;
    app.advance(60_000);
    let nobody = app.guest_in(&code).await;
    let (gone, _) = joins_as(&app, &code, "Gone").await;
    gone.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    let (_, sly) = joins_as(&app, &code, "Guest 2").await;
    let song = asks(&app, &as_anna, "One", waits()).await;
    let played = entry::ActiveModel { ended_at: Set(Some(2)), ..Default::default() };
    asks(&app, &as_anna, "Two", played).await;
    votes(&app, &sly, song).await;
    app.advance(2 * 60_000);

    let people = format!("/room/{code}/people");
    host.opens(&format!("/room/{code}")).await.expect(200).says(&format!(r#"href="{people}""#));
    let page = host.opens(&people).await.expect(200);

    assert_eq!(page.title(), format!("People in room {code} · Auxroom"));
    assert!(
        page.body.contains(r#"aria-labelledby="people" class="stack"><h1 id="people">People</h1>"#)
    );
    let nothing = "no songs asked for · no votes in the queue";
    assert_eq!(
        rows(&page),
        [
            format!("Host | here for 3 minutes · {nothing}"),
            "Anna | here for 3 minutes · 2 songs asked for · 1 vote in the queue | Remove Anna"
                .to_owned(),
            // The second guest, and not the one who took that for a name.
            format!("Guest 2 2 | here for 2 minutes · {nothing} | Remove Guest 2 2"),
            "Guest 2 | here for 2 minutes · no songs asked for · 1 vote in the queue | Remove Guest 2"
                .to_owned(),
        ]
    );
    for guest in [&anna, &nobody] {
        let page = guest.opens(&people).await.expect(200).never_says("Remove");
        assert_eq!(rows(&page), ["Host", "Anna", "Guest 2 2", "Guest 2"]);
    }
    app.person().opens(&people).await.expect(403).says("You are not in this room.");
    app.person().opens("/room/QQQQQQ/people").await.expect(404);
    gone.opens(&people).await.expect(403);
}

#[tokio::test]
async fn people_change_their_name_on_the_page_without_scripts() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let (guest, _) = joins_as(&app, &code, "Anna").await;
    let form = [("code", &*code), ("name", "Kim <b>")];

    let page = guest.posts_and_reads("/api/rooms/name", &form).await.expect(200);

    let page = page.tells("status", "You have a new name.");
    assert_eq!(rows(&page), ["Host", "Kim &lt;b&gt;"]);
    let form = [("code", &*code), ("name", "!")];
    let page = guest.posts_and_reads("/api/rooms/name", &form).await.expect(200);
    assert!(page.text_of("name-error").starts_with("A name has at most 24 characters"));
    assert!(page.field("name").contains(r#"value="!""#), "{}", page.field("name"));
    assert!(page.field("name").contains(r#"aria-invalid="true""#));
}

#[tokio::test]
async fn removed_guests_are_out_in_every_tab_with_their_votes_and_waiting_songs() {
    let app = TestApp::start().await;
    let Party { host, code, play, mut events, .. } = app.party(0, "3").await;
    let (anna, as_anna) = joins_as(&app, &code, "Anna").await;
    let (bob, as_bob) = joins_as(&app, &code, "Bob").await;
    let waiting = asks(&app, &as_anna, "Waits", waits()).await;
    let sent = entry::ActiveModel { sent_at: Set(Some(2)), ..Default::default() };
    let sent = asks(&app, &as_anna, "Sent", sent).await;
    let bobs = asks(&app, &as_bob, "Bob's", waits()).await;
    votes(&app, &as_anna, bobs).await;
    votes(&app, &as_bob, waiting).await;
    for guest in [&anna, &bob] {
        guest.votes(&code, play).await.expect(200);
    }
    events.votes(2).await;
    let (mut one, mut other) = (anna.watches(&code).await, anna.watches(&code).await);
    let mut bobs_tab = bob.watches(&code).await;

    let form = [("code", &*code), ("member", &*as_anna.id.to_string())];
    let page = host.posts_and_reads("/api/people/remove", &form).await.expect(200);

    let page = page.tells("status", "They are out of the room");
    assert_eq!(rows(&page).len(), 2, "{:?}", rows(&page));
    for tab in [&mut one, &mut other] {
        assert_eq!(tab.ended().await, EndedReason::Removed);
    }
    bobs_tab.snapshot(|snapshot| snapshot.members == 2 && snapshot.skip.votes == 1).await;
    let songs = app.rows::<entry::Entity>().await;
    let ended = |id: i64| songs.iter().find(|song| song.id == id).expect("the song").ended_by;
    assert_eq!(ended(waiting), Some(entry::EndedBy::Removed));
    assert_eq!(ended(bobs), None);
    assert_ne!(ended(sent), Some(entry::EndedBy::Removed), "what Spotify has is played");
    let votes = app.rows::<entry_vote::Entity>().await;
    assert_eq!(votes.len(), 1, "{votes:?}");
    assert_eq!((votes[0].entry_id, votes[0].member_id), (bobs, as_bob.id));
}

#[tokio::test]
async fn removed_guests_cannot_come_back_whatever_way_they_try() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let (anna, as_anna) = joins_as(&app, &code, "Anna").await;
    // Whoever left a moment before is removed all the same.
    anna.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
    removes(&host, &code, as_anna.id).await.expect(200);
    let says = "You were removed from this room";
    let tries = async |code: &str| {
        let join = [("code", code), ("name", "Somebody else")];
        let answer = anna.calls("/api/rooms/join", &join).await.expect(403);
        assert_eq!(answer.body, r#""Removed""#);
        let page = anna.posts_and_reads("/api/rooms/join", &join).await.expect(200);
        assert_eq!(
            page.text_of("code-error"),
            "The host decides who is in it, so you cannot come back."
        );
        let page = anna.opens(&format!("/room/{code}")).await.expect(403).says(says);
        page.never_says("Join room</button>").never_says("Your name");
        anna.opens(&format!("/room/{code}/people")).await.expect(403).says(says);
        anna.opens(&format!("/room/{code}/settings")).await.expect(403).says(says);
        let events = anna.opens(&format!("/room/{code}/events")).await.expect(403);
        assert_eq!(events.body, r#""Removed""#);
        anna.calls("/api/rooms/name", &join).await.expect(403);
    };

    tries(&code).await;
    let app = app.crash_and_restart().await;
    tries(&code).await;
    for on in ["true", "false"] {
        host.calls("/api/rooms/stop-joining", &[("code", &code), ("on", on)]).await.expect(200);
        tries(&code).await;
    }
    let renewed = host.calls("/api/rooms/renew-code", &[("code", &code)]).await.expect(200);
    let new = renewed.location().trim_start_matches("/room/")[..6].to_owned();
    tries(&new).await;
    anna.opens(&format!("/room/{code}")).await.expect(404);
    // Nobody else is kept out, and whoever is removed twice stays so.
    app.person().joins(&new).await;
    removes(&host, &new, as_anna.id).await.expect(200);
    anna.opens("/").await.expect(200).never_says(&new);
    assert_eq!(app.members(&new).await, 2);
}

#[tokio::test]
async fn removing_is_the_hosts_and_takes_nobody_but_guests_of_the_room() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let as_host = last_member(&app).await;
    let (anna, as_anna) = joins_as(&app, &code, "Anna").await;
    let elsewhere = app.person().creates_room().await;
    let (_, stranger) = joins_as(&app, &elsewhere, "Eve").await;
    let before = app.rows::<member::Entity>().await;

    removes(&anna, &code, as_anna.id).await.expect(403).says("NotHost");
    for member in [as_host.id, stranger.id, 4_711, -1] {
        let refused = removes(&host, &code, member).await.expect(422);
        assert_eq!(refused.body, r#""Malformed""#, "{member}");
    }
    for member in ["", "me", "1 OR 1=1"] {
        let fields = [("code", &*code), ("member", member)];
        host.calls("/api/people/remove", &fields).await.expect(422);
        let page = host.posts_and_reads("/api/people/remove", &fields).await.expect(200);
        page.tells("alert", "The request could not be understood.");
    }

    assert_eq!(app.rows::<member::Entity>().await, before);
}

#[tokio::test]
async fn removed_guests_songs_do_not_come_back_when_a_cleared_queue_does() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let (_, as_anna) = joins_as(&app, &code, "Anna").await;
    let song = asks(&app, &as_anna, "Waits", waits()).await;
    host.calls("/api/queue/clear", &[("code", &code)]).await.expect(200);

    removes(&host, &code, as_anna.id).await.expect(200);
    host.calls("/api/queue/restore", &[("code", &code)]).await.expect(200);

    let songs = app.rows::<entry::Entity>().await;
    assert_eq!((songs[0].id, songs[0].ended_by), (song, Some(entry::EndedBy::Removed)));
    assert_eq!(app.count::<entry_vote::Entity>().await, 0);
}

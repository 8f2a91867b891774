//! Streams that break, and what becomes of them.

use reqwest::Method;
use serde_json::json;
use simulator::{Control, DeviceState};

use super::{data, next_state};
use crate::harness::{Events, Person, TestApp, between};

/// The `id` of an event.
#[track_caller]
fn id(frame: &str) -> u64 {
    between(frame, "id: ", "\n").parse().expect("a number")
}

/// Opens the stream as somebody whose last one broke after event `last`.
async fn watches_again(person: &Person, code: &str, last: u64) -> Events {
    let request = person.request(Method::GET, &format!("/room/{code}/events"));
    let response = request.header("last-event-id", last).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    Events::new(response)
}

#[tokio::test]
async fn ids_grow_whatever_becomes_of_the_stream_the_room_or_the_server() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let mut events = host.watches(&code).await;
    events.playing().await;
    let mut last = 0;
    for votes in ["3", "4", "5", "6"] {
        host.sets(&code, votes, "").await;
        let frame = next_state(&mut events).await;
        assert!(id(&frame) > last, "{frame}");
        assert_eq!(data(&frame)["version"], id(&frame));
        last = id(&frame);
    }

    // Nobody watches for so long that the room is forgotten.
    drop(events);
    app.is_unwatched().await;
    app.passes(60_000).await;
    assert!(app.state.hub.is_empty());
    let mut events = host.watches(&code).await;
    let frame = next_state(&mut events).await;
    assert!(id(&frame) > last, "{} after {last}", id(&frame));
    last = id(&frame);

    let app = app.crash().await;
    app.advance(1_000);
    let app = app.starts().await;
    let mut events = watches_again(&host, &code, last).await;
    for _ in 0..2 {
        let frame = next_state(&mut events).await;
        assert!(id(&frame) > last, "{} after {last}", id(&frame));
        last = id(&frame);
        app.spotify_does(Control::Device(DeviceState::None));
        app.advance(15_000);
    }
}

#[tokio::test]
async fn who_was_cut_off_is_right_again_after_one_message() {
    let app = TestApp::start().await;
    let mut party = app.party(2, "3").await;
    let [one, two] = &party.guests[..] else { panic!("two guests") };
    one.votes(&party.code, party.play).await.expect(200);
    let last = party.events.votes(1).await.version;
    let app = app.crash().await;
    app.advance(1_000);
    let _app = app.starts().await;
    two.votes(&party.code, party.play).await.expect(200);
    party.host.sets(&party.code, "5", "on").await;

    let mut events = watches_again(one, &party.code, last).await;

    let you = events.frame().await.expect("an event");
    assert_eq!(data(&you)["voted_play"], party.play.0);
    let snapshot = events.frame().await.expect("an event");
    assert_eq!(data(&snapshot)["skip"], json!({ "votes": 2, "needed": 5, "people": null }));
    assert_eq!(data(&snapshot)["playback"]["play"], party.play.0);
    assert_eq!(data(&snapshot)["members"], 3);
}

//! What the room's account plays on: the host chooses, and says how loud.

use auxroom::{model::StatusKind, server::store::entities::room};
use serde_json::{Value, json};
use simulator::{Control, DeviceState, Effect, Fault, catalogue::songs};

use crate::harness::{Answer, PLAY, Party, Person, TestApp, uri_of};

const DEVICES: &str = "GET /v1/me/player/devices";
const TRANSFER: &str = "PUT /v1/me/player";
const VOLUME: &str = "PUT /v1/me/player/volume";

async fn page(host: &Person, code: &str) -> Answer {
    host.opens(&format!("/room/{code}/speakers")).await.expect(200)
}

/// The tags of all fields with this name.
fn fields<'a>(page: &'a Answer, name: &str) -> Vec<&'a str> {
    let name = format!(" name=\"{name}\"");
    let tags = page.body.split('<').filter_map(|piece| piece.split_once('>'));
    tags.map(|(tag, _)| tag).filter(|tag| tag.contains(&name)).collect()
}

/// The IDs of the devices that the page offers.
fn ids(page: &Answer) -> Vec<String> {
    let value = |tag: &str| Some(tag.split_once(" value=\"")?.1.split_once('"')?.0.to_owned());
    fields(page, "device").into_iter().filter_map(value).collect()
}

async fn chooses(host: &Person, code: &str, device: &str) -> Answer {
    host.calls("/api/devices/use", &[("code", code), ("device", device)]).await
}

async fn sets_volume(host: &Person, code: &str, percent: &str) -> Answer {
    host.calls("/api/devices/volume", &[("code", code), ("percent", percent)]).await
}

async fn remembered(app: &TestApp, code: &str) -> Option<String> {
    app.room(code).await.device_id
}

/// Another value in what Spotify says about the devices, once.
fn says_of_devices(app: &TestApp, changes: &[(&str, Value)]) {
    let set = changes.iter().map(|(field, value)| ((*field).to_owned(), value.clone()));
    let effect = Effect::Edit { remove: vec![], set: set.collect() };
    app.spotify.fault(Fault::new(DEVICES, effect));
}

#[tokio::test]
async fn speakers_are_listed_for_the_host_alone_with_the_one_that_plays_checked() {
    let app = TestApp::start().await;
    let Party { host, guests, code, .. } = app.party(1, "2").await;
    let speakers = format!("/room/{code}/speakers");
    for from in ["", "/settings"] {
        let link = format!(r#"href="{speakers}""#);
        host.opens(&format!("/room/{code}{from}")).await.expect(200).says(&link);
    }
    guests[0].opens(&format!("/room/{code}")).await.expect(200).never_says(&speakers);

    let page = page(&host, &code).await;

    assert_eq!(page.title(), format!("Speakers of room {code} · Auxroom"));
    let group = r#"role="radiogroup" aria-labelledby="speaker""#;
    let page = page.says(group).says(r#"<legend id="speaker">Speaker</legend>"#);
    let page = page.says("Living room speaker (Speaker)").says("Phone (Smartphone)");
    let radios = fields(&page, "device");
    let checked: Vec<_> = radios.iter().map(|radio| radio.contains(" checked")).collect();
    assert_eq!(checked, [true, false], "{radios:?}");
    assert!(radios.iter().all(|radio| !radio.contains(" disabled")), "{radios:?}");
    let page = page.says("Use this speaker</button>");
    assert!(page.field("percent").contains(r#"value="60""#), "{}", page.field("percent"));
    guests[0].opens(&speakers).await.expect(403).says("Only the host of this room can do that.");
    app.person().opens(&speakers).await.expect(403).says("You are not in this room.");
    app.person().opens("/room/QQQQQQ/speakers").await.expect(404);
    assert_eq!(app.spotify.count(DEVICES), 1, "for the host alone");
}

#[tokio::test]
async fn speakers_are_chosen_and_the_music_goes_on_there() {
    let app = TestApp::start().await;
    let Party { host, code, play, events: _events, .. } = app.party(0, "2").await;
    let ids = ids(&page(&host, &code).await);

    let form = [("code", &*code), ("device", &*ids[1])];
    let chosen = host.posts_and_reads("/api/devices/use", &form).await.expect(200);

    let chosen = chosen.tells("status", "Spotify received your choice of speaker.");
    let [_, phone] = fields(&chosen, "device")[..] else { panic!("two devices") };
    assert!(phone.contains(" checked"), "{phone}");
    let chosen = chosen.says("The volume of Phone (Smartphone) is set on the device itself.");
    assert!(fields(&chosen, "percent").is_empty(), "a phone's volume is its own");
    let [sent] = &app.wire.heard(TRANSFER)[..] else { panic!("one transfer") };
    let sent: Value = serde_json::from_str(&sent.body).expect("JSON");
    assert_eq!(sent, json!({ "device_ids": [ids[1]] }), "plays on, or stays paused");
    app.looks_after(1_000).await;
    let now = host.sees(&code).await;
    assert_eq!(now.current_play(), Some(play));
    assert!(now.playback.expect("music").is_playing);
    assert_eq!(remembered(&app, &code).await.as_ref(), Some(&ids[1]));
}

#[tokio::test]
async fn speakers_that_cannot_be_controlled_say_so_and_cannot_be_chosen() {
    let app = TestApp::start().await;
    let Party { host, code, .. } = app.party(0, "2").await;
    says_of_devices(
        &app,
        &[("/devices/0/is_restricted", json!(true)), ("/devices/1/id", Value::Null)],
    );

    let none = page(&host, &code).await;

    let radios = fields(&none, "device");
    assert!(radios.iter().all(|radio| radio.contains(" disabled")), "{radios:?}");
    let says = "Spotify does not let it be controlled from here.";
    assert_eq!(none.body.matches(says).count(), 2);
    none.never_says("Use this speaker").never_says("Set volume");
    says_of_devices(&app, &[("/devices", json!([]))]);
    page(&host, &code).await.says("Spotify reports no speaker at the moment.");
    says_of_devices(&app, &[("/devices/0/name", json!("<b>Loud</b>"))]);
    page(&host, &code).await.says("&lt;b&gt;Loud&lt;/b&gt; (Speaker)").never_says("<b>Loud");
}

#[tokio::test]
async fn speakers_volume_is_set_where_the_device_allows_it() {
    let app = TestApp::start().await;
    let Party { host, code, .. } = app.party(0, "2").await;

    let form = [("code", &*code), ("percent", "35")];
    let set = host.posts_and_reads("/api/devices/volume", &form).await.expect(200);

    let set = set.tells("status", "Spotify received the volume.");
    assert!(set.field("percent").contains(r#"value="35""#), "{}", set.field("percent"));
    let asked = app.spotify.requests();
    let asked = asked.iter().rfind(|request| request.path.ends_with("/volume")).expect("a call");
    assert_eq!(asked.query.as_deref(), Some("volume_percent=35"));
    let form = [("code", &*code), ("percent", "101")];
    let refused = host.posts_and_reads("/api/devices/volume", &form).await.expect(200);
    let says = "Volume must be a whole number from 0 to 100.";
    assert_eq!(refused.text_of("percent-error"), says);
    assert!(refused.field("percent").contains(r#"value="101""#), "{}", refused.field("percent"));
    assert_eq!(app.spotify.count(VOLUME), 1);
    let phone = ids(&refused).remove(1);
    chooses(&host, &code, &phone).await.expect(200).says("speaker-chosen");
    sets_volume(&host, &code, "50").await.expect(409).says("NoVolumeControl");
}

#[tokio::test]
async fn speakers_that_refuse_are_told_in_plain_words() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    let speaker = ids(&page(&host, &code).await).remove(0);
    let restricted = json!({ "error": { "status": 403, "message": "Restricted device" } });
    let premium = json!({ "error": {
        "status": 403, "message": "Player command failed: Premium required", "reason": "PREMIUM_REQUIRED"
    } });
    let answers = |status, body: &Value| Effect::Answer {
        status,
        headers: Default::default(),
        body: body.clone(),
    };
    for (fault, says) in [
        (None, "That speaker is no longer there."),
        (Some(answers(403, &restricted)), "Spotify does not let that speaker be controlled"),
        (Some(answers(403, &premium)), "Spotify needs a Premium account"),
        (Some(answers(503, &Value::Null)), "Spotify cannot be reached right now."),
    ] {
        let device = if fault.is_none() { "gone" } else { &speaker };
        if let Some(fault) = fault {
            app.spotify.fault(Fault::new(TRANSFER, fault));
        }
        app.advance(60_000);
        let form = [("code", &*code), ("device", device)];
        let refused = host.posts_and_reads("/api/devices/use", &form).await.expect(200);
        refused.tells("alert", says).says("Use this speaker</button>");
    }
    for device in ["", "a b", "ä"] {
        chooses(&host, &code, device).await.expect(422).says("Malformed");
    }
    assert_eq!(remembered(&app, &code).await, None, "nothing was chosen");
    app.spotify_does(Control::Device(DeviceState::None));
    sets_volume(&host, &code, "50").await.expect(409).says("NoDevice");
    app.spotify.fault(Fault::rate_limited(TRANSFER, Some(3_600)));
    chooses(&host, &code, &speaker).await.expect(409).says("RateLimited");
    let waits = page(&host, &code).await.tells("alert", "Spotify asks us to slow down.");
    waits.never_says("reports no speaker");
    assert_eq!(app.spotify.count(TRANSFER), 5, "nobody asks before the wait is over");
    app.settles().await;
    let silent = app.person();
    let other = silent.creates_room().await;
    chooses(&silent, &other, &speaker).await.expect(409).says("NotConnected");
    page(&silent, &other).await.tells("alert", "No Spotify account is connected");
}

#[tokio::test]
async fn speakers_chosen_last_start_the_music_when_no_device_is_active() {
    let app = TestApp::start().await;
    let Party { host, code, events, .. } = app.party(0, "2").await;
    let speakers = ids(&page(&host, &code).await);
    app.spotify_does(Control::Device(DeviceState::Inactive));
    app.passes(13_000).await;
    host.presses("play", &code).await.expect(409).says("NoDevice");
    assert_eq!(app.spotify.count(PLAY), 1, "nobody knows where it should play");
    let waits = host.opens(&format!("/room/{code}")).await.expect(200);
    waits.tells("alert", "The host can also choose a speaker under Speakers.");

    chooses(&host, &code, &speakers[1]).await.expect(200);
    app.looks_after(1_000).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok, "there is one now");
    drop(events);
    let app = app.crash_and_restart().await;
    let _events = host.watches(&code).await;
    app.spotify_does(Control::Device(DeviceState::Inactive));
    app.passes(13_000).await;
    host.presses("play", &code).await.expect(200).says("played");

    assert_eq!(app.spotify.count(PLAY), 3);
    app.looks_after(1_000).await;
    assert!(host.sees(&code).await.playback.expect("music").is_playing);
    let requests = app.spotify.requests();
    let last = requests.iter().rfind(|request| request.path.ends_with("/play")).expect("a start");
    assert_eq!(last.query.as_deref(), Some(&*format!("device_id={}", speakers[1])));
}

#[tokio::test]
async fn speakers_chosen_last_play_what_somebody_asks_for_in_the_silence() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    let speakers = ids(&page(&host, &code).await);
    chooses(&host, &code, &speakers[1]).await.expect(200);
    app.spotify_does(Control::Device(DeviceState::Inactive));
    app.passes(13_000).await;

    let song = [("code", &*code), ("uri", &*songs()[40].uri)];
    host.calls("/api/queue/add", &song).await.expect(200);
    app.passes(3_000).await;

    let now = host.sees(&code).await;
    assert_eq!(uri_of(&now), Some(&*songs()[40].uri), "{now:?}");
    assert!(now.queue.is_empty());
}

#[tokio::test]
async fn speakers_chosen_last_that_are_gone_leave_the_room_without_one() {
    let app = TestApp::start().await;
    let Party { host, code, events: _events, .. } = app.party(0, "2").await;
    let speakers = ids(&page(&host, &code).await);
    chooses(&host, &code, &speakers[1]).await.expect(200);
    app.spotify_does(Control::Device(DeviceState::None));
    app.passes(13_000).await;

    host.presses("play", &code).await.expect(409).says("NoDevice");

    assert_eq!(app.spotify.count(PLAY), 2, "once more, and no more than that");
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::NoDevice);
    // As soon as one appears, the room goes on by itself.
    app.spotify_does(Control::Device(DeviceState::Active));
    app.spotify_does(Control::Resume);
    app.passes(13_000).await;
    assert_eq!(host.sees(&code).await.status.kind, StatusKind::Ok);
}

#[tokio::test]
async fn speakers_chosen_last_are_forgotten_with_the_account() {
    let app = TestApp::start().await;
    for ends in ["disconnect", "another account", "close"] {
        let (host, code) = app.host_with_music().await;
        let speakers = ids(&page(&host, &code).await);
        chooses(&host, &code, &speakers[1]).await.expect(200);
        assert!(remembered(&app, &code).await.is_some());
        match ends {
            "disconnect" => {
                host.calls("/api/spotify/disconnect", &[("code", &code)]).await.expect(200);
            }
            "close" => drop(host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200)),
            _ => drop(host.connects_spotify(&code).await),
        }
        assert_eq!(remembered(&app, &code).await, None, "{ends}");
    }
    assert_eq!(app.count::<room::Entity>().await, 3);
}

#[tokio::test]
async fn speakers_are_looked_for_ten_times_at_once_and_again_after_a_while() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (other, elsewhere) = app.host_with_music().await;
    for _ in 0..10 {
        page(&host, &code).await.never_says("Too many presses.");
    }
    let many = page(&host, &code).await.tells("alert", "Too many presses.");
    many.never_says("reports no speaker");
    chooses(&host, &code, "x").await.expect(429).says("TooManyAtOnce");
    page(&other, &elsewhere).await.never_says("Too many presses.");
    assert_eq!(app.spotify.count(DEVICES), 11);
    app.advance(5_000);
    page(&host, &code).await.never_says("Too many presses.");
}

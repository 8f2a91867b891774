//! The program as a newcomer starts it: no Spotify application, nothing set.

use auxroom::{
    model::{Pending, Snapshot},
    server::store::entities::{entry, entry_vote, member},
};
use reqwest::{
    Method,
    header::{ACCEPT, HOST},
};
use sea_orm::EntityTrait as _;

use crate::harness::{DEMO, Person, TestApp, between, uri_of};

const BANNER: &str = "Demo: a simulated Spotify that makes no sound.";

async fn demo() -> TestApp {
    TestApp::start_with(&DEMO).await
}

/// A host with a room that plays.
async fn host_with_music(app: &TestApp) -> (Person, String) {
    let host = app.person();
    let code = host.creates_room().await;
    host.connects_spotify(&code).await;
    (host, code)
}

#[tokio::test]
async fn every_page_says_that_it_is_a_simulation_and_how_to_get_the_real_one() {
    let app = demo().await;
    let (host, code) = host_with_music(&app).await;
    let room = format!("/room/{code}");
    for path in ["/", "/join", "/create", "/nothing", &*room, &*format!("{room}/settings")] {
        let page = host.opens(path).await.says(BANNER);
        page.says("SPOTIFY_CLIENT_ID").says("SPOTIFY_CLIENT_SECRET");
    }
    let real = TestApp::start().await;
    real.person().opens("/").await.expect(200).never_says("Demo");
}

#[tokio::test]
async fn a_newcomer_hears_music_in_a_room_without_leaving_the_machine() {
    let app = demo().await;
    let host = app.person();
    let code = host.creates_room().await;

    let consent = host.goes_to_spotify(&code).await;
    assert!(consent.starts_with(&format!("{}/demo-spotify/authorize?", app.url)), "{consent}");
    let page = host.opens(&consent).await.expect(200);
    page.says("Agree</button>").says("Cancel</button>").says("This is a simulation of Spotify");
    let back = host.decides(&consent, "agree").await;
    assert!(back.starts_with(&format!("{}/spotify/callback?", app.url)), "{back}");
    let room = host.follows(&back).await.expect(200).says("Spotify is connected.");

    let cover = between(&room.body, "<img src=\"", "\"");
    assert!(cover.starts_with(&format!("{}/demo-spotify/", app.url)), "{cover}");
    let cover = host.opens(&cover.replace("&amp;", "&")).await.expect(200);
    assert!(cover.header("content-type").starts_with("image/"), "{:?}", cover.headers);
    let guest = app.guest_in(&code).await;
    let mut events = guest.watches(&code).await;
    let play = events.playing().await;
    for person in [&host, &guest] {
        person.votes(&code, play).await.expect(200);
    }
    events.pending(Pending::Skip).await;
    app.advance(1_000);
    events.after(play).await;
}

#[tokio::test]
async fn who_thinks_better_of_it_comes_back_to_the_room() {
    let app = demo().await;
    let host = app.person();
    let code = host.creates_room().await;
    let consent = host.goes_to_spotify(&code).await;
    let back = host.decides(&consent, "cancel").await;
    host.follows(&back).await.expect(200).says("Connect Spotify</button>");
}

#[tokio::test]
async fn each_consent_makes_an_account_of_its_own() {
    let app = demo().await;
    let (one, first) = host_with_music(&app).await;
    let (two, second) = host_with_music(&app).await;
    let accounts = [app.connection(&first).await, app.connection(&second).await];
    let [Some(a), Some(b)] = accounts else { panic!("two accounts") };
    assert_ne!(a.account_id, b.account_id);
    one.presses("pause", &first).await.expect(200);
    app.advance(10_000);
    assert!(two.sees(&second).await.playback.expect("music").is_playing);
}

#[tokio::test]
async fn a_phone_in_the_same_network_finds_everything_where_it_came_in() {
    let app = demo().await;
    let lan = "http://192.168.1.20:3000";
    let phone = app.person();
    // The way from a LAN address to this server is the router's business.
    let asks = |method: Method, to: &str| {
        let path = to.strip_prefix(lan).unwrap_or(to).to_owned();
        phone.request(method, &path).header(HOST, "192.168.1.20:3000").header(ACCEPT, "text/html")
    };
    let posts = |to: &str| asks(Method::POST, to).header("origin", lan);

    let create = posts("/api/rooms/create").form(&[("votes_to_skip", "1")]);
    let created = phone.send(create).await.expect(302);
    let path = created.location().split('?').next().expect("a path").to_owned();
    let code = path.trim_start_matches("/room/").to_owned();
    let room = phone.send(asks(Method::GET, &path)).await.expect(200);
    room.says(&format!("{lan}/room/{code}"));
    let connect = posts("/api/spotify/connect").form(&[("code", &code)]);
    let consent = phone.send(connect).await.expect(302).location().to_owned();
    assert!(consent.starts_with(&format!("{lan}/demo-spotify/authorize?")), "{consent}");
    let agree = posts(&consent).form(&[("decision", "agree")]);
    let back = phone.send(agree).await.expect(303).location().to_owned();
    assert!(back.starts_with(&format!("{lan}/spotify/callback?")), "{back}");
    let room = phone.send(asks(Method::GET, &back)).await.expect(302).location().to_owned();
    phone.send(asks(Method::GET, &room)).await.expect(200).says("Spotify is connected.");

    // What another site's page sends is refused there too.
    let foreign = asks(Method::POST, "/api/rooms/close").header("origin", &app.url);
    phone.send(foreign.form(&[("code", &code)])).await.expect(403);
}

#[tokio::test]
async fn nobody_controls_the_simulation() {
    let app = demo().await;
    let (host, _) = host_with_music(&app).await;
    for path in ["accounts", "accounts/latest", "app", "faults", "requests", "clock", "reset", ""] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            for base in ["/demo-spotify/control", "/control"] {
                let request = host.request(method.clone(), &format!("{base}/{path}")).json(&0);
                let status = host.send(request).await.status.as_u16();
                assert!([404, 405].contains(&status), "{method} {base}/{path}: {status}");
            }
        }
    }
    // And without a demo there is none.
    let real = TestApp::start().await;
    for path in ["/demo-spotify/authorize", "/demo-spotify/style.css", "/demo-spotify/v1/me"] {
        real.person().opens(path).await.expect(404);
    }
}

#[tokio::test]
async fn a_restart_keeps_the_room_its_account_and_the_music() {
    let app = demo().await;
    let (host, code) = host_with_music(&app).await;
    let guest = app.guest_in(&code).await;
    let before = guest.sees(&code).await;

    let app = app.crash().await;
    app.advance(5_000);
    let app = app.starts().await;

    let mut events = guest.watches(&code).await;
    let after = events.snapshot(|snapshot| snapshot.playback.is_some()).await;
    assert_eq!((uri_of(&after), after.members), (uri_of(&before), 2));
    let (before, after) = (before.playback.expect("music"), after.playback.expect("music"));
    assert_eq!((after.play, after.is_playing), (before.play, true));
    assert_eq!(after.progress_ms, before.progress_ms + 5_000, "it played on meanwhile");
    host.presses("skip", &code).await.expect(200);
    app.advance(1_000);
    events.after(before.play.expect("a play")).await;
}

/// Lets time pass, two seconds after two seconds, until the room is so: for half an hour at most.
async fn until(
    app: &TestApp,
    host: &Person,
    code: &str,
    is_so: impl Fn(&Snapshot) -> bool,
) -> Snapshot {
    for _ in 0..900 {
        let now = host.sees(code).await;
        if is_so(&now) {
            return now;
        }
        app.advance(2_000);
    }
    panic!("never so: {:?}", host.sees(code).await);
}

async fn invites(host: &Person, code: &str) -> String {
    host.calls("/api/demo/guests", &[("code", code)]).await.expect(200).body
}

#[tokio::test]
async fn demo_guests_come_ask_for_songs_vote_and_leave() {
    let app = demo().await;
    let (host, code) = host_with_music(&app).await;
    let room = format!("/room/{code}");
    let page = host.opens(&room).await.expect(200).says("Let five guests join</button>");
    page.says("They ask for songs and vote, so that you can see a party.");

    let form = [("code", &*code)];
    let page = host.posts_and_reads("/api/demo/guests", &form).await.expect(200);

    page.tells("status", "Five guests are coming.").says("2 people here");
    until(&app, &host, &code, |now| now.members == 6).await;
    let names = ["Mara", "Teo", "Wanda", "Iko", "Jules"];
    let asked = until(&app, &host, &code, |now| now.queue.len() >= 3).await;
    assert!(asked.queue.iter().all(|song| names.contains(&&*song.by)), "{:?}", asked.queue);
    until(&app, &host, &code, |now| now.queue.iter().any(|song| song.votes > 1)).await;
    until(&app, &host, &code, |now| now.skip.votes > 0).await;
    assert_ne!(app.count::<entry_vote::Entity>().await, 0);
    // Whoever presses again gets nobody more.
    assert_eq!(invites(&host, &code).await, "\"guests-are-here\"");
    assert_eq!(app.members(&code).await, 6);
    // One act every few seconds, and no longer queue than an evening needs.
    until(&app, &host, &code, |now| now.members == 1).await;
    let asked = app.count::<entry::Entity>().await;
    assert!((4..100).contains(&asked), "{asked} songs in a quarter of an hour");

    // They come back as who they were.
    assert_eq!(invites(&host, &code).await, "\"guests-invited\"");
    until(&app, &host, &code, |now| now.members == 6).await;
    assert_eq!(app.count::<member::Entity>().await, 6);
    host.calls("/api/rooms/close", &[("code", &code)]).await.expect(200);
}

#[tokio::test]
async fn demo_guests_who_are_removed_stay_out_and_those_who_are_not_let_in_say_why() {
    let app = demo().await;
    let (host, code) = host_with_music(&app).await;
    host.calls("/api/rooms/stop-joining", &[("code", &code), ("on", "true")]).await.expect(200);
    let form = [("code", &*code)];
    let page = host.posts_and_reads("/api/demo/guests", &form).await.expect(200);
    page.tells("alert", "The host lets nobody new into this room right now.");
    host.calls("/api/rooms/stop-joining", &[("code", &code), ("on", "false")]).await.expect(200);

    assert_eq!(invites(&host, &code).await, "\"guests-invited\"");
    until(&app, &host, &code, |now| now.members == 6).await;
    let guest = app.rows::<member::Entity>().await.pop().expect("a guest").id.to_string();
    let removal = [("code", &*code), ("member", &*guest)];
    host.calls("/api/people/remove", &removal).await.expect(200);
    until(&app, &host, &code, |now| now.queue.len() >= 3).await;
    assert_eq!(app.members(&code).await, 5);
}

#[tokio::test]
async fn demo_guests_leave_when_the_server_stops() {
    let app = demo().await;
    let (host, code) = host_with_music(&app).await;
    invites(&host, &code).await;
    until(&app, &host, &code, |now| now.members == 6).await;
    let database = app.database().clone();

    app.stop().await;

    let rows = member::Entity::find().all(&database.reader).await.expect("an answer");
    assert_eq!(rows.iter().filter(|row| row.left_at.is_none()).count(), 1, "{rows:?}");
}

#[tokio::test]
async fn demo_guests_are_the_hosts_to_invite_and_in_a_demo_only() {
    let app = demo().await;
    let (host, code) = host_with_music(&app).await;
    let guest = app.guest_in(&code).await;
    let page = guest.opens(&format!("/room/{code}")).await.expect(200);
    page.never_says("Let five guests join");
    let form = [("code", &*code)];
    guest.calls("/api/demo/guests", &form).await.expect(403).says("NotHost");
    app.person().calls("/api/demo/guests", &form).await.expect(403).says("NotMember");
    host.calls("/api/demo/guests", &[("code", "QQQQQQ")]).await.expect(404);
    assert_eq!(app.members(&code).await, 2);

    let real = TestApp::start().await;
    let (host, code) = real.host_with_music().await;
    let page = host.opens(&format!("/room/{code}")).await.expect(200);
    page.never_says("Let five guests join");
    host.calls("/api/demo/guests", &[("code", &code)]).await.expect(404).says("PageNotFound");
    assert_eq!(real.members(&code).await, 1);
}

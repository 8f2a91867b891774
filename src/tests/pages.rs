//! Pages under a crowd.

use auxroom::model::{Outcome, RoomPage};
use futures::future::join_all;

use crate::harness::{TestApp, between};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_pages_at_once_are_all_whole() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (guest, stranger) = (app.guest_in(&code).await, app.person());
    let room = format!("/room/{code}");
    for (path, who, status, title) in [
        ("/", &host, 200, "Auxroom".to_owned()),
        ("/", &stranger, 200, "Auxroom".to_owned()),
        ("/join", &stranger, 200, "Join a room · Auxroom".to_owned()),
        ("/create", &stranger, 200, "Create a room · Auxroom".to_owned()),
        (&*room, &host, 200, format!("Room {code} · Auxroom")),
        (&room, &guest, 200, format!("Room {code} · Auxroom")),
        (&room, &stranger, 200, format!("Join room {code} · Auxroom")),
        (&format!("{room}/settings"), &host, 200, format!("Settings of room {code} · Auxroom")),
        (&format!("{room}/close"), &host, 200, format!("Close room {code} · Auxroom")),
        ("/room/QQQQQQ", &stranger, 404, "No such room · Auxroom".to_owned()),
    ] {
        for page in join_all((0..200).map(|_| who.opens(path))).await {
            let page = page.expect(status);
            assert!(page.body.ends_with("</html>"), "{path}: {}", page.body);
            assert!(between(&page.body, "<title>", "</title>").ends_with(&title), "{path}");
        }
    }
}

#[tokio::test]
async fn pages_come_while_other_servers_start_in_the_same_process() {
    let app = TestApp::start().await;
    let person = app.person();
    let others = std::thread::spawn(|| {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            for _ in 0..20 {
                TestApp::start().await.stop().await;
            }
        });
    });
    while !others.is_finished() {
        person.opens("/").await.expect(200);
    }
}

#[tokio::test]
async fn pages_are_taken_over_by_the_browser_where_a_member_looks_at_a_room_and_nowhere_else() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (guest, stranger) = (app.guest_in(&code).await, app.person());
    let room = format!("/room/{code}");
    for member in [&host, &guest] {
        let page = member.opens(&format!("{room}?done=voted")).await.expect(200);
        assert_eq!(page.body.matches(r#"<div id="live">"#).count(), 1);
        let script = between(&page.body, r#"<script id="live-page""#, "</script>");
        let json = script.split_once('>').expect("a tag").1;
        let taken: RoomPage = serde_json::from_str(json).expect("what the browser starts from");
        assert_eq!(taken.view.snapshot.code, code);
        assert_eq!(taken.answered.done, Some(Outcome::Voted));
    }
    let settings = format!("{room}/settings");
    for (person, path) in
        [(&host, "/"), (&host, "/create"), (&host, &*settings), (&stranger, &*room), (&guest, "/x")]
    {
        person.opens(path).await.never_says(r#"id="live""#).never_says("live-page");
    }
}

//! Pages under a crowd.

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

//! Pages under a crowd.

use futures::future::join_all;

use crate::harness::{TestApp, between};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_pages_at_once_are_all_whole() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    for (path, title) in [
        (format!("/room/{code}"), format!("Room {code} · Auxroom")),
        (format!("/room/{code}/settings"), format!("Settings of room {code} · Auxroom")),
        (format!("/room/{code}/close"), format!("Close room {code} · Auxroom")),
        ("/".to_owned(), "Auxroom".to_owned()),
    ] {
        for page in join_all((0..200).map(|_| host.opens(&path))).await {
            let page = page.expect(200);
            assert!(page.body.ends_with("</html>"), "{path}: {}", page.body);
            assert!(between(&page.body, "<title>", "</title>").ends_with(&title), "{path}");
        }
        assert_eq!(host.opens(&path).await.header("cache-control"), "no-store");
    }
}

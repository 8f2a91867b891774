//! The end of the process.

use std::time::{Duration, Instant};

use crate::harness::TestApp;

#[tokio::test]
async fn open_streams_end_and_do_not_hold_the_server_up() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = host.watches(&code).await;
        stream.next().await.expect("the first event");
        streams.push(stream);
    }

    let began = Instant::now();
    app.stop().await;

    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    for mut stream in streams {
        while stream.next().await.is_some() {}
    }
}

//! The end of the process.

use std::time::{Duration, Instant};

use tokio::net::UnixDatagram;

use crate::harness::{Program, TOO_LONG, TestApp};

#[tokio::test]
async fn systemd_is_told_when_the_program_answers_and_when_it_stops() {
    let folder = tempfile::tempdir().expect("a folder for the socket");
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    let hears = async || {
        let mut said = [0; 256];
        let heard = tokio::time::timeout(TOO_LONG, socket.recv(&mut said)).await;
        let length = heard.expect("a word in time").expect("a word");
        String::from_utf8_lossy(&said[..length]).trim().to_owned()
    };

    let mut program = Program::start_for(&path).await;

    assert_eq!(hears().await, "READY=1");
    // It listens: whoever is let through now is answered.
    program.person().opens("/readyz").await.expect(200);
    program.is_told_to_stop();
    assert_eq!(hears().await, "STOPPING=1");
    assert!(program.ends_within(Duration::from_secs(2)).await.success());
}

#[tokio::test]
async fn open_streams_end_and_do_not_hold_the_server_up() {
    let app = TestApp::start().await;
    let (_host, code) = app.host_with_music().await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = app.guest_in(&code).await.watches(&code).await;
        stream.next().await.expect("the first event");
        streams.push(stream);
    }

    let began = Instant::now();
    app.stop().await;

    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    let mut waits = Vec::new();
    for mut stream in streams {
        while stream.next().await.is_some() {}
        let [_, farewell] = stream.retries_ms[..] else { panic!("{:?}", stream.retries_ms) };
        assert!((500..=2_000).contains(&farewell), "{farewell}");
        waits.push(farewell);
    }
    waits.sort_unstable();
    waits.dedup();
    assert!(waits.len() > 10, "each page has a time of its own: {waits:?}");
}

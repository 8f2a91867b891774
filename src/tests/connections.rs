//! Connections that ask nothing, ask slowly, or are too many.

use std::time::Duration;

use auxroom::server::http::connections::Limits;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::harness::{Party, Raw, TOO_LONG, TestApp};

const SHORT: Duration = Duration::from_millis(100);
const ASKS: &str = "GET /healthz HTTP/1.1\r\nHost: auxroom\r\n\r\n";

/// A connection as a browser, or anybody else, opens it.
struct Connection(TcpStream);

impl Connection {
    async fn open(app: &TestApp) -> Self {
        let address = app.url.trim_start_matches("http://");
        Self(TcpStream::connect(address).await.expect("a connection"))
    }

    async fn says(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.expect("a connection");
    }

    /// Asks whether the server is alive, and hears that it is.
    async fn asks(&mut self) {
        self.says(ASKS).await;
        self.is_answered().await;
    }

    async fn is_answered(&mut self) {
        let mut answer = vec![];
        while !answer.ends_with(b"ok") {
            let read = timeout(TOO_LONG, self.0.read_buf(&mut answer)).await.expect("an answer");
            assert!(read.expect("an answer") > 0, "{}", String::from_utf8_lossy(&answer));
        }
    }

    /// Waits until the server closes it, without a word.
    async fn is_closed(&mut self) {
        let mut rest = vec![];
        let closed = timeout(TOO_LONG, self.0.read_to_end(&mut rest)).await.expect("its end");
        assert_eq!((closed.unwrap_or_default(), rest), (0, vec![]));
    }
}

fn limits() -> Limits {
    Limits::for_files(1_024)
}

#[tokio::test]
async fn connection_that_never_asks_is_closed() {
    let app = TestApp::start_with_limits(Limits { first_request: SHORT, ..limits() }).await;
    for text in ["", "GET /healthz HTTP/1.1\r\nHost: auxroom\r\n"] {
        let mut connection = Connection::open(&app).await;
        connection.says(text).await;
        connection.is_closed().await;
    }
}

#[tokio::test]
async fn connection_that_is_silent_after_an_answer_is_closed() {
    let app = TestApp::start_with_limits(Limits { next_request: SHORT, ..limits() }).await;
    let mut connection = Connection::open(&app).await;
    connection.asks().await;
    connection.is_closed().await;
}

#[tokio::test]
async fn event_stream_lives_on_whatever_the_limits_of_silence_are() {
    let short = Limits { first_request: SHORT, next_request: SHORT, ..limits() };
    let app = TestApp::start_with_limits(short).await;
    let Party { guests, code, mut events, play, .. } = app.party(1, "2").await;
    let mut silent = Connection::open(&app).await;
    silent.is_closed().await;

    guests[0].votes(&code, play).await.expect(200);

    events.votes(1).await;
}

#[tokio::test]
async fn connection_beyond_the_limit_waits_until_another_one_ends() {
    let app = TestApp::start_with_limits(Limits { connections: 1, ..limits() }).await;
    let mut first = Connection::open(&app).await;
    first.asks().await;
    let mut second = Connection::open(&app).await;
    second.says(ASKS).await;

    for _ in 0..3 {
        first.asks().await;
    }
    let unanswered = second.0.try_read(&mut [0]).expect_err("nothing to read");
    assert_eq!(unanswered.kind(), std::io::ErrorKind::WouldBlock);

    drop(first);
    second.is_answered().await;
}

#[tokio::test]
async fn connection_whose_request_never_ends_is_told_so_and_closed() {
    let app = TestApp::start_with_limits(Limits { whole_body: SHORT, ..limits() }).await;
    let host = app.url.trim_start_matches("http://");
    for (length, body) in
        [("Content-Length: 20", "code="), ("Transfer-Encoding: chunked", "5\r\nco")]
    {
        let mut raw = Raw::open(&app.url).await;
        let head = format!("POST /api/rooms/join HTTP/1.1\r\nHost: {host}\r\n{length}\r\n\r\n");
        raw.says_what_is_heard(format!("{head}{body}").as_bytes()).await;

        let answer = raw.answer().await.expect("an answer");

        assert_eq!((answer.status, &*answer.body), (408, "\"Offline\""), "{length}");
        assert!(raw.answer().await.is_none(), "{length}");
    }
}

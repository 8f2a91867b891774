//! Connections before they are accepted.

use std::time::Duration;

use auxroom::server::{
    boot::run::{Server, Timing},
    clock::Clock,
};
use futures::future::join_all;
use leptos::config::LeptosOptions;
use tokio::net::TcpStream;

#[tokio::test]
async fn backlog_takes_a_crowd_that_comes_at_once() {
    let options =
        LeptosOptions::builder().output_name("auxroom").site_addr(([127, 0, 0, 1], 0)).build();
    let var = |name: &str| (name == "DATABASE_URL").then(|| "sqlite::memory:".to_owned());
    let clock = Clock::system();
    // It listens and accepts nobody. Connections beyond the backlog would never be made.
    let server = Server::prepare(options, var, clock, Timing::default()).await.expect("a server");

    let crowd = join_all((0..400).map(|_| TcpStream::connect(server.address)));
    let crowd = tokio::time::timeout(Duration::from_secs(10), crowd).await.expect("no waiting");

    assert!(crowd.iter().all(Result::is_ok));
}

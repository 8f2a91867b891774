//! What a server needs around it: a Spotify, an address, a database.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
};

use auxroom::server::clock::Clock;
use axum::Router;
use simulator::{Options, RedirectUris, Simulator};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A Spotify whose application is this server's, by this clock.
pub(super) fn simulated(clock: &Clock, url: &str, client_secret: &str) -> Simulator {
    let clock = clock.clone();
    Simulator::new(Options {
        now: Arc::new(move || clock.now().0),
        client_id: "test-client".to_owned(),
        client_secret: client_secret.to_owned(),
        redirect_uris: RedirectUris::Exact(vec![format!("{url}/spotify/callback")]),
        public_url: None,
        file: None,
        controls: false,
        seed: Some(7),
    })
}

pub(super) async fn serve(spotify: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, spotify).await });
    url
}

/// An address for a server that may crash and come back: below the ports that systems give to
/// connections, one of which would otherwise take its place meanwhile.
pub(crate) async fn free_address() -> SocketAddr {
    static COUNT: AtomicU16 = AtomicU16::new(0);
    // Some runners give each test a process of its own.
    let first = 21_000 + std::process::id() % 200 * 50;
    loop {
        let port = u16::try_from(first).unwrap_or(21_000) + COUNT.fetch_add(1, Ordering::Relaxed);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).await.is_ok() {
            return address;
        }
    }
}

pub(super) fn database_url(folder: &TempDir) -> String {
    format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display())
}

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
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// A Spotify whose application is this server's. Its clock goes as this one does, and is not set with
/// it.
pub(super) fn simulated(clock: &Clock, url: &str, client_secret: &str) -> Simulator {
    let (began, clock) = (clock.now().0 - clock.elapsed_ms(), clock.clone());
    Simulator::new(Options {
        now: Arc::new(move || began + clock.elapsed_ms()),
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
    Listener::start(spotify).await.url()
}

/// Who answers at an address.
pub(super) struct Listener {
    address: SocketAddr,
    router: Router,
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Listener {
    pub(super) async fn start(router: Router) -> Self {
        Self::start_at((Ipv4Addr::LOCALHOST, 0).into(), router).await
    }

    async fn start_at(address: SocketAddr, router: Router) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let serving = axum::serve(listener, router.clone()).with_graceful_shutdown(stopped);
        let serving = tokio::spawn(serving.into_future());
        Self { address, router, stop, serving }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From here on connections are refused.
    pub(super) async fn stops(&mut self) {
        self.stop.cancel();
        (&mut self.serving).await.expect("no panic").expect("a clean end");
    }

    /// From here on they are not.
    pub(super) async fn starts_again(&mut self) {
        *self = Self::start_at(self.address, self.router.clone()).await;
    }
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

//! A running server with a database of its own and a simulated Spotify.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use auxroom::server::{clock::Clock, database::Database, run::Server, state::AppState};
use leptos::config::LeptosOptions;
use simulator::{Options, RedirectUris, Simulator};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::Person;

/// When every test begins, in Unix milliseconds.
pub(crate) const BEGIN: u64 = 1_800_000_000_000;
/// How long the server waits for an answer of Spotify's: a hanging one must not hold a test up.
const SPOTIFY_TIMEOUT: Duration = Duration::from_millis(400);

/// A running server.
pub(crate) struct TestApp {
    /// The time, for the server and Spotify alike.
    pub(crate) clock: Clock,
    /// Spotify.
    pub(crate) spotify: Simulator,
    /// What the server's requests can reach.
    pub(crate) state: AppState,
    /// The server's origin.
    pub(crate) url: String,
    folder: Arc<TempDir>,
    vars: HashMap<String, String>,
    running: Running,
}

struct Running {
    task: JoinHandle<anyhow::Result<()>>,
    stop: oneshot::Sender<()>,
}

impl TestApp {
    /// A server with its own database and Spotify.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same, with more variables in its environment.
    pub(crate) async fn start_with(vars: &[(&str, &str)]) -> Self {
        let clock = Clock::manual(BEGIN);
        let folder = Arc::new(tempfile::tempdir().expect("a folder for the database"));
        // The port is needed before the server exists: Spotify must know the redirect URI.
        let address = free_address().await;
        let url = format!("http://{address}");
        let now = clock.clone();
        let spotify = Simulator::new(Options {
            now: Arc::new(move || now.now()),
            client_id: "test-client".to_owned(),
            client_secret: "test-secret".to_owned(),
            redirect_uris: RedirectUris::Exact(vec![format!("{url}/spotify/callback")]),
            public_url: None,
            file: None,
            controls: false,
            seed: Some(7),
        });
        let spotify_url = serve(&spotify).await;
        let mut all: HashMap<String, String> = [
            ("AUXROOM_PUBLIC_URL", url.clone()),
            ("DATABASE_URL", database_url(&folder)),
            ("SPOTIFY_CLIENT_ID", "test-client".to_owned()),
            ("SPOTIFY_CLIENT_SECRET", "test-secret".to_owned()),
            ("SPOTIFY_ACCOUNTS_URL", spotify_url.clone()),
            ("SPOTIFY_API_URL", format!("{spotify_url}/v1")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        all.extend(vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (state, running) = run(address, &all, &clock).await;
        Self { clock, spotify, state, url, folder, vars: all, running }
    }

    /// Somebody with a browser that was never here.
    pub(crate) fn person(&self) -> Person {
        Person::new(&self.url)
    }

    /// A host with a room whose Spotify plays, and the room's code.
    pub(crate) async fn host_with_music(&self) -> (Person, String) {
        let host = self.person();
        let code = host.creates_room().await;
        host.connects_spotify(&code).await;
        (host, code)
    }

    /// A guest who is in the room.
    pub(crate) async fn guest_in(&self, code: &str) -> Person {
        let guest = self.person();
        guest.joins(code).await;
        guest
    }

    /// Moves the time on, for the server and Spotify alike.
    pub(crate) fn advance(&self, by_ms: u64) {
        self.clock.advance(by_ms);
    }

    /// The database, to look at or to prepare what a crash would leave.
    pub(crate) fn database(&self) -> &Database {
        &self.state.database
    }

    /// Ends the server as a crash would: nothing is finished, nobody is told. Then starts it again
    /// with the same database at the same address.
    pub(crate) async fn crash_and_restart(self) -> Self {
        let Self { clock, spotify, state, url, folder, vars, running } = self;
        running.task.abort();
        state.shutdown.cancel();
        let _ = running.task.await;
        state.hub.stopped().await;
        let address = url.trim_start_matches("http://").parse().expect("an address");
        let (state, running) = run(address, &vars, &clock).await;
        Self { clock, spotify, state, url, folder, vars, running }
    }

    /// Stops the server the way a SIGTERM does; returns when it has ended.
    pub(crate) async fn stop(self) {
        let _ = self.running.stop.send(());
        self.running.task.await.expect("no panic").expect("a clean end");
    }
}

async fn run(
    address: SocketAddr,
    vars: &HashMap<String, String>,
    clock: &Clock,
) -> (AppState, Running) {
    let options = LeptosOptions::builder()
        .output_name("auxroom")
        .site_addr(address)
        .site_root(vars.get("LEPTOS_SITE_ROOT").map_or("public", String::as_str))
        .build();
    let var = |name: &str| vars.get(name).cloned();
    let server = Server::prepare(options, var, clock.clone(), SPOTIFY_TIMEOUT)
        .await
        .expect("a server that starts");
    let state = server.app.clone();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(server.run(async {
        // A test that just ends drops the sender; the server goes with the runtime then.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
    }));
    (state, Running { task, stop })
}

async fn serve(spotify: &Simulator) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let router = spotify.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    listener.local_addr().expect("an address")
}

fn database_url(folder: &TempDir) -> String {
    format!("sqlite://{}?mode=rwc", folder.path().join("rooms.db").display())
}

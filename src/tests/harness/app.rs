//! A running server with a database of its own and a simulated Spotify.

use std::{collections::HashMap, net::SocketAddr, sync::Arc, time::Duration};

use auxroom::{
    model::Millis,
    server::{
        boot::run::{Server, Timing},
        clock::Clock,
        http::{connections::Limits, state::AppState},
        store::database::Database,
    },
};
use leptos::config::LeptosOptions;
use simulator::Simulator;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

use super::{
    Person, Wiretap,
    surroundings::{Listener, database_url, free_address, simulated},
};

/// When every test begins, in Unix milliseconds.
pub(crate) const BEGIN: u64 = 1_800_000_000_000;
/// Makes it a demo: without an application it brings its own Spotify. A variable that is set to
/// nothing counts as not set.
pub(crate) const DEMO: [(&str, &str); 5] = [
    ("SPOTIFY_CLIENT_ID", ""),
    ("SPOTIFY_CLIENT_SECRET", ""),
    ("SPOTIFY_ACCOUNTS_URL", ""),
    ("SPOTIFY_API_URL", ""),
    ("AUXROOM_PUBLIC_URL", ""),
];
/// How long the server waits for an answer of Spotify's: a hanging one must not hold a test up.
const SPOTIFY_TIMEOUT: Duration = Duration::from_millis(400);
/// Far longer than anything here takes: a test that waits for what never comes ends.
pub(crate) const TOO_LONG: Duration = Duration::from_secs(10);

/// A running server.
pub(crate) struct TestApp {
    /// The time, for the server and Spotify alike.
    pub(crate) clock: Clock,
    /// Spotify.
    pub(crate) spotify: Simulator,
    /// What the server says to Spotify.
    pub(crate) wire: Wiretap,
    /// Where Spotify is.
    listener: Listener,
    /// What the server's requests can reach.
    pub(crate) state: AppState,
    /// The server's origin.
    pub(crate) url: String,
    pub(super) folder: Arc<TempDir>,
    pub(super) vars: HashMap<String, String>,
    timing: Timing,
    running: Running,
}

/// A server that is no more, and what it left.
pub(crate) struct Crashed(TestApp);

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
        Self::begin(vars, timing()).await
    }

    /// A server that waits for Spotify as long as in production, for what hangs and goes on.
    pub(crate) async fn start_patient() -> Self {
        Self::start_patient_with(&[]).await
    }

    /// The same, with more variables in its environment.
    pub(crate) async fn start_patient_with(vars: &[(&str, &str)]) -> Self {
        let spotify_timeout = Timing::default().spotify_timeout;
        Self::begin(vars, Timing { spotify_timeout, ..timing() }).await
    }

    /// A server with these limits.
    pub(crate) async fn start_with_limits(connections: Limits) -> Self {
        Self::begin(&[], Timing { connections, ..timing() }).await
    }

    async fn begin(vars: &[(&str, &str)], timing: Timing) -> Self {
        let clock = Clock::manual(Millis(BEGIN));
        let folder = Arc::new(tempfile::tempdir().expect("a folder for the database"));
        // The port is needed before the server exists: Spotify must know the redirect URI.
        let address = free_address().await;
        let url = format!("http://{address}");
        let spotify = simulated(&clock, &url, "test-secret");
        let wire = Wiretap::default();
        let listener = Listener::start(wire.on(spotify.router())).await;
        let spotify_url = listener.url();
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
        let (state, running) = run(address, &all, &clock, timing).await;
        Self { clock, spotify, wire, listener, state, url, folder, vars: all, timing, running }
    }

    /// From here on nobody listens where Spotify was.
    pub(crate) async fn spotify_refuses_connections(&mut self) {
        self.listener.stops().await;
    }

    /// From here on Spotify listens again.
    pub(crate) async fn spotify_accepts_connections(&mut self) {
        self.listener.starts_again().await;
    }

    /// Somebody with a browser that was never here.
    pub(crate) fn person(&self) -> Person {
        Person::new(&self.url)
    }

    /// The same, whose requests all have these headers: behind a proxy for example.
    pub(crate) fn person_with(&self, headers: &[(&'static str, &'static str)]) -> Person {
        Person::new_with(&self.url, headers)
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

    /// Whether the server waits for what hangs, rather than giving up in a moment.
    pub(super) fn is_patient(&self) -> bool {
        self.timing.spotify_timeout != SPOTIFY_TIMEOUT
    }

    /// Ends the server as a crash would: nothing is finished, nobody is told.
    pub(crate) async fn crash(self) -> Crashed {
        let Self { running, state, .. } = &self;
        running.task.abort();
        state.cut_off.cancel();
        state.shutdown.cancel();
        state.hub.stopped().await;
        // Spotify notices that nobody waits for its answers any more.
        let mut activity = self.spotify.activity();
        let unasked = activity.wait_for(|now| (now.in_progress, now.hanging) == (0, 0));
        let unasked = tokio::time::timeout(TOO_LONG, unasked).await;
        unasked.expect("an end of all requests").expect("Spotify lives on");
        // With it goes its lock on the database.
        while !running.task.is_finished() {
            tokio::task::yield_now().await;
        }
        Crashed(self)
    }

    /// The same, and starts it again with the same database at the same address.
    pub(crate) async fn crash_and_restart(self) -> Self {
        self.crash().await.starts().await
    }

    /// Stops the server the way a SIGTERM does; returns when it has ended.
    pub(crate) async fn stop(self) {
        let _ = self.running.stop.send(());
        self.running.task.await.expect("no panic").expect("a clean end");
    }
}

impl Crashed {
    /// Starts the server again with the same database at the same address.
    pub(crate) async fn starts(self) -> TestApp {
        self.starts_with(&[]).await
    }

    /// The same, this time with other variables in its environment.
    pub(crate) async fn starts_with(self, changed: &[(&str, &str)]) -> TestApp {
        let vars = self.vars_with(changed);
        let TestApp {
            clock,
            spotify,
            wire,
            listener,
            url,
            folder,
            vars: usual,
            timing,
            running,
            ..
        } = self.0;
        let _ = running.task.await;
        let address = url.trim_start_matches("http://").parse().expect("an address");
        let (state, running) = run(address, &vars, &clock, timing).await;
        TestApp { clock, spotify, wire, listener, state, url, folder, vars: usual, timing, running }
    }

    /// Why it does not start with these variables in its environment.
    pub(crate) async fn refuses_to_start_with(&self, changed: &[(&str, &str)]) -> String {
        let vars = self.vars_with(changed);
        let address = free_address().await;
        let refused = prepare(address, &vars, &self.clock, self.timing).await.err();
        format!("{:#}", refused.expect("a server that does not start"))
    }

    fn vars_with(&self, changed: &[(&str, &str)]) -> HashMap<String, String> {
        let mut vars = self.vars.clone();
        vars.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        vars
    }
}

impl std::ops::Deref for Crashed {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.0
    }
}

async fn run(
    address: SocketAddr,
    vars: &HashMap<String, String>,
    clock: &Clock,
    timing: Timing,
) -> (AppState, Running) {
    let server = prepare(address, vars, clock, timing).await.expect("a server that starts");
    let state = server.app.clone();
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(server.run(async {
        // A test that just ends drops the sender; the server goes with the runtime then.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
    }));
    // Not before it has woken the rooms that a crash left.
    Person::new(&format!("http://{address}")).opens("/healthz").await.expect(200);
    (state, Running { task, stop })
}

async fn prepare(
    address: SocketAddr,
    vars: &HashMap<String, String>,
    clock: &Clock,
    timing: Timing,
) -> anyhow::Result<Server> {
    let options = LeptosOptions::builder()
        .output_name("auxroom")
        .site_addr(address)
        .site_root(vars.get("LEPTOS_SITE_ROOT").map_or("public", String::as_str))
        .build();
    let var = |name: &str| vars.get(name).cloned();
    Server::prepare(options, var, clock.clone(), timing).await
}

fn timing() -> Timing {
    // Time stands still: what is to be published is published at once.
    Timing { spotify_timeout: SPOTIFY_TIMEOUT, fan_out_ms: |_| 0, ..Timing::default() }
}

//! The program as a process of its own, and the simulated Spotify that it asks.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use auxroom::server::clock::Clock;
use simulator::{Options, RedirectUris, Simulator};
use tempfile::TempDir;

use crate::wire::Connection;

const CLIENT: &str = "fuzz";
const SECRET: &str = "fuzz-secret";

/// The program, which lives no longer than this.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Where Spotify is.
    pub(crate) spotify_address: SocketAddr,
    pub(crate) spotify: Simulator,
    command: Command,
    child: Child,
    log: Log,
    _folder: TempDir,
}

/// What the program printed that it should not have, and how often it warned.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<(Vec<String>, usize)>>);

impl Log {
    /// Reads what a process prints to its end.
    fn reads(&self, child: &mut Child) {
        let printed = BufReader::new(child.stderr.take().expect("a pipe"));
        let log = self.clone();
        std::thread::spawn(move || {
            for line in printed.lines().map_while(Result::ok) {
                let mut log = log.0.lock().expect("no panic");
                // A panic is printed as it is, in several lines.
                match line.contains(r#""level":"WARN""#) {
                    true => log.1 += 1,
                    false => log.0.push(line),
                }
            }
        });
    }
}

impl Server {
    /// Starts it with a new database.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        // What a server in this process would have done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir()?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = free.local_addr()?;
        drop(free);
        let clock = Clock::system();
        let spotify = Simulator::new(Options {
            now: Arc::new(move || clock.now().0),
            client_id: CLIENT.to_owned(),
            client_secret: SECRET.to_owned(),
            redirect_uris: RedirectUris::Exact(vec![format!("http://{address}/spotify/callback")]),
            public_url: None,
            file: None,
            controls: true,
            seed: Some(7),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let spotify_address = listener.local_addr()?;
        let router = spotify.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut command = Command::new(env!("CARGO_BIN_EXE_auxroom"));
        let database = folder.path().join("rooms.db");
        command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command.envs([
            ("LEPTOS_OUTPUT_NAME", "auxroom".to_owned()),
            ("LEPTOS_SITE_ROOT", "public".to_owned()),
            ("LEPTOS_SITE_ADDR", address.to_string()),
            ("DATABASE_URL", format!("sqlite://{}?mode=rwc", database.display())),
            // Requests that name another network are counted for it, all others for nobody.
            ("AUXROOM_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            ("AUXROOM_SPOTIFY_BUDGET", "1000000".to_owned()),
            ("AUXROOM_LOG_FORMAT", "json".to_owned()),
            ("RUST_LOG", "warn".to_owned()),
            ("RUST_BACKTRACE", "1".to_owned()),
            ("SPOTIFY_CLIENT_ID", CLIENT.to_owned()),
            ("SPOTIFY_CLIENT_SECRET", SECRET.to_owned()),
            ("SPOTIFY_ACCOUNTS_URL", format!("http://{spotify_address}")),
            ("SPOTIFY_API_URL", format!("http://{spotify_address}/v1")),
        ]);
        let mut child = command.spawn().context("the program")?;
        let log = Log::default();
        log.reads(&mut child);
        let server =
            Self { address, spotify_address, spotify, command, child, log, _folder: folder };
        server.listens().await?;
        Ok(server)
    }

    async fn listens(&self) -> anyhow::Result<()> {
        for _ in 0..1_000 {
            if Connection::open(self.address).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::bail!("the server does not listen: {}", self.errors())
    }

    /// Kills it in the middle of everything and starts it again.
    pub(crate) async fn is_killed_and_restarted(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        self.child = self.command.spawn()?;
        self.log.reads(&mut self.child);
        self.listens().await
    }

    /// Tells it to stop, as a supervisor does, and waits until it has.
    pub(crate) fn stops(&mut self) -> anyhow::Result<()> {
        let terminate = format!("kill -TERM {}", self.child.id());
        ensure!(Command::new("sh").args(["-c", &terminate]).status()?.success(), "no signal sent");
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }

    /// What it printed above the level of warnings, or because it panicked; nothing if all is well.
    pub(crate) fn errors(&self) -> String {
        self.log.0.lock().expect("no panic").0.join("\n")
    }

    /// How often it warned.
    pub(crate) fn warnings(&self) -> usize {
        self.log.0.lock().expect("no panic").1
    }

    /// Its resident memory in kB; nothing where the system does not tell as Linux does.
    pub(crate) fn resident_kb(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! The program itself: what only a process of its own can show.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use auxroom::server::clock::Clock;
use simulator::Simulator;
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::{
    Person, Wiretap,
    app::TOO_LONG,
    surroundings::{database_url, free_address, serve, simulated},
};

/// The client secret that it is given.
pub(crate) const CLIENT_SECRET: &str = "secret-of-the-client";

/// The running program, with a database of its own, a simulated Spotify and the machine's clock.
pub(crate) struct Program {
    /// Its origin.
    pub(crate) url: String,
    /// Spotify.
    pub(crate) spotify: Simulator,
    /// What it says to Spotify.
    pub(crate) wire: Wiretap,
    /// All that it has printed and that was read, of every run.
    pub(crate) output: String,
    child: Child,
    lines: mpsc::UnboundedReceiver<String>,
    vars: Vec<(&'static str, String)>,
    folder: TempDir,
    disk: Option<&'static str>,
}

impl Program {
    /// Starts it with this `RUST_LOG`; returns once it listens.
    pub(crate) async fn start(rust_log: &str) -> Self {
        Self::start_with(rust_log, "text").await
    }

    /// The same, with this `AUXROOM_LOG_FORMAT`.
    pub(crate) async fn start_with(rust_log: &str, log_format: &str) -> Self {
        let vars = [("RUST_LOG", rust_log), ("AUXROOM_LOG_FORMAT", log_format)];
        let mut program = Self::begin(&vars).await;
        program.prints("Listening on").await;
        program
    }

    /// Starts it, told by which socket a supervisor hears it; returns at once.
    pub(crate) async fn start_for(supervisor: &Path) -> Self {
        Self::begin(&[("NOTIFY_SOCKET", supervisor.to_str().expect("a path of text"))]).await
    }

    /// Starts it with its database on a disk of its own, of this size.
    pub(crate) async fn start_on_disk_of(size: &'static str) -> Self {
        let mut program = Self::begin_on(Some(size), &[]).await;
        program.prints("Listening on").await;
        program
    }

    async fn begin(more: &[(&'static str, &str)]) -> Self {
        Self::begin_on(None, more).await
    }

    async fn begin_on(disk: Option<&'static str>, more: &[(&'static str, &str)]) -> Self {
        // What a server in this process would have done before the first browser asks.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a folder for the database");
        let address = free_address().await;
        let url = format!("http://{address}");
        let spotify = simulated(&Clock::system(), &url, CLIENT_SECRET);
        let wire = Wiretap::default();
        let spotify_url = serve(wire.on(spotify.router())).await;
        let mut vars = vec![
            ("LEPTOS_OUTPUT_NAME", "auxroom".to_owned()),
            ("LEPTOS_SITE_ROOT", "public".to_owned()),
            ("LEPTOS_SITE_ADDR", address.to_string()),
            ("AUXROOM_PUBLIC_URL", url.clone()),
            ("DATABASE_URL", database_url(&folder)),
            ("SPOTIFY_CLIENT_ID", "test-client".to_owned()),
            ("SPOTIFY_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("SPOTIFY_ACCOUNTS_URL", spotify_url.clone()),
            ("SPOTIFY_API_URL", format!("{spotify_url}/v1")),
        ];
        vars.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let (child, lines) = spawn(&vars, disk.map(|size| (size, folder.path())));
        Self { url, spotify, wire, output: String::new(), child, lines, vars, folder, disk }
    }

    /// Its database's file.
    pub(crate) fn database(&self) -> PathBuf {
        self.file("rooms.db")
    }

    /// A file in its database's folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        if self.disk.is_none() {
            return path;
        }
        // Its disk is mounted where it alone sees it.
        let its_root = format!("/proc/{}/root", self.child.id());
        Path::new(&its_root).join(path.strip_prefix("/").expect("an absolute path"))
    }

    /// Somebody with a browser that was never here.
    pub(crate) fn person(&self) -> Person {
        Person::new(&self.url)
    }

    /// A host with a room that plays and needs so many votes, and the room's code.
    pub(crate) async fn host_with_music(&self, votes: &str) -> (Person, String) {
        let host = self.person();
        let code = host.creates_room_with(votes, "").await;
        host.connects_spotify(&code).await;
        (host, code)
    }

    /// Returns once Spotify was asked `count` times for `on`.
    pub(crate) async fn asks(&self, on: &str, count: usize) {
        let asked = tokio::time::timeout(TOO_LONG, self.spotify.wait_for_request(on, count)).await;
        assert!(asked.is_ok(), "{count} × {on}: {:?}", self.spotify.request_counts());
    }

    /// Kills it with SIGKILL and starts it again at once.
    pub(crate) async fn is_killed_and_restarted(&mut self) {
        self.child.kill().expect("a process to kill");
        self.ends_within(TOO_LONG).await;
        (self.child, self.lines) = spawn(&self.vars, None);
        self.prints("Listening on").await;
    }

    /// Kills it and starts it with another value of a variable; how it ends.
    pub(crate) async fn is_restarted_with(&mut self, name: &str, value: &str) -> ExitStatus {
        self.child.kill().expect("a process to kill");
        self.ends_within(TOO_LONG).await;
        let changed = self.vars.iter_mut().filter(|var| var.0 == name);
        changed.for_each(|var| value.clone_into(&mut var.1));
        (self.child, self.lines) = spawn(&self.vars, None);
        self.ends_within(TOO_LONG).await
    }

    /// Sends it a SIGTERM.
    pub(crate) fn is_told_to_stop(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        let killed = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
        assert!(killed.success());
    }

    /// How it ended; it must do so within `limit`.
    pub(crate) async fn ends_within(&mut self, limit: Duration) -> ExitStatus {
        // Its standard error ends with it.
        let ended = async { while self.reads().await.is_some() {} };
        tokio::time::timeout(limit, ended).await.expect("an end in time");
        self.child.wait().expect("a process that ended")
    }

    /// Returns once it printed a line with this text.
    async fn prints(&mut self, text: &str) {
        let printed = async { while !self.reads().await.expect("it goes on").contains(text) {} };
        tokio::time::timeout(TOO_LONG, printed).await.expect("a line in time");
    }

    async fn reads(&mut self) -> Option<String> {
        let line = self.lines.recv().await?;
        self.output.push_str(&line);
        self.output.push('\n');
        Some(line)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // A test that failed must not leave it behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program; with a disk of this size mounted over the folder, if one is given.
fn program(disk: Option<(&str, &Path)>) -> Command {
    let program = env!("CARGO_BIN_EXE_auxroom");
    let Some((size, folder)) = disk else { return Command::new(program) };
    // In a namespace of its own, which needs no rights, and which the disk goes with.
    let mount = r#"mount -t tmpfs -o size="$1" tmpfs "$2" && exec "$0""#;
    let mut command = Command::new("/usr/bin/unshare");
    command.args(["--user", "--map-root-user", "--mount", "/bin/sh", "-c", mount, program, size]);
    command.arg(folder);
    command
}

/// Starts the program, and reads what it prints on a thread of its own.
fn spawn(
    vars: &[(&'static str, String)],
    disk: Option<(&str, &Path)>,
) -> (Child, mpsc::UnboundedReceiver<String>) {
    let mut child = program(disk)
        .env_clear()
        .envs(vars.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    let printed = BufReader::new(child.stderr.take().expect("a pipe"));
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in printed.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    (child, lines)
}

//! The server and the simulator, as processes that end with the benchmark.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};

use crate::http::{ask, request};

const START: Duration = Duration::from_secs(10);
/// What makes the time of a process run faster, where that is wanted: libfaketime's variables.
const PACE: [&str; 3] = ["LD_PRELOAD", "FAKETIME", "FAKETIME_SHARED"];
const CLIENT: &str = "benchmark";
const SECRET: &str = "benchmark-secret";
/// Open files of a process that are not streams: database, log, connections to Spotify.
const OTHER_FILES: usize = 200;
/// Crowds of this machine are larger than those that the server takes by itself.
pub const FOR_CROWDS: &[(&str, &str)] =
    &[("AUXROOM_MEMBERS_PER_ROOM", "100000"), ("AUXROOM_SPOTIFY_BUDGET", "1000000")];
/// What Linux counts CPU time in, on every machine that this could run on.
const TICK: Duration = Duration::from_millis(10);

/// What is measured, and the Spotify that it asks.
pub struct Processes {
    /// Where the server listens.
    pub server: SocketAddr,
    /// Where the simulator listens.
    pub simulator: SocketAddr,
    /// Scripts and styles as the server hands them out.
    pub site: PathBuf,
    serve: Command,
    serving: Killed,
    patience: Duration,
    _simulating: Killed,
    _folder: Folder,
}

/// A process that lives no longer than this.
struct Killed(Child);

impl Killed {
    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A folder that is removed with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> anyhow::Result<Self> {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("load-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Processes {
    /// Starts both on free ports, with a new database on disk: `server`, or as they were built. The
    /// server is configured with `settings` besides.
    ///
    /// # Errors
    /// If they were not built, or do not answer soon.
    pub async fn start(server: Option<&Path>, settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        // Benchmarks are built into a folder beside the programs.
        let this = std::env::current_exe()?;
        let built = this.ancestors().nth(2).context("the folder of the programs")?;
        let program = server.map_or_else(|| built.join("auxroom"), Path::to_owned);
        let program = fs::canonicalize(&program).context(program.display().to_string())?;
        let site = program.parent().context("the folder of the server")?.with_file_name("site");
        ensure!(
            site.join("pkg").is_dir(),
            "no site: build it with cargo leptos build --release -P"
        );
        let built_as = [("LEPTOS_ENV", "PROD"), ("LEPTOS_HASH_FILES", "true")];
        let settings = [&built_as, settings].concat();
        Self::of(&program, &built.join("simulator"), &site, &settings, START).await
    }

    /// Starts these programs, each of which listens after `patience`.
    ///
    /// # Errors
    /// If one does not.
    pub async fn of(
        program: &Path,
        simulator: &Path,
        site: &Path,
        settings: &[(&str, &str)],
        patience: Duration,
    ) -> anyhow::Result<Self> {
        let folder = Folder::new()?;
        let (address, simulated) = (free_address()?, free_address()?);
        let simulating = spawn(&mut simulate(simulator, simulated, address))?;
        wait_for(simulated, "/control/clock", patience).await?;
        let mut serve = serve(program, address, simulated);
        serve.current_dir(&folder.0).env("LEPTOS_SITE_ROOT", site).envs(settings.iter().copied());
        let serving = spawn(&mut serve)?;
        wait_for(address, "/readyz", patience).await?;
        Ok(Self {
            server: address,
            simulator: simulated,
            site: site.to_owned(),
            serve,
            serving,
            patience,
            _simulating: simulating,
            _folder: folder,
        })
    }

    /// Kills the server and starts it again, on the same address and database.
    ///
    /// # Errors
    /// If it does not answer soon.
    pub async fn restart_server(&mut self) -> anyhow::Result<()> {
        self.serving.kill();
        self.serving = spawn(&mut self.serve)?;
        wait_for(self.server, "/readyz", self.patience).await
    }

    /// Tells the server to stop, as a supervisor does; how long that takes.
    ///
    /// # Errors
    /// If it ends with a failure, or not at all.
    pub async fn stop_server(&mut self) -> anyhow::Result<Duration> {
        let since = Instant::now();
        let terminate = format!("kill -TERM {}", self.serving.0.id());
        ensure!(Command::new("sh").args(["-c", &terminate]).status()?.success(), "no signal sent");
        loop {
            if let Some(status) = self.serving.0.try_wait()? {
                ensure!(status.success(), "the server ended with {status}");
                return Ok(since.elapsed());
            }
            ensure!(since.elapsed() < START, "the server does not end");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The server's resident memory in bytes.
    ///
    /// # Errors
    /// Where the system does not tell as Linux does.
    pub fn resident_memory(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.serving.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(kibibytes.context("VmRSS is missing")?.parse::<u64>()? * 1024)
    }

    /// CPU time that the server has used since it started.
    ///
    /// # Errors
    /// Where the system does not tell as Linux does.
    pub fn cpu_time(&self) -> anyhow::Result<Duration> {
        cpu_time(&self.serving.0.id().to_string())
    }
}

/// CPU time that a process has used, in user and kernel mode.
///
/// # Errors
/// Where the system does not tell as Linux does.
pub fn cpu_time(process: &str) -> anyhow::Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, in brackets, may contain anything.
    let fields = stat.rsplit_once(')').context("no name in stat")?.1.split_whitespace();
    let ticks = fields.skip(11).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>()?;
    Ok(TICK * ticks)
}

/// # Errors
/// If a process may not have as many files open as `streams` need.
pub fn need_files(streams: usize) -> anyhow::Result<()> {
    let limits = fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let limit = line.and_then(|line| line.split_whitespace().next()).context("no limit")?;
    let needed = streams + OTHER_FILES;
    if limit.parse().is_ok_and(|limit: usize| limit < needed) {
        bail!("{streams} streams need {needed} open files, and {limit} are allowed: ulimit -n");
    }
    Ok(())
}

fn simulate(program: &Path, address: SocketAddr, server: SocketAddr) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(pace()).envs([
        ("SIMULATOR_ADDR", address.to_string()),
        ("SIMULATOR_CLIENT_ID", CLIENT.to_owned()),
        ("SIMULATOR_CLIENT_SECRET", SECRET.to_owned()),
        ("SIMULATOR_REDIRECT_URIS", format!("http://{server}/spotify/callback")),
    ]);
    command
}

/// The server, which keeps its database in the folder that it is started in.
fn serve(program: &Path, address: SocketAddr, simulator: SocketAddr) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(pace()).envs([
        ("LEPTOS_OUTPUT_NAME", "auxroom".to_owned()),
        ("LEPTOS_SITE_ADDR", address.to_string()),
        ("DATABASE_URL", "sqlite://auxroom.db?mode=rwc".to_owned()),
        // Warnings, of which a crowd causes many, would bury what this program says.
        ("RUST_LOG", "error".to_owned()),
        ("SPOTIFY_CLIENT_ID", CLIENT.to_owned()),
        ("SPOTIFY_CLIENT_SECRET", SECRET.to_owned()),
        ("SPOTIFY_ACCOUNTS_URL", format!("http://{simulator}")),
        ("SPOTIFY_API_URL", format!("http://{simulator}/v1")),
    ]);
    command
}

fn spawn(command: &mut Command) -> anyhow::Result<Killed> {
    let child = command.stdout(Stdio::null()).spawn();
    Ok(Killed(child.with_context(|| format!("starting {:?}", command.get_program()))?))
}

/// An address that nobody listens on at this moment: both processes must know both.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// What this process was given of them.
#[expect(clippy::disallowed_methods, reason = "a program of its own: this is where it is read")]
fn pace() -> impl Iterator<Item = (&'static str, String)> {
    PACE.into_iter().filter_map(|name| Some((name, std::env::var(name).ok()?)))
}

async fn wait_for(address: SocketAddr, path: &str, patience: Duration) -> anyhow::Result<()> {
    let since = Instant::now();
    let request = request(address, "GET", path, &[], "");
    while ask(address, &request).await.is_err() {
        if since.elapsed() > patience {
            bail!("http://{address}{path} does not answer");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

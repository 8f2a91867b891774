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
const CLIENT: &str = "benchmark";
const SECRET: &str = "benchmark-secret";

/// What is measured, and the Spotify that it asks.
pub struct Processes {
    /// Where the server listens.
    pub server: SocketAddr,
    /// Where the simulator listens.
    pub simulator: SocketAddr,
    /// Scripts and styles as the server hands them out.
    pub site: PathBuf,
    serving: Killed,
    _simulating: Killed,
    _folder: Folder,
}

/// A process that lives no longer than this.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
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
    /// Starts both as they were built, on free ports and with a new database on disk.
    ///
    /// # Errors
    /// If they were not built, or do not answer soon.
    pub async fn start() -> anyhow::Result<Self> {
        // Benchmarks are built into a folder beside the programs.
        let this = std::env::current_exe()?;
        let built = this.ancestors().nth(2).context("the folder of the programs")?;
        let site = built.with_file_name("site");
        ensure!(
            site.join("pkg").is_dir(),
            "no site: build it with cargo leptos build --release -P"
        );
        let folder = Folder::new()?;
        let (server, simulator) = (free_address()?, free_address()?);

        let simulating = spawn(
            &built.join("simulator"),
            &folder.0,
            &[
                ("SIMULATOR_ADDR", &simulator.to_string()),
                ("SIMULATOR_CLIENT_ID", CLIENT),
                ("SIMULATOR_CLIENT_SECRET", SECRET),
                ("SIMULATOR_REDIRECT_URIS", &format!("http://{server}/spotify/callback")),
            ],
        )?;
        let database = folder.0.join("auxroom.db");
        let serving = spawn(
            &built.join("auxroom"),
            &folder.0,
            &[
                ("LEPTOS_ENV", "PROD"),
                ("LEPTOS_HASH_FILES", "true"),
                ("LEPTOS_OUTPUT_NAME", "auxroom"),
                ("LEPTOS_SITE_ADDR", &server.to_string()),
                ("LEPTOS_SITE_ROOT", &site.display().to_string()),
                ("DATABASE_URL", &format!("sqlite://{}?mode=rwc", database.display())),
                ("SPOTIFY_CLIENT_ID", CLIENT),
                ("SPOTIFY_CLIENT_SECRET", SECRET),
                ("SPOTIFY_ACCOUNTS_URL", &format!("http://{simulator}")),
                ("SPOTIFY_API_URL", &format!("http://{simulator}/v1")),
            ],
        )?;
        let processes =
            Self { server, simulator, site, serving, _simulating: simulating, _folder: folder };
        wait_for(simulator, "/control/clock").await?;
        wait_for(server, "/readyz").await?;
        Ok(processes)
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
}

fn spawn(program: &Path, folder: &Path, variables: &[(&str, &str)]) -> anyhow::Result<Killed> {
    let child = Command::new(program)
        .env_clear()
        .envs(variables.iter().copied())
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("starting {}", program.display()))?;
    Ok(Killed(child))
}

/// An address that nobody listens on at this moment: both processes must know both.
fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

async fn wait_for(address: SocketAddr, path: &str) -> anyhow::Result<()> {
    let since = Instant::now();
    let request = request("GET", path, &[], "");
    while ask(address, &request).await.is_err() {
        if since.elapsed() > START {
            bail!("http://{address}{path} does not answer");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

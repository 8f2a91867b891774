//! Measures the release server under load, and prints every figure beside its target: see
//! `script/bench`, which has the options.
//!
//! Server, simulator and this program share the machine, and talk over its loopback alone. Only
//! what a server promises to the outside is used, so that an earlier build can be measured too.

mod audience;
mod busy;
mod calls;
mod drills;
mod http;
mod large_room;
mod listeners;
mod many_rooms;
mod news;
mod options;
mod pages;
mod party;
mod processes;
mod queue;
mod report;
mod room;
mod votes;

use std::{
    io::{self, Write as _},
    path::Path,
    process::Command,
    thread::available_parallelism,
    time::Duration,
};

use anyhow::bail;
use tokio::signal::unix::{SignalKind, signal};

use options::{Options, Part};
use processes::Processes;
use report::Report;

/// Nothing is measured for longer than this in all.
const AT_MOST: Duration = Duration::from_secs(25 * 60);

// One thread: the other cores are the server's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse(std::env::args().skip(1))?;
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    // Whatever ends first: the processes end with it.
    let report = tokio::select! {
        report = measure(&options) => report?,
        () = tokio::time::sleep(AT_MOST) => bail!("it took too long"),
        _ = interrupt.recv() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    };
    write!(io::stdout(), "{}\n\n{report}", title(options.server.as_deref())?)?;
    Ok(())
}

async fn measure(options: &Options) -> anyhow::Result<Report> {
    let mut report = Report::default();
    for part in &options.parts {
        let start = || Processes::start(options.server.as_deref(), processes::FOR_CROWDS);
        match part {
            Part::Room => room::measure(&start().await?, &options.plan, &mut report).await?,
            Part::Queue => queue::measure(&start().await?, &mut report).await?,
            Part::Large => {
                processes::need_files(options.guests)?;
                let (plan, mut processes) = (&options.plan, start().await?);
                large_room::measure(&mut processes, plan, options.guests, &mut report).await?;
            }
            Part::Rooms => {
                processes::need_files(options.rooms * many_rooms::GUESTS)?;
                let (plan, processes) = (&options.plan, start().await?);
                many_rooms::measure(&processes, plan, options.rooms, &mut report).await?;
            }
            Part::Drills => {
                processes::need_files(drills::FILES)?;
                drills::measure(options.server.as_deref(), &options.plan, &mut report).await?;
            }
        }
    }
    Ok(report)
}

/// What was measured, where and when.
fn title(server: Option<&Path>) -> anyhow::Result<String> {
    let commit = Command::new("git").args(["describe", "--always", "--dirty"]).output();
    let commit = commit.ok().filter(|output| output.status.success());
    let commit = commit.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let measured = match (server, commit) {
        (Some(server), _) => format!(", {}", server.display()),
        (None, Some(commit)) => format!(", commit {commit}"),
        (None, None) => String::new(),
    };
    let date = chrono::Utc::now().format("%Y-%m-%d");
    Ok(format!("{} cores, {date}{measured}", available_parallelism()?))
}

/// Says on standard error what goes on: the report alone is on standard output.
fn say(what: &str) -> io::Result<()> {
    writeln!(io::stderr(), "Measuring {what}")
}

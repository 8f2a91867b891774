//! Measures the release server under load, and prints every figure beside its target: see
//! `script/bench`. `-- --quick` measures shorter, to try it out.
//!
//! Server, simulator and this program share the machine, and talk over its loopback alone.

mod audience;
mod calls;
mod http;
mod pages;
mod party;
mod processes;
mod report;
mod votes;

use std::{
    io::{self, Write as _},
    process::Command,
    thread::available_parallelism,
    time::Duration,
};

use anyhow::bail;
use tokio::signal::unix::{SignalKind, signal};

use audience::Audience;
use party::{Room, Visitor};
use processes::Processes;
use report::{Report, kilobytes, percentile_ms};
use votes::Voter;

/// Nothing is measured for longer than this in all.
const AT_MOST: Duration = Duration::from_secs(6 * 60);
const CROWDS: [usize; 3] = [1, 20, 200];
/// The largest number of votes that a room can ask for.
const VOTES_TO_SKIP: usize = 100;
const CONNECTIONS: usize = 16;

/// How long and how often things are measured.
struct Plan {
    /// Parts of a minute.
    calls: u32,
    idle_rounds: usize,
    bursts: usize,
    page_rounds: usize,
    lap: Duration,
}

const FULL: Plan =
    Plan { calls: 1, idle_rounds: 2, bursts: 5, page_rounds: 7, lap: Duration::from_millis(1_500) };
const QUICK: Plan =
    Plan { calls: 3, idle_rounds: 1, bursts: 2, page_rounds: 3, lap: Duration::from_millis(700) };

// One thread: the other cores are the server's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut plan = FULL;
    for option in std::env::args().skip(1) {
        match &*option {
            "--quick" => plan = QUICK,
            // What cargo adds.
            "--bench" => {}
            other => bail!("{other} is no option; --quick is the only one"),
        }
    }
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    // Whatever ends first: the processes end with it.
    let report = tokio::select! {
        report = measure(&plan) => report?,
        () = tokio::time::sleep(AT_MOST) => bail!("it took too long"),
        _ = interrupt.recv() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    };
    write!(io::stdout(), "{}\n\n{report}", title()?)?;
    Ok(())
}

async fn measure(plan: &Plan) -> anyhow::Result<Report> {
    let processes = Processes::start().await?;
    let room = Room::open(&processes, VOTES_TO_SKIP).await?;
    let mut report = Report::default();
    let (mut guests, mut audience) = (Vec::new(), Audience::new());

    let window = Duration::from_secs(60) / plan.calls;
    let mut calls = Vec::new();
    for crowd in CROWDS {
        say(&format!("Spotify calls with {crowd} guests"))?;
        while audience.len() < crowd {
            let guest = room.guest().await?;
            audience.admit(&guest, &room.code).await?;
            guests.push(guest);
        }
        audience.everybody(|snapshot| snapshot.playback.is_some()).await?;
        calls.push(calls::count(&processes, window).await? * usize::try_from(plan.calls)?);
    }
    report.add(
        "Spotify calls per minute, mid-track, with 1, 20 and 200 live guests",
        calls.iter().map(usize::to_string).collect::<Vec<_>>().join(", "),
        "at most 8, the same for all three",
        calls.iter().all(|count| *count <= 8 && *count == calls[0]),
    );
    let mut memory = processes.resident_memory()?;

    say("votes one after another")?;
    let mut voters = Vec::new();
    for guest in &guests {
        voters.push(Voter::new(guest, &room).await?);
    }
    let pause = Duration::from_millis(50);
    let voting = &mut voters[..VOTES_TO_SKIP - 1];
    let samples = votes::idle(&mut audience, voting, plan.idle_rounds, pause).await?;
    add_latency(&mut report, "one after another", &samples, 25.0);
    say("votes all at once")?;
    let samples = votes::at_once(&processes, &mut audience, &mut voters, plan.bursts).await?;
    add_latency(&mut report, "all 200 voting at once", &samples, 100.0);
    memory = memory.max(processes.resident_memory()?);

    say("pages")?;
    let snapshot = audience.snapshot()?.clone();
    drop((voters, audience));
    let members = &guests[..CONNECTIONS];
    let throughput =
        pages::throughput(members, &room, &snapshot, plan.page_rounds, plan.lap).await?;
    report.add(
        format!("Room page for a member, as a share of `/healthz`, {CONNECTIONS} connections"),
        format!(
            "{:.1} % ({:.0}/s of {:.0}/s)",
            throughput.share * 100.0,
            throughput.page,
            throughput.health,
        ),
        "at least 15 %",
        throughput.share >= 0.15,
    );

    let memory = kilobytes(usize::try_from(memory)?) / 1000.0;
    report.add(
        "Resident memory of the server with 200 live guests",
        format!("{memory:.1} MB"),
        "at most 60 MB",
        memory <= 60.0,
    );
    add_weight(&mut report, &guests[0], &room, &processes).await?;
    Ok(report)
}

fn add_latency(report: &mut Report, when: &str, samples: &[Duration], target: f64) {
    let (half, most) = (percentile_ms(samples, 50), percentile_ms(samples, 99));
    report.add(
        format!("A vote is sent → all 200 guests have the snapshot, p99; {when}"),
        format!("{most:.1} ms (median {half:.1} ms, {} votes)", samples.len()),
        format!("at most {target} ms"),
        most <= target,
    );
}

async fn add_weight(
    report: &mut Report,
    member: &Visitor,
    room: &Room,
    processes: &Processes,
) -> anyhow::Result<()> {
    let weight = pages::weigh(member, room, &processes.site).await?;
    let scripts = kilobytes(weight.scripts);
    report.add(
        "WASM and JavaScript, precompressed as brotli",
        format!("{scripts:.1} kB"),
        "at most 300 kB",
        scripts <= 300.0,
    );
    let usable = kilobytes(weight.html + weight.css);
    report.add(
        "Room page before any script: HTML as the server compresses it, and precompressed CSS",
        format!("{usable:.1} kB ({:.1} + {:.1})", kilobytes(weight.html), kilobytes(weight.css)),
        "at most 14 kB",
        usable <= 14.0,
    );
    Ok(())
}

/// What was measured, where and when.
fn title() -> anyhow::Result<String> {
    let commit = Command::new("git").args(["describe", "--always", "--dirty"]).output();
    let commit = commit.ok().filter(|output| output.status.success());
    let commit = commit.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    Ok(format!(
        "{} cores, {}{}",
        available_parallelism()?,
        chrono::Utc::now().format("%Y-%m-%d"),
        commit.map(|commit| format!(", commit {commit}")).unwrap_or_default(),
    ))
}

/// Says on standard error what goes on: the report alone is on standard output.
fn say(what: &str) -> io::Result<()> {
    writeln!(io::stderr(), "Measuring {what}")
}

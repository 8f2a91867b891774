//! A whole night, in minutes: thirty guests, a server that is killed after every twenty tracks, and a
//! Spotify of whose answers about one in a hundred fails. The server, the simulated Spotify and this
//! program run as they are, in a time that libfaketime makes faster for all three.
//!
//! `script/night [HOURS] [SPEED] [SEED]` holds it; nothing of it runs among other tests. What was really
//! heard, as the simulator recorded it, is held against what the server acknowledged and stored.

#![expect(clippy::print_stdout, reason = "a report for people")]

#[path = "../bench/calls.rs"]
#[expect(dead_code, reason = "shared with the benchmark, which needs more of it")]
mod calls;
#[path = "../fuzz/dice.rs"]
#[expect(dead_code, reason = "shared with the fuzz, which needs more of it")]
mod dice;
mod evening;
mod faults;
mod guests;
mod heard;
#[path = "../bench/http.rs"]
mod http;
mod ledger;
#[path = "../bench/party.rs"]
#[expect(dead_code, reason = "shared with the benchmark, which needs more of it")]
mod party;
#[path = "../bench/processes.rs"]
#[expect(dead_code, reason = "shared with the benchmark, which needs more of it")]
mod processes;
mod report;
mod verdict;

use std::{
    process::{Command, ExitCode},
    time::Duration,
};

use anyhow::{Context as _, ensure};

use crate::{evening::Evening, verdict::Stored};

/// Set by libfaketime's own command for all that it starts.
const SHARED: &str = "FAKETIME_SHARED";

fn main() -> ExitCode {
    // Among the tests of a `cargo test NAME` this one is left out.
    let args: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Result<Vec<f64>, _> = args.iter().map(|arg| arg.parse()).collect();
    let Ok(&[hours, speed, seed]) = numbers.as_deref() else { return ExitCode::SUCCESS };
    match run(hours, speed, seed as u64, &args) {
        Ok(code) => code,
        Err(error) => {
            println!("Seed {seed} failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(hours: f64, speed: f64, seed: u64, args: &[String]) -> anyhow::Result<ExitCode> {
    ensure!(hours > 0.0 && speed >= 1.0, "HOURS above 0, SPEED of at least 1");
    if speed > 1.0 && std::env::var_os(SHARED).is_none() {
        // Everything that this starts shares the moment from which its time runs faster.
        let mut faster = Command::new("faketime");
        faster.args(["-f", &format!("+0 x{speed}")]).arg(std::env::current_exe()?).args(args);
        let status = faster.status().context("faketime, of Debian's package of that name")?;
        return Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let lasts = Duration::from_secs_f64(hours * 3_600.0);
    let runtime = tokio::runtime::Runtime::new()?;
    let violations = runtime.block_on(async {
        let mut evening = Evening::begins(seed).await?;
        evening.lasts(lasts).await?;
        judges(&mut evening, speed).await
    })?;
    // Its threads may sleep in the time of the kernel, which is slower.
    runtime.shutdown_background();
    Ok(if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Ends the evening, and says how it was: how many violations there are.
async fn judges(evening: &mut Evening, speed: f64) -> anyhow::Result<usize> {
    let (heard, now_ms) = evening.ends().await?;
    let stored = Stored::read(&evening.database()).await?;
    verdict::judges(evening, &heard, &stored, now_ms);
    report::prints(evening, &heard, now_ms, speed);
    let violations = evening.place.ledger().violations.len();
    if violations > 0 {
        println!("The database is in {}", evening.keeps_database()?.display());
    }
    Ok(violations)
}

//! Everything that can be asked, and much that cannot, of the real program: several parties at once
//! ask what makes sense and what does not, as host, guest and stranger. No answer is a 5xx, no error
//! is in the log, nothing that was acknowledged is lost, over a kill too, and memory does not grow.
//!
//! `script/fuzz MINUTES [SEED]` runs so long; without arguments it asks a few thousand times, as
//! `script/test` does. A failure names its seed and prints the request that showed it.

#![expect(clippy::print_stdout, reason = "a report for people")]

mod dice;
mod mutations;
mod party;
mod readback;
mod requests;
mod room;
mod sending;
mod server;
mod spotify;
mod tally;
mod wire;

use std::{
    process::ExitCode,
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use futures::future::{join_all, try_join_all};

use crate::{
    dice::Dice,
    party::{Common, Party},
    requests::{Route, routes},
    server::Server,
    tally::Tally,
};

/// How often `script/test` asks, and from which seed on.
const REQUESTS: usize = 5_000;
const SEED: u64 = 1;
const PARTIES: u64 = 12;
/// So much memory may differ between the first quarter and the end, in percent.
const GROWTH_PERCENT: u64 = 10;
/// What hardly anybody succeeds at by chance: there is nothing, it takes a demo, a code of Spotify's, or a
/// host of two rooms of which one has an account.
const IN_VAIN: [&str; 5] = [
    "/nothing",
    "/pkg/auxroom.js",
    "/api/demo/guests",
    "/api/spotify/complete",
    "/api/spotify/move",
];

/// How long it runs.
#[derive(Clone, Copy, Debug)]
enum Until {
    Asked(usize),
    Passed(Duration),
}

fn main() -> ExitCode {
    // Among the tests of a `cargo test NAME` this one is left out.
    let args = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect::<Vec<_>>();
    let numbers: Result<Vec<f64>, _> = args.iter().map(|arg| arg.parse()).collect();
    let Ok(numbers) = numbers else { return ExitCode::SUCCESS };
    let until =
        numbers.first().map(|minutes| Until::Passed(Duration::from_secs_f64(minutes * 60.0)));
    let seed = numbers.get(1).map_or(SEED, |seed| *seed as u64);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    match runtime.block_on(fuzz(until.unwrap_or(Until::Asked(REQUESTS)), seed)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("Seed {seed} failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn fuzz(until: Until, seed: u64) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut server = Server::start().await?;
    let common = Arc::new(Common {
        address: server.address,
        spotify_address: server.spotify_address,
        spotify: server.spotify.clone(),
        routes: routes(),
        tally: Mutex::new(Tally::default()),
        requests: AtomicUsize::new(0),
        sign_ins: AtomicUsize::new(0),
        endings: AtomicUsize::new(0),
        begun,
    });
    let square = opens_square(&common, seed).await?;
    let party = |number| Party::new(common.clone(), Dice::new(seed, number), square.clone());
    let mut parties: Vec<Party> = (1..=PARTIES).map(party).collect();

    let warm = run(&mut parties, &server, quarter(until), begun).await?;
    let hot = run(&mut parties, &server, until, begun).await?;
    check_all(&mut parties, &server).await?;
    server.is_killed_and_restarted().await?;
    parties.iter_mut().for_each(Party::reconnects);
    check_all(&mut parties, &server).await.context("after a kill")?;
    server.stops()?;
    ensure!(server.errors().is_empty(), "the log: {}", server.errors());

    report(&common, &server, (warm, hot), seed);
    covers(&common, until)?;
    if let (Until::Passed(_), Some(warm), Some(hot)) = (until, warm, hot) {
        let is_steady = warm.abs_diff(hot) * 100 <= warm * GROWTH_PERCENT;
        ensure!(is_steady, "memory went from {warm} to {hot} kB");
    }
    Ok(())
}

/// A room that nobody looks after.
async fn opens_square(common: &Arc<Common>, seed: u64) -> anyhow::Result<String> {
    let mut owner = Party::new(common.clone(), Dice::new(seed, 0), String::new());
    owner.opens_room(0).await.map_err(anyhow::Error::msg)?;
    Ok(owner.rooms[0].code.clone())
}

fn quarter(until: Until) -> Until {
    match until {
        Until::Asked(requests) => Until::Asked(requests / 4),
        Until::Passed(time) => Until::Passed(time / 4),
    }
}

/// Lets all parties go on; the server's memory afterwards.
async fn run(
    parties: &mut [Party],
    server: &Server,
    until: Until,
    begun: Instant,
) -> anyhow::Result<Option<u64>> {
    let goes_on = |party: &Party| match until {
        Until::Asked(requests) => party.common.requests.load(Ordering::Relaxed) < requests,
        Until::Passed(time) => begun.elapsed() < time,
    };
    let all = parties.iter_mut().map(async |party| {
        while goes_on(party) && server.errors().is_empty() {
            party.step().await.map_err(|why| failure(&why, party))?;
        }
        anyhow::Ok(())
    });
    try_join_all(all).await?;
    if !server.errors().is_empty() {
        let said = join_all(parties.iter().map(async |party| said(party))).await;
        bail!("the log: {}\nOne of these was sent last:\n{}", server.errors(), said.join("\n"));
    }
    Ok(server.resident_kb())
}

async fn check_all(parties: &mut [Party], server: &Server) -> anyhow::Result<()> {
    for party in parties {
        party.checks_everything().await.map_err(|why| failure(&why, party))?;
    }
    ensure!(server.errors().is_empty(), "the log: {}", server.errors());
    Ok(())
}

fn failure(why: &str, party: &Party) -> anyhow::Error {
    anyhow::anyhow!("{why}\n{}", said(party))
}

/// What a party sent last, for a shell.
fn said(party: &Party) -> String {
    let text: String = party
        .last
        .iter()
        .map(|byte| match byte {
            b'\'' | b'\\' | b'%' | 0..32 | 127.. => format!("\\{byte:03o}"),
            _ => char::from(*byte).to_string(),
        })
        .collect();
    format!("printf '{text}' | nc {} {}", party.common.address.ip(), party.common.address.port())
}

fn report(common: &Common, server: &Server, (warm, hot): (Option<u64>, Option<u64>), seed: u64) {
    let tally = common.tally.lock().expect("no panic");
    print!("{tally}");
    let mib = |kb: Option<u64>| kb.map_or(0.0, |kb| kb as f64 / 1_024.0);
    println!(
        "{} requests in {:.1} s from seed {seed}, {} warnings in the log",
        tally.sum(),
        common.begun.elapsed().as_secs_f64(),
        server.warnings(),
    );
    println!("Memory: {:.1} MiB after a quarter, {:.1} MiB at the end", mib(warm), mib(hot));
}

/// Checks that every route was asked, and in a long run did what it is for.
fn covers(common: &Common, until: Until) -> anyhow::Result<()> {
    let tally = common.tally.lock().expect("no panic");
    for Route { path, .. } in &common.routes {
        ensure!(tally.was_asked(path), "{path} was never asked");
        let is_short = matches!(until, Until::Asked(_));
        let may_fail = is_short || IN_VAIN.contains(&&**path);
        ensure!(may_fail || tally.has_succeeded(path), "{path} never succeeded");
    }
    Ok(())
}

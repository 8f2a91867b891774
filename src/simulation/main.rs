//! Deterministic simulation: thousands of parties, each an hour long, from a seed each. The room's
//! rules are real; Spotify, the store, the people, the clock and the crashes are made up.
//!
//! `script/simulate [SEED] [PARTIES]` runs so many from a seed on; one alone is told with all that
//! happened. Every failure names its seed, what it needs, and the last it did before.

#![expect(clippy::print_stdout, reason = "a report for people")]

mod checks;
mod dice;
mod effects;
mod party;
mod people;
mod spotify;
mod store;

use std::{process::ExitCode, time::Instant};

use crate::{
    dice::Source,
    party::{Failure, Party},
};

/// How many parties `script/test` runs.
const PARTIES: u64 = 2_000;
/// How much of a failed party is shown.
const SHOWN: usize = 60;

fn main() -> ExitCode {
    // Among the tests of a `cargo test NAME` this one is left out.
    let mut args = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).peekable();
    if args.peek().is_some_and(|arg| arg.parse::<u64>().is_err()) {
        return ExitCode::SUCCESS;
    }
    let mut numbers = args.filter_map(|arg| arg.parse::<u64>().ok());
    let seed = numbers.next().unwrap_or(1);
    let parties = numbers.next().unwrap_or(if seed == 1 { PARTIES } else { 1 });
    let begun = Instant::now();
    for (number, seed) in (seed..seed + parties).enumerate() {
        if let Err(Failure(why)) = Party::new(seed, &[], false).run() {
            println!("Party {} of seed {seed} failed: {why}", number + 1);
            return tells(seed, &why, parties == 1);
        }
    }
    if parties == 1 {
        let mut party = Party::new(seed, &[], true);
        let _ = party.run();
        party.trace.unwrap_or_default().iter().for_each(|line| println!("{line}"));
    }
    println!("{parties} parties of an hour each, in {:.1} s", begun.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

/// Tells what a failure needs, and how it came about.
fn tells(seed: u64, why: &str, whole: bool) -> ExitCode {
    let fails = |left_out: &[Source]| {
        let failure = Party::new(seed, left_out, false).run().err();
        failure.filter(|Failure(other)| kind(other) == kind(why))
    };
    let mut left_out = Vec::new();
    for source in Source::OPTIONAL {
        left_out.push(source);
        if fails(&left_out).is_none() {
            left_out.pop();
        }
    }
    let mut party = Party::new(seed, &left_out, true);
    let failure = party.run().err().map_or_else(String::new, |Failure(why)| why);
    let trace = party.trace.unwrap_or_default();
    let from = if whole { 0 } else { trace.len().saturating_sub(SHOWN) };
    println!("Without {left_out:?} it still fails. The last of {} lines:", trace.len());
    trace[from..].iter().for_each(|line| println!("{line}"));
    println!("{failure}\nOnce more, with its whole history: script/simulate {seed} 1");
    ExitCode::FAILURE
}

/// A failure without its figures.
fn kind(why: &str) -> String {
    why.chars().filter(|letter| letter.is_alphabetic() || *letter == ' ').collect()
}

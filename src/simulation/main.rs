//! Deterministic simulation: thousands of parties, each an hour long, from a seed each. The room's
//! rules are real; Spotify, the store, the people, the clock and the crashes are made up.
//!
//! `script/simulate [SEED] [PARTIES]` runs so many from a seed on; one alone is told with all that
//! happened. Every failure names its seed, what it needs, and the last it did before.
//!
//! That it finds what it should was tried by putting faults back that were mended before, one at a
//! time, from seed 1 on:
//!
//! - A skip by votes goes out while Spotify names nothing, and hits what follows an advertisement:
//!   `skips`, in the 1st party.
//! - The next play begins and the one before does not end, so that two go on: the unique index, in
//!   the 1st party. A poll of the account before is saved as the new one's: `plays`, in the 29th.
//! - A success ends the wait that another answer asked for: `asking`, in the 1st party; so does a
//!   start that forgets what the store remembers.
//! - A song that repeats does not end its play, so that votes count for the next: `plays`, in the 2nd
//!   party. The votes stay in what people see: `view`, in the 1st.
//! - A failed write before a skip answers that Spotify received it: `commands`, in the 15th party.

#![expect(clippy::print_stdout, reason = "a report for people")]

mod checks;
mod dice;
mod effects;
mod party;
mod people;
mod process;
mod spotify;
mod store;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::Instant,
};

use crate::{
    dice::Source,
    party::{BEGIN, Failure, Party},
};

/// How many parties `script/test` runs.
const PARTIES: u64 = 2_000;
/// How much of a failed party is shown.
const SHOWN: usize = 60;
const MINUTE_MS: u64 = 60_000;

/// What a failure does not need.
#[derive(Clone, Debug, Default)]
struct LeftOut {
    sources: Vec<Source>,
    /// Nobody acts and nothing fails before.
    calm_ms: u64,
}

fn main() -> ExitCode {
    // Among the tests of a `cargo test NAME` this one is left out.
    let mut args = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).peekable();
    if args.peek().is_some_and(|arg| arg.parse::<u64>().is_err()) {
        return ExitCode::SUCCESS;
    }
    let mut numbers = args.filter_map(|arg| arg.parse::<u64>().ok());
    let seed = numbers.next();
    let parties = numbers.next().unwrap_or(if seed.is_none() { PARTIES } else { 1 });
    let first = seed.unwrap_or(1);
    let begun = Instant::now();
    for (number, seed) in (first..first + parties).enumerate() {
        let (result, trace) = plays(seed, &LeftOut::default(), parties == 1);
        trace.iter().for_each(|line| println!("{line}"));
        if let Err(why) = result {
            println!("Party {} of seed {seed} failed: {why}", number + 1);
            tells(seed, &why);
            return ExitCode::FAILURE;
        }
    }
    println!("{parties} parties of an hour each, in {:.1} s", begun.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

/// One party: what failed, and what happened if that is wanted.
fn plays(seed: u64, left_out: &LeftOut, is_traced: bool) -> (Result<(), String>, Vec<String>) {
    let calm_until = BEGIN + left_out.calm_ms;
    let mut party = Party::new(seed, &left_out.sources, calm_until, is_traced);
    // Arithmetic that overflows is a failure with a seed too.
    let result = catch_unwind(AssertUnwindSafe(|| party.run()));
    let result = result.unwrap_or_else(|_| Err(Failure("it panicked".to_owned())));
    let result = result.map_err(|Failure(why)| why);
    (result, party.trace.unwrap_or_default())
}

/// Tells what a failure needs, and how it came about.
fn tells(seed: u64, why: &str) {
    let fails = |left_out: &LeftOut| {
        plays(seed, left_out, false).0.is_err_and(|other| kind(&other) == kind(why))
    };
    let mut left_out = LeftOut::default();
    for source in Source::OPTIONAL {
        left_out.sources.push(source);
        if !fails(&left_out) {
            left_out.sources.pop();
        }
    }
    let calmer = (1..60).rev().map(|minutes| minutes * MINUTE_MS);
    let calmer = calmer.map(|calm_ms| LeftOut { calm_ms, ..left_out.clone() }).find(fails);
    let left_out = calmer.unwrap_or(left_out);
    let (result, trace) = plays(seed, &left_out, true);
    let LeftOut { sources, calm_ms } = left_out;
    println!("Without {sources:?}, and calm for the first {} minutes,", calm_ms / MINUTE_MS);
    println!("it still fails. The last of {} lines:", trace.len());
    trace[trace.len().saturating_sub(SHOWN)..].iter().for_each(|line| println!("{line}"));
    println!("{}", result.err().unwrap_or_default());
    println!("Once more, with its whole history: script/simulate {seed}");
}

/// A failure without its figures.
fn kind(why: &str) -> String {
    why.chars().filter(|letter| letter.is_alphabetic() || *letter == ' ').collect()
}

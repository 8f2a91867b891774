//! Deterministic simulation: thousands of parties, each an hour long, from a seed each; and nights of
//! twelve hours, half of them with a crash after every twenty tracks. The room's rules are real; Spotify,
//! the store, the people, the clock and the crashes are made up.
//!
//! `script/simulate [SEED] [PARTIES]` runs so many from a seed on, `script/simulate nights [SEED] [NIGHTS]`
//! so many nights; one alone is told with all that happened. Every failure names its seed, what it needs,
//! and the last it did before.
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
mod kind;
mod party;
mod people;
mod process;
mod spotify;
mod statements;
mod store;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use crate::{
    dice::Source,
    kind::Kind,
    party::{BEGIN, Failure, Party},
};

/// How many parties, and how many nights, `script/test` runs.
const PARTIES: u64 = 2_000;
const NIGHTS: u64 = 10;
/// What asks for nights alone.
const NIGHTS_ALONE: &str = "nights";
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
    let nights_alone = args.next_if(|arg| arg == NIGHTS_ALONE).is_some();
    if args.peek().is_some_and(|arg| arg.parse::<u64>().is_err()) {
        return ExitCode::SUCCESS;
    }
    let mut numbers = args.filter_map(|arg| arg.parse::<u64>().ok());
    let (seed, count) = (numbers.next(), numbers.next());
    let succeeds = match (nights_alone, seed) {
        (_, Some(seed)) => {
            let count = count.unwrap_or(1);
            run(nights_alone, seed, count, count == 1)
        }
        (true, None) => run(true, 1, NIGHTS, false),
        (false, None) => run(false, 1, PARTIES, false) && run(true, 1, NIGHTS, false),
    };
    if succeeds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs so many parties, or nights, from a seed on, as many at once as there are cores; whether none
/// failed.
fn run(are_nights: bool, first: u64, count: u64, is_traced: bool) -> bool {
    let begun = Instant::now();
    let next = AtomicU64::new(first);
    let (failed, counts) = (Mutex::new(None), Mutex::new(Counts::default()));
    let kind_of = |seed: u64| match are_nights {
        true => Kind::Night { crashes: seed.is_multiple_of(2) },
        false => Kind::Hour,
    };
    let work = || {
        while lock(&failed).is_none() {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                break;
            }
            let played = plays(seed, kind_of(seed), &LeftOut::default(), is_traced);
            played.trace.iter().for_each(|line| println!("{line}"));
            match played.result {
                Ok(()) => lock(&counts).add(played.counts),
                Err(why) => *lock(&failed) = Some((seed, why)),
            }
        }
    };
    std::thread::scope(|scope| {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        (0..workers).for_each(|_| drop(scope.spawn(work)));
    });
    if let Some((seed, why)) = &*lock(&failed) {
        println!("The party of seed {seed} failed: {why}");
        tells(*seed, kind_of(*seed), why);
        return false;
    }
    let what = if are_nights { "nights of twelve hours" } else { "parties of an hour" };
    let seconds = begun.elapsed().as_secs_f64();
    println!("{count} {what} each, in {seconds:.1} s: {}", *lock(&counts));
    true
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What happened at parties.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    plays: i64,
    asked_for: usize,
    played: usize,
    crashes: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.plays += other.plays;
        self.asked_for += other.asked_for;
        self.played += other.played;
        self.crashes += other.crashes;
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { plays, asked_for, played, crashes } = self;
        write!(
            f,
            "{plays} plays; {asked_for} songs in the queue, {played} of them played; {crashes} crashes"
        )
    }
}

/// How a party went.
struct Played {
    result: Result<(), String>,
    /// What happened, if that is wanted.
    trace: Vec<String>,
    counts: Counts,
}

fn plays(seed: u64, kind: Kind, left_out: &LeftOut, is_traced: bool) -> Played {
    let calm_until = BEGIN + left_out.calm_ms;
    let mut party = Party::new(seed, kind, &left_out.sources, calm_until, is_traced);
    // Arithmetic that overflows is a failure with a seed too.
    let result = catch_unwind(AssertUnwindSafe(|| party.run()));
    let result = result.unwrap_or_else(|_| Err(Failure("it panicked".to_owned())));
    let result = result.map_err(|Failure(why)| why);
    let counts = Counts {
        plays: party.store.plays_so_far(),
        asked_for: party.store.songs.rows.len(),
        played: party.store.songs.played(),
        crashes: party.crashes,
    };
    Played { result, trace: party.trace.unwrap_or_default(), counts }
}

/// Tells what a failure needs, and how it came about.
fn tells(seed: u64, party: Kind, why: &str) {
    let fails = |left_out: &LeftOut| {
        plays(seed, party, left_out, false).result.is_err_and(|other| kind(&other) == kind(why))
    };
    let mut left_out = LeftOut::default();
    for source in Source::OPTIONAL {
        left_out.sources.push(source);
        if !fails(&left_out) {
            left_out.sources.pop();
        }
    }
    // A night takes long to play again.
    let parts = if party == Kind::Hour { 60 } else { 12 };
    let calmer = (1..parts).rev().map(|part| party.lasts_ms() / parts * part);
    let calmer = calmer.map(|calm_ms| LeftOut { calm_ms, ..left_out.clone() }).find(fails);
    let left_out = calmer.unwrap_or(left_out);
    let Played { result, trace, .. } = plays(seed, party, &left_out, true);
    let LeftOut { sources, calm_ms } = left_out;
    println!("Without {sources:?}, and calm for the first {} minutes,", calm_ms / MINUTE_MS);
    println!("it still fails. The last of {} lines:", trace.len());
    trace[trace.len().saturating_sub(SHOWN)..].iter().for_each(|line| println!("{line}"));
    println!("{}", result.err().unwrap_or_default());
    let nights = if party == Kind::Hour { "" } else { "nights " };
    println!("Once more, with its whole history: script/simulate {nights}{seed}");
}

/// A failure without its figures.
fn kind(why: &str) -> String {
    why.chars().filter(|letter| letter.is_alphabetic() || *letter == ' ').collect()
}

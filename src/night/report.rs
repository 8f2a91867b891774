//! How it was.

use simulator::Heard;

use crate::{evening::Evening, heard};

/// Prints it.
pub(crate) fn prints(evening: &Evening, heard: &[Heard], now_ms: u64, speed: f64) {
    let ledger = evening.place.ledger();
    let hours = (now_ms - evening.began_ms) as f64 / 3_600_000.0;
    let tracks = heard::begun(heard).count();
    let skipped = heard.iter().filter(|heard| heard::was_skipped(heard)).count();
    println!(
        "\nSeed {}: {hours:.1} hours at {speed} times the speed, {tracks} tracks, {} kills",
        evening.seed, evening.kills
    );
    for (what, count) in &ledger.acts {
        println!("  {count:6} {what}");
    }
    println!("  {skipped:6} tracks skipped, {} times Play was pressed", evening.pressed_ms.len());
    let calls: usize = ledger.calls.values().sum();
    let each = |calls: usize| calls as f64 / tracks.max(1) as f64;
    println!(
        "Spotify: {calls} calls, {:.1} a track, {:.1} a minute; {:.2} % failed",
        each(calls),
        calls as f64 / hours / 60.0,
        ledger.failed_calls as f64 / calls.max(1) as f64 * 100.0,
    );
    let mut by_count: Vec<_> = ledger.calls.iter().filter(|call| *call.1 > tracks / 10).collect();
    by_count.sort_by_key(|call| std::cmp::Reverse(call.1));
    for (call, count) in by_count {
        println!("  {count:6} {call}, {:.1} a track", each(*count));
    }
    for (fault, count) in &ledger.faults {
        println!("  {count:6} × {fault}");
    }
    let mut silences = heard::silences(heard, now_ms);
    silences.retain(|(from_ms, until_ms)| until_ms > from_ms);
    silences.sort_by_key(|(from_ms, until_ms)| std::cmp::Reverse(until_ms - from_ms));
    let all_ms: u64 = silences.iter().map(|(from_ms, until_ms)| until_ms - from_ms).sum();
    println!("Silence: {} times, {} s in all; the longest:", silences.len(), all_ms / 1_000);
    for (from_ms, until_ms) in silences.iter().take(8) {
        println!(
            "  {:6.1} s at {}, {:.1} s of it for no reason beside {:?}",
            (until_ms - from_ms) as f64 / 1_000.0,
            evening.at(*from_ms),
            ledger.unexcused_ms(*from_ms, *until_ms) as f64 / 1_000.0,
            ledger.excuses_of(*from_ms, *until_ms),
        );
    }
    println!("{} times the server said that it failed", ledger.failures.len());
    println!("Violations: {}", ledger.violations.len());
    ledger.violations.iter().for_each(|what| println!("  {what}"));
}

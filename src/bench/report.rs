//! Figures beside their targets, as Markdown.

use std::{
    fmt::{self, Display},
    time::Duration,
};

use crate::votes::Latencies;

/// The table.
#[derive(Default)]
pub struct Report(Vec<Row>);

struct Row {
    figure: String,
    measured: String,
    target: String,
    is_met: bool,
}

impl Report {
    /// Adds a figure.
    pub fn add(
        &mut self,
        figure: impl Into<String>,
        measured: impl Into<String>,
        target: impl Into<String>,
        is_met: bool,
    ) {
        let (figure, measured, target) = (figure.into(), measured.into(), target.into());
        self.0.push(Row { figure, measured, target, is_met });
    }

    /// Adds the 99th percentile of the time that votes took.
    pub fn add_votes(&mut self, figure: impl Into<String>, votes: &Latencies, target_ms: f64) {
        self.add_times(figure, votes, "votes", target_ms);
    }

    /// Adds the 99th percentile of the time that something took.
    pub fn add_times(
        &mut self,
        figure: impl Into<String>,
        times: &Latencies,
        what: &str,
        target_ms: f64,
    ) {
        let [half, most] = [50, 99].map(|percent| percentile_ms(&times.samples, percent));
        let (count, remark) = (times.samples.len(), times.busy.remark());
        self.add(
            figure,
            format!("{most:.1} ms (median {half:.1} ms, {count} {what}{remark})"),
            format!("at most {target_ms} ms"),
            most <= target_ms,
        );
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| Figure | Measured | Target | |\n|---|---|---|---|")?;
        for Row { figure, measured, target, is_met } in &self.0 {
            let verdict = if *is_met { "met" } else { "**missed**" };
            writeln!(f, "| {figure} | {measured} | {target} | {verdict} |")?;
        }
        Ok(())
    }
}

/// The middle one of some figures.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The time that this many percent of the samples do not exceed, in milliseconds.
pub fn percentile_ms(samples: &[Duration], percent: usize) -> f64 {
    let mut samples = samples.to_vec();
    samples.sort();
    let place = (samples.len() * percent).div_ceil(100).max(1) - 1;
    samples.get(place).map_or(f64::NAN, |sample| sample.as_secs_f64() * 1000.0)
}

/// How many of something there are in each second.
pub fn per_second(count: usize, elapsed: Duration) -> f64 {
    count as f64 / elapsed.as_secs_f64()
}

/// Bytes in kilobytes, which are 1,000.
pub fn kilobytes(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1000.0
}

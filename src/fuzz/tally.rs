//! What was asked and how it was answered, in figures.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::wire::Answer;

/// How a route answered.
#[derive(Debug, Default)]
struct Row {
    /// Answers by their hundreds from 200 on, the last of them none.
    counts: [usize; 5],
    /// How many of them were no refusals.
    done: usize,
    took: Duration,
}

/// How often each route was asked, and how it answered.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    routes: BTreeMap<String, Row>,
    /// What was acknowledged, and how often.
    writes: BTreeMap<String, usize>,
}

impl Tally {
    /// Counts an answer that took so long, or that there was none.
    pub(crate) fn count(&mut self, route: &str, answer: Option<&Answer>, took: Duration) {
        let column = answer.map_or(4, |answer| usize::from(answer.status / 100).clamp(2, 5) - 2);
        let row = self.routes.entry(route.to_owned()).or_default();
        row.done += usize::from(answer.is_some_and(Answer::is_done));
        row.counts[column] += 1;
        row.took += took;
    }

    /// Counts a write that was acknowledged, and has to be there from now on.
    pub(crate) fn acknowledged(&mut self, what: &str) {
        *self.writes.entry(what.to_owned()).or_default() += 1;
    }

    /// All requests.
    pub(crate) fn sum(&self) -> usize {
        self.routes.values().flat_map(|row| row.counts).sum()
    }

    /// Whether this route was asked.
    pub(crate) fn was_asked(&self, route: &str) -> bool {
        self.routes.contains_key(route)
    }

    /// Whether this route did at least once what it is for.
    pub(crate) fn has_succeeded(&self, route: &str) -> bool {
        self.routes.get(route).is_some_and(|row| row.done > 0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = ["2xx", "3xx", "4xx", "5xx", "none", "mean ms"];
        write!(f, "{:<26}", "")?;
        columns.iter().try_for_each(|column| write!(f, "{column:>8}"))?;
        for (route, Row { counts, took, .. }) in &self.routes {
            write!(f, "\n{route:<26}")?;
            counts.iter().try_for_each(|count| write!(f, "{count:>8}"))?;
            let all = counts.iter().sum::<usize>().max(1) as f64;
            write!(f, "{:>8.1}", took.as_secs_f64() * 1_000.0 / all)?;
        }
        let writes = self.writes.iter().map(|(what, count)| format!("{count} × {what}"));
        writeln!(f, "\nAcknowledged and kept: {}", writes.collect::<Vec<_>>().join(", "))
    }
}

//! What was really heard.

use simulator::{Ending, Heard};

use crate::{
    http::{ask, request},
    processes::Processes,
};

/// What the simulator recorded of an account.
pub(crate) async fn all(processes: &Processes, account: &str) -> anyhow::Result<Vec<Heard>> {
    let path = format!("/control/accounts/{account}/heard");
    let answer =
        ask(processes.simulator, &request(processes.simulator, "GET", &path, &[], "")).await?;
    Ok(serde_json::from_slice(&answer.body)?)
}

/// Those that are a track's beginning, and no going on after a break: nor of what stood at its start, where a
/// list had ended, until the host pressed "Play".
pub(crate) fn begun(heard: &[Heard]) -> impl Iterator<Item = &Heard> {
    heard.iter().filter(|heard| heard.position_ms == 0 && !heard.resumed)
}

/// When nothing was heard: from, until.
pub(crate) fn silences(heard: &[Heard], now_ms: u64) -> Vec<(u64, u64)> {
    let mut silences: Vec<_> =
        heard.windows(2).filter_map(|pair| Some((pair[0].ended?.0, pair[1].from_ms))).collect();
    silences.extend(heard.last().and_then(|last| Some((last.ended?.0, now_ms.max(last.ended?.0)))));
    silences
}

pub(crate) fn was_skipped(heard: &Heard) -> bool {
    matches!(heard.ended, Some((_, Ending::Skipped)))
}

//! What was really heard.

use simulator::{Ending, Heard};

use crate::{
    http::{ask, request},
    processes::Processes,
};

/// So soon after the host pressed "Play", what stood begins.
const PRESSED_MS: u64 = 10_000;

/// What the simulator recorded of an account.
pub(crate) async fn all(processes: &Processes, account: &str) -> anyhow::Result<Vec<Heard>> {
    let path = format!("/control/accounts/{account}/heard");
    let answer =
        ask(processes.simulator, &request(processes.simulator, "GET", &path, &[], "")).await?;
    Ok(serde_json::from_slice(&answer.body)?)
}

/// Those that are a track's beginning, and no going on after a break: nor what stood at its start, where a
/// list had ended, until the host pressed "Play".
pub(crate) fn begun<'a>(
    heard: &'a [Heard],
    pressed_ms: &'a [u64],
) -> impl Iterator<Item = &'a Heard> {
    let before = [None].into_iter().chain(heard.iter().map(Some));
    let stood = |before: &Heard, now: &Heard| {
        let is_over = |(at, ending): (u64, Ending)| ending == Ending::Finished && at < now.from_ms;
        let is_press = |at: &u64| (*at..*at + PRESSED_MS).contains(&now.from_ms);
        before.ended.is_some_and(is_over) && pressed_ms.iter().any(is_press)
    };
    let is_new = move |(before, now): &(Option<&Heard>, &Heard)| {
        now.position_ms == 0 && !before.is_some_and(|before| stood(before, now))
    };
    before.zip(heard).filter(is_new).map(|(_, now)| now)
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

//! How often Spotify is asked in the middle of a track.

use std::time::Duration;

use serde::Deserialize;

use crate::{
    http::{ask, request},
    processes::Processes,
};

/// The simulator's log.
#[derive(Deserialize)]
struct Log {
    requests: Vec<Call>,
}

#[derive(Deserialize)]
struct Call {
    at_ms: u64,
}

/// Calls in the `window` that begins with one of them, without that one: so that chance does not
/// decide whether one more falls into it.
///
/// # Errors
/// If the simulator does not answer.
pub async fn count(processes: &Processes, window: Duration) -> anyhow::Result<usize> {
    let simulator = processes.simulator;
    ask(simulator, &request("DELETE", "/control/requests", &[], "")).await?;
    ask(simulator, &request("GET", "/control/wait?on=*", &[], "")).await?;
    tokio::time::sleep(window).await;
    let answer = ask(simulator, &request("GET", "/control/requests", &[], "")).await?;
    let log: Log = serde_json::from_slice(&answer.body)?;
    let times: Vec<u64> = log.requests.iter().map(|call| call.at_ms).collect();
    let first = times.iter().min().copied().unwrap_or_default();
    let within = |at: &&u64| u128::from(**at - first) <= window.as_millis() && **at > first;
    Ok(times.iter().filter(within).count())
}

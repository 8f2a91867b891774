//! How often Spotify is called in the middle of a track.

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

/// A call of Spotify's.
#[derive(Deserialize)]
pub struct Call {
    /// When it came, in Unix milliseconds.
    pub at_ms: u64,
    /// Such as `PUT`.
    pub method: String,
    /// The account whose token it carried.
    pub account: Option<String>,
}

/// Calls in the `window` that begins with one of them, without that one: so that chance does not
/// decide whether one more falls into it.
///
/// # Errors
/// If the simulator does not answer.
pub async fn count(processes: &Processes, window: Duration) -> anyhow::Result<usize> {
    forget(processes).await?;
    let wait = request(processes.simulator, "GET", "/control/wait?on=*", &[], "");
    ask(processes.simulator, &wait).await?;
    tokio::time::sleep(window).await;
    let times = times(processes).await?;
    let first = times.iter().min().copied().unwrap_or_default();
    let within = |at: &&u64| u128::from(**at - first) <= window.as_millis() && **at > first;
    Ok(times.iter().filter(within).count())
}

/// Lets the simulator's log start afresh.
///
/// # Errors
/// If the simulator does not answer.
pub async fn forget(processes: &Processes) -> anyhow::Result<()> {
    let forget = request(processes.simulator, "DELETE", "/control/requests", &[], "");
    ask(processes.simulator, &forget).await.map(drop)
}

/// When the calls in the simulator's log came, in Unix milliseconds.
///
/// # Errors
/// If the simulator does not answer.
pub async fn times(processes: &Processes) -> anyhow::Result<Vec<u64>> {
    Ok(log(processes).await?.iter().map(|call| call.at_ms).collect())
}

/// The calls in the simulator's log.
///
/// # Errors
/// If the simulator does not answer.
pub async fn log(processes: &Processes) -> anyhow::Result<Vec<Call>> {
    let answer = ask(
        processes.simulator,
        &request(processes.simulator, "GET", "/control/requests", &[], ""),
    )
    .await?;
    let log: Log = serde_json::from_slice(&answer.body)?;
    Ok(log.requests)
}

//! Attacks, while people use two rooms: the one that is attacked, and one that is to notice nothing.
//!
//! Each has a server of its own, with the limits that it has by itself. It is told that a proxy on
//! this machine names its clients, since it counts nobody on this machine otherwise.

mod guesses;
mod presses;
mod scene;
mod silent;
mod slow_readers;

use std::path::Path;

use crate::{options::Plan, processes::Processes, report::Report};

/// Open files that the largest of the attacks needs.
pub const FILES: usize = 3_000;
const BEHIND_A_PROXY: &[(&str, &str)] = &[("AUXROOM_TRUSTED_PROXIES", "127.0.0.1")];

/// Adds everything about the attacks to the report.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(
    server: Option<&Path>,
    plan: &Plan,
    report: &mut Report,
) -> anyhow::Result<()> {
    let start = || Processes::start(server, BEHIND_A_PROXY);
    silent::measure(&start().await?, plan, report).await?;
    slow_readers::measure(&start().await?, plan, report).await?;
    guesses::measure(&start().await?, plan, report).await?;
    presses::measure(&start().await?, plan, report).await
}

//! `auxroom serve`: the server, until SIGTERM or Ctrl-C.

use anyhow::Context as _;
use leptos::config::get_configuration;
use tokio::signal::unix::{SignalKind, signal};

use crate::server::{
    boot::{
        run::{Server, Timing},
        telemetry,
    },
    clock::Clock,
    http::connections::Limits,
};

/// Serves until the process is told to stop.
///
/// # Errors
/// If it cannot start.
pub(super) async fn serve(var: impl Fn(&str) -> Option<String>) -> anyhow::Result<()> {
    telemetry::start(var("RUST_LOG").as_deref(), var("AUXROOM_LOG_FORMAT").as_deref())?;
    let options =
        get_configuration(None).context("LEPTOS_ variables, LEPTOS_SITE_ADDR first of all")?;
    let options = options.leptos_options;
    // Each connection is one; 1,024 is what most systems give a process that does not ask.
    let files = rlimit::increase_nofile_limit(u64::MAX)?;
    let timing = Timing { connections: Limits::for_files(files), ..Timing::default() };
    let server = Server::prepare(options, var, Clock::system(), timing).await?;
    let demo = if server.app.site.is_demo { " (demo: a simulated Spotify)" } else { "" };
    tracing::info!("Listening on http://{}{demo}", server.address);

    let mut terminate = signal(SignalKind::terminate())?;
    server
        .run(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            tracing::info!("Stopping");
        })
        .await
}

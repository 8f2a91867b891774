//! The simulator as a program, with its controls, for browser tests and benchmarks.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, io};

use axum::serve::ListenerExt;
use simulator::{Options, RedirectUris, Simulator};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> io::Result<()> {
    tracing_subscriber::fmt().init();
    let redirect_uris =
        variable("SIMULATOR_REDIRECT_URIS", "http://127.0.0.1:3000/spotify/callback");
    let simulator = Simulator::new(Options {
        now: Arc::new(unix_ms),
        client_id: variable("SIMULATOR_CLIENT_ID", "simulator"),
        client_secret: variable("SIMULATOR_CLIENT_SECRET", "simulator-secret"),
        redirect_uris: RedirectUris::Exact(
            redirect_uris.split(',').map(|uri| uri.trim().to_owned()).collect(),
        ),
        public_url: None,
        file: None,
        controls: true,
        seed: None,
    });

    let listener = TcpListener::bind(variable("SIMULATOR_ADDR", "127.0.0.1:4000")).await?;
    tracing::info!("Simulating Spotify at http://{}", listener.local_addr()?);
    // Small answers must not wait for the acknowledgement of earlier ones.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let mut terminate = signal(SignalKind::terminate())?;
    // No graceful shutdown: a hanging request would hold it up for ever.
    tokio::select! {
        served = axum::serve(listener, simulator.router()) => served,
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program of its own: this is where its environment is read"
)]
fn variable(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "a program of its own: this is its clock")]
fn unix_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

//! `/metrics` for Prometheus, on a listener of its own: it is nobody's business but the operator's.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tokio::net::TcpListener;

use crate::server::{
    http::{
        connections::{Limits, serve},
        network::TrustedProxies,
        state::AppState,
    },
    metrics::Gauges,
    rooms::lifecycle,
    spotify::Service,
};

/// Nothing is kept one by one for longer, whether or not anybody asks.
const SUM_UP: Duration = Duration::from_secs(5);
/// More than anybody who asks every few seconds needs.
const CONNECTIONS: usize = 16;

/// Where Prometheus asks.
#[derive(Debug)]
pub struct MetricsServer {
    /// Where it listens.
    pub address: SocketAddr,
    listener: TcpListener,
}

/// Where the figures are that nobody counts along.
#[derive(Clone)]
struct Sources {
    app: AppState,
}

impl MetricsServer {
    /// Takes the address.
    ///
    /// # Errors
    /// If it is taken already, or not this machine's.
    pub async fn bind(wanted: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(wanted)
            .await
            .with_context(|| format!("AUXROOM_METRICS_ADDR: {wanted} cannot be listened on"))?;
        Ok(Self { address: listener.local_addr()?, listener })
    }

    /// Answers until the process is to stop.
    pub async fn run(self, app: AppState) {
        let shutdown = app.shutdown.clone();
        let metrics = app.metrics.clone();
        let summing_up = async move {
            loop {
                tokio::time::sleep(SUM_UP).await;
                metrics.sum_up();
            }
        };
        let sources = Sources { app };
        let router = Router::new().route("/metrics", get(answer)).with_state(sources);
        let limits = Limits { connections: CONNECTIONS, ..Limits::for_files(0) };
        tokio::select! {
            () = serve(self.listener, router, limits, TrustedProxies::default(), shutdown) => {}
            () = summing_up => {}
        }
    }
}

async fn answer(State(sources): State<Sources>) -> Response {
    match sources.gauges().await {
        Ok(gauges) => {
            let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            (kind, sources.app.metrics.render(gauges)).into_response()
        }
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "The rooms could not be counted");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

impl Sources {
    async fn gauges(&self) -> anyhow::Result<Gauges> {
        let now = self.app.now();
        let (guests_connected, event_streams) = self.app.streams.count();
        let rate_limit = &self.app.limiter.rate_limit;
        let wait_ms = rate_limit.until(Service::WebApi).since(now);
        let budget = self.app.limiter.budget(Service::WebApi);
        let calls_waiting = *budget.waiting().borrow();
        Ok(Gauges {
            budget_left: budget.left(),
            calls_waiting,
            rooms: lifecycle::count_open(&self.app.database).await?,
            live_rooms: self.app.hub.len(),
            guests_connected,
            event_streams,
            rate_limited: Duration::from_millis(wait_ms),
        })
    }
}

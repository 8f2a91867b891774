//! What is measured, in Prometheus' words.
//!
//! Each server has a recorder of its own, so that several in one process do not count together.
//! Nothing here says which person, room or address something was about.

use std::{fmt, sync::Arc, time::Duration};

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
    with_local_recorder,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusRecorder};
use reqwest::Method;

use crate::server::clock::Clock;

const ROOMS: &str = "auxroom_rooms";
const LIVE_ROOMS: &str = "auxroom_live_rooms";
const GUESTS: &str = "auxroom_guests_connected";
const STREAMS: &str = "auxroom_event_streams";
const BUDGET_LEFT: &str = "auxroom_spotify_budget_left";
const CALLS_WAITING: &str = "auxroom_spotify_calls_waiting";
const RATE_LIMITED: &str = "auxroom_spotify_rate_limited_seconds";
const SPOTIFY_REQUESTS: &str = "auxroom_spotify_requests_total";
const SPOTIFY_DURATION: &str = "auxroom_spotify_request_duration_seconds";
const PUBLICATION: &str = "auxroom_publication_duration_seconds";
const DATABASE_WAIT: &str = "auxroom_database_wait_seconds";
const HTTP_REQUESTS: &str = "auxroom_http_requests_total";
const REFUSED: &str = "auxroom_refused_requests_total";

/// Upper bounds in seconds. Spotify is given ten; a vote is to be on every screen within 25 ms.
const SPOTIFY_BUCKETS: &[f64] = &[0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const PUBLICATION_BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0];
const DATABASE_BUCKETS: &[f64] = &[0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// The methods that pages, scripts and supervisors use.
const KNOWN: [Method; 4] = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS];

/// Counts and measures. Cheap to clone; switched off, it does nothing.
#[derive(Clone, Default)]
pub struct Metrics(Option<Arc<Recording>>);

struct Recording {
    recorder: PrometheusRecorder,
    clock: Clock,
}

/// When something began.
#[derive(Clone, Copy, Debug)]
pub struct Began(Duration);

/// What is so at one moment: looked up when somebody asks, not counted along.
#[derive(Clone, Copy, Debug)]
pub struct Gauges {
    /// Rooms that are open.
    pub rooms: u64,
    /// Rooms that somebody watches, or that have something to see to.
    pub live_rooms: usize,
    /// People with at least one event stream.
    pub guests_connected: usize,
    /// Event streams.
    pub event_streams: usize,
    /// Calls of the Web API that may still be made in this window of 30 s.
    pub budget_left: usize,
    /// Calls of the Web API that wait for that.
    pub calls_waiting: usize,
    /// How long Spotify must not be asked.
    pub rate_limited: Duration,
}

impl Metrics {
    /// Metrics that are kept, and measure by `clock`.
    pub fn on(clock: Clock) -> Self {
        let buckets = |builder: PrometheusBuilder, name: &str, bounds| {
            let builder = builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), bounds);
            builder.expect("there are buckets")
        };
        let builder = buckets(PrometheusBuilder::new(), SPOTIFY_DURATION, SPOTIFY_BUCKETS);
        let builder = buckets(builder, PUBLICATION, PUBLICATION_BUCKETS);
        let builder = buckets(builder, DATABASE_WAIT, DATABASE_BUCKETS);
        let recorder = builder.build_recorder();
        with_local_recorder(&recorder, describe);
        Self(Some(Arc::new(Recording { recorder, clock })))
    }

    /// Begins to measure; nothing if nothing is kept.
    pub fn begin(&self) -> Option<Began> {
        self.0.as_ref().map(|recording| Began(recording.clock.elapsed()))
    }

    /// A request to Spotify was answered, or not: `path` is a template, `status` the answer's status,
    /// or why there is none: `timeout`, `unreachable` or `cancelled`.
    pub fn spotify_answered(
        &self,
        method: &Method,
        path: &str,
        status: &str,
        began: Option<Began>,
    ) {
        self.record(|| {
            let endpoint = format!("{method} {path}");
            let labels = [("endpoint", endpoint.clone()), ("status", status.to_owned())];
            counter!(SPOTIFY_REQUESTS, &labels).increment(1);
            let duration = |took| histogram!(SPOTIFY_DURATION, "endpoint" => endpoint).record(took);
            self.took(began, duration);
        });
    }

    /// A change that was announced then is published.
    pub fn published(&self, began: Began) {
        self.record(|| self.took(Some(began), |took| histogram!(PUBLICATION).record(took)));
    }

    /// A transaction that writes waited for its turn.
    pub fn database_waited(&self, began: Option<Began>) {
        self.record(|| self.took(began, |took| histogram!(DATABASE_WAIT).record(took)));
    }

    /// A request to the template `route` was answered.
    pub fn http_answered(&self, method: &Method, route: &str, status: u16) {
        self.record(|| {
            // Clients may invent methods: each would be kept for ever.
            let method = if KNOWN.contains(method) { method.as_str() } else { "other" };
            let labels = [("method", method), ("route", route), ("status", &status.to_string())];
            let labels = labels.map(|(name, value)| (name, value.to_owned()));
            counter!(HTTP_REQUESTS, &labels).increment(1);
        });
    }

    /// A limit refused a request.
    pub fn refused(&self, reason: &'static str) {
        self.record(|| counter!(REFUSED, "reason" => reason).increment(1));
    }

    /// Everything, as Prometheus reads it; empty if nothing is kept.
    pub fn render(&self, now: Gauges) -> String {
        self.record(|| {
            gauge!(ROOMS).set(now.rooms as f64);
            gauge!(LIVE_ROOMS).set(now.live_rooms as f64);
            gauge!(GUESTS).set(now.guests_connected as f64);
            gauge!(STREAMS).set(now.event_streams as f64);
            gauge!(BUDGET_LEFT).set(now.budget_left as f64);
            gauge!(CALLS_WAITING).set(now.calls_waiting as f64);
            gauge!(RATE_LIMITED).set(now.rate_limited.as_secs_f64());
        });
        let recording = self.0.as_ref();
        recording.map(|recording| recording.recorder.handle().render()).unwrap_or_default()
    }

    /// Sums up what was measured since the last time. Somebody has to, now and then: it is kept one
    /// by one until then.
    pub fn sum_up(&self) {
        if let Some(recording) = &self.0 {
            recording.recorder.handle().run_upkeep();
        }
    }

    fn record(&self, measure: impl FnOnce()) {
        if let Some(recording) = &self.0 {
            with_local_recorder(&recording.recorder, measure);
        }
    }

    fn took(&self, began: Option<Began>, measure: impl FnOnce(f64)) {
        if let (Some(recording), Some(Began(began))) = (&self.0, began) {
            measure(recording.clock.elapsed().saturating_sub(began).as_secs_f64());
        }
    }
}

fn describe() {
    describe_gauge!(ROOMS, "Open rooms");
    describe_gauge!(LIVE_ROOMS, "Rooms that somebody watches, or that have something to see to");
    describe_gauge!(GUESTS, "People with at least one open event stream, hosts among them");
    describe_gauge!(STREAMS, "Open event streams");
    describe_gauge!(BUDGET_LEFT, "Calls of Spotify's Web API that may still be made in these 30 s");
    describe_gauge!(CALLS_WAITING, "Calls of Spotify's Web API that wait for the budget");
    describe_gauge!(RATE_LIMITED, Unit::Seconds, "How long Spotify must not be asked");
    describe_counter!(SPOTIFY_REQUESTS, "Requests to Spotify by endpoint and status");
    describe_histogram!(SPOTIFY_DURATION, Unit::Seconds, "Until Spotify's answer began");
    describe_histogram!(PUBLICATION, Unit::Seconds, "From a change to the snapshot that shows it");
    describe_histogram!(DATABASE_WAIT, Unit::Seconds, "Until a transaction might write");
    describe_counter!(HTTP_REQUESTS, "Requests by method, route and status");
    describe_counter!(REFUSED, "Requests that a limit refused, by reason");
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Metrics(on)" } else { "Metrics(off)" })
    }
}

//! The log, on standard error.

use std::time::Duration;

use axum::extract::MatchedPath;
use tower_http::{
    classify::{ServerErrorsAsFailures, SharedClassifier},
    trace::{MakeSpan, OnResponse, TraceLayer},
};
use tracing::{Level, Metadata, Span, Subscriber};
use tracing_subscriber::{
    EnvFilter, filter::FilterFn, fmt::MakeWriter, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// Starts logging, as `RUST_LOG` says.
///
/// # Errors
/// If `RUST_LOG` makes no sense.
pub fn start(rust_log: Option<&str>) -> anyhow::Result<()> {
    subscriber(rust_log, std::io::stderr)?.init();
    Ok(())
}

fn subscriber<W>(rust_log: Option<&str>, writer: W) -> anyhow::Result<impl Subscriber>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // A variable that is set to nothing counts as not set.
    let rust_log = rust_log.filter(|value| !value.is_empty()).unwrap_or("info");
    let filter =
        EnvFilter::try_new(rust_log).map_err(|error| anyhow::anyhow!("RUST_LOG: {error}"))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).finish();
    Ok(lines.with(FilterFn::new(is_worth_a_line)))
}

/// Whether whoever runs the server can make use of it. `tower-sessions` warns of every cookie that
/// it does not know, and anybody can send those; its errors are real.
fn is_worth_a_line(metadata: &Metadata<'_>) -> bool {
    !(metadata.target().starts_with("tower_sessions") && *metadata.level() == Level::WARN)
}

/// One line for every request: never its query, headers or body, which hold codes and cookies.
pub fn layer()
-> TraceLayer<SharedClassifier<ServerErrorsAsFailures>, RequestSpan, (), RequestLine, (), (), ()> {
    TraceLayer::new_for_http()
        .make_span_with(RequestSpan)
        .on_request(())
        .on_response(RequestLine)
        .on_body_chunk(())
        .on_eos(())
        .on_failure(())
}

/// Names a request by its method and route.
#[derive(Clone, Copy, Debug)]
pub struct RequestSpan;

impl<B> MakeSpan<B> for RequestSpan {
    fn make_span(&mut self, request: &axum::http::Request<B>) -> Span {
        let route = request.extensions().get::<MatchedPath>();
        let route = route.map_or("unknown", MatchedPath::as_str);
        tracing::info_span!("request", method = %request.method(), route)
    }
}

/// Says how a request ended.
#[derive(Clone, Copy, Debug)]
pub struct RequestLine;

impl<B> OnResponse<B> for RequestLine {
    fn on_response(self, response: &axum::http::Response<B>, latency: Duration, _: &Span) {
        let ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(status = response.status().as_u16(), ms, "Answered");
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use super::*;

    /// Keeps what is logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn log_leaves_out_warnings_about_cookies_and_keeps_errors() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = subscriber(None, move || writer.clone()).unwrap();

        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(target: "tower_sessions::service", "malformed");
            tracing::warn!(target: "tower_sessions_core::session", "unknown");
            tracing::error!(target: "tower_sessions::service", "unsaved");
            tracing::error!(target: "tower_sessions_core::session", "unread");
            tracing::warn!("ours");
            tracing::debug!("talk");
        });

        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        for (word, logged) in [
            ("malformed", false),
            ("unknown", false),
            ("unsaved", true),
            ("unread", true),
            ("ours", true),
            ("talk", false),
        ] {
            assert_eq!(text.contains(word), logged, "{word}: {text}");
        }
    }
}

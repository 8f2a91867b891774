//! The log, on standard error.

use tracing::{Level, Metadata, Subscriber};
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

//! The log, on standard error.

use std::io::{IsTerminal as _, stderr};

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, filter::FilterFn, fmt::MakeWriter, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// Starts logging: as much as `RUST_LOG` says, in the format that `AUXROOM_LOG_FORMAT` names.
///
/// # Errors
/// If either of them makes no sense.
pub fn start(rust_log: Option<&str>, log_format: Option<&str>) -> anyhow::Result<()> {
    subscriber(rust_log, log_format, stderr().is_terminal(), stderr)?.init();
    Ok(())
}

fn subscriber<W>(
    rust_log: Option<&str>,
    log_format: Option<&str>,
    has_colours: bool,
    writer: W,
) -> anyhow::Result<Box<dyn Subscriber + Send + Sync>>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // A variable that is set to nothing counts as not set.
    let rust_log = rust_log.filter(|value| !value.is_empty()).unwrap_or("info");
    let filter =
        EnvFilter::try_new(rust_log).map_err(|error| anyhow::anyhow!("RUST_LOG: {error}"))?;
    let lines = tracing_subscriber::fmt();
    let lines = lines.with_env_filter(filter).with_ansi(has_colours).with_writer(writer);
    let worth = FilterFn::new(is_worth_a_line);
    match log_format.filter(|value| !value.is_empty()).unwrap_or("text") {
        "text" => Ok(Box::new(lines.finish().with(worth))),
        "json" => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            Ok(Box::new(lines.finish().with(worth)))
        }
        _ => anyhow::bail!("AUXROOM_LOG_FORMAT: must be text or json"),
    }
}

/// Whether whoever runs the server can make use of it. `tower-sessions` warns of every cookie that
/// it does not know, and anybody can send those; its errors are real. Its span around every request
/// would hide ours, and say nothing.
fn is_worth_a_line(metadata: &Metadata<'_>) -> bool {
    let is_of_sessions = metadata.target().starts_with("tower_sessions");
    !(is_of_sessions && (metadata.is_span() || *metadata.level() == Level::WARN))
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

    impl Log {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    #[test]
    fn log_format_is_text_or_json_and_nothing_else() {
        let said = |format: Option<&str>| {
            let log = Log::default();
            let writer = log.clone();
            let subscriber = subscriber(None, format, false, move || writer.clone())?;
            tracing::subscriber::with_default(subscriber, || {
                let _span = tracing::info_span!("request", id = "7").entered();
                tracing::info!(status = 200, "Answered");
            });
            anyhow::Ok(log.text())
        };

        for format in [None, Some(""), Some("text")] {
            assert!(said(format).unwrap().contains("INFO request{id=\"7\"}"), "{format:?}");
        }
        let line: serde_json::Value = serde_json::from_str(&said(Some("json")).unwrap()).unwrap();
        assert_eq!((&line["message"], &line["level"]), (&"Answered".into(), &"INFO".into()));
        assert_eq!((&line["status"], &line["span"]["id"]), (&200.into(), &"7".into()));
        let refusal = said(Some("xml")).expect_err("no such format");
        assert!(refusal.to_string().contains("AUXROOM_LOG_FORMAT"));
    }

    #[test]
    fn log_leaves_out_warnings_about_cookies_and_keeps_errors() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = subscriber(None, None, false, move || writer.clone()).unwrap();

        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(target: "tower_sessions::service", "malformed");
            tracing::warn!(target: "tower_sessions_core::session", "unknown");
            tracing::error!(target: "tower_sessions::service", "unsaved");
            tracing::error!(target: "tower_sessions_core::session", "unread");
            tracing::warn!("ours");
            tracing::debug!("talk");
        });

        let text = log.text();
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

//! Misbehaviour on demand: what is done to a request in place of the proper answer.

mod broken;

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Simulator;
use crate::activity::Pending;
use crate::requests::{Received, matches};

/// Something to go wrong, once or a number of times.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The requests it befalls: `METHOD /path` with `*` for any text.
    pub on: String,
    /// How many of them.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether a command takes effect before all this; when not told, it does unless the answer is an error or none.
    /// What only hangs or is late takes effect afterwards at the latest.
    #[serde(default)]
    pub executed: Option<bool>,
    /// How late the answer is, in milliseconds of real time.
    #[serde(default)]
    pub delay_ms: u64,
    /// What becomes of the answer.
    #[serde(default)]
    pub effect: Effect,
}

/// What becomes of an answer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// Nothing: it is only late.
    #[default]
    Pass,
    /// It is this one.
    Answer {
        /// The status.
        status: u16,
        /// Such as `retry-after`.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// Text as it is; anything else as JSON.
        #[serde(default)]
        body: Value,
    },
    /// It is 200 with this text.
    Text(String),
    /// It never comes, until [`Simulator::release`].
    Hang,
    /// The connection closes.
    Close,
    /// The connection closes after half of the body.
    Truncate,
    /// The JSON is not JSON.
    Malform,
    /// The JSON lacks fields, or has other values.
    Edit {
        /// JSON pointers to what goes missing.
        #[serde(default)]
        remove: Vec<String>,
        /// JSON pointers to what gets another value.
        #[serde(default)]
        set: Map<String, Value>,
    },
}

impl Fault {
    /// `effect` befalls the next request that matches `on`.
    pub fn new(on: &str, effect: Effect) -> Self {
        Self { on: on.to_owned(), times: 1, executed: None, delay_ms: 0, effect }
    }

    /// The next request that matches `on` is answered with a bare `status`.
    pub fn status(on: &str, status: u16) -> Self {
        Self::new(on, Effect::Answer { status, headers: BTreeMap::new(), body: Value::Null })
    }

    /// The next request that matches `on` is one too many; `retry_after` is in seconds and may be missing.
    pub fn rate_limited(on: &str, retry_after: Option<u64>) -> Self {
        let headers = retry_after.map(|seconds| ("retry-after".to_owned(), seconds.to_string()));
        let body =
            serde_json::json!({ "error": { "status": 429, "message": "API rate limit exceeded" } });
        Self::new(on, Effect::Answer { status: 429, headers: headers.into_iter().collect(), body })
    }

    /// The same, for that many requests.
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The same, with the command taking effect or not.
    pub fn executed(self, executed: bool) -> Self {
        Self { executed: Some(executed), ..self }
    }

    /// The same, answered so many milliseconds late.
    pub fn delayed(self, delay_ms: u64) -> Self {
        Self { delay_ms, ..self }
    }

    fn is_executed(&self) -> bool {
        self.executed.unwrap_or(match &self.effect {
            Effect::Answer { status, .. } => *status < 400,
            Effect::Close | Effect::Hang => false,
            _ => true,
        })
    }

    /// What becomes of a request whose proper answer is `proper`, once that is awaited.
    async fn befall(
        self,
        simulator: &Simulator,
        mut pending: Pending<'_>,
        mut received: Received,
        proper: impl Future<Output = Response>,
    ) -> Response {
        let (answer, late) =
            if self.is_executed() { (Some(proper.await), None) } else { (None, Some(proper)) };
        let answer = match self.effect {
            Effect::Pass | Effect::Hang => answer,
            _ => Some(self.effect.apply(answer.unwrap_or_default()).await),
        };
        let is_silent = matches!(self.effect, Effect::Hang | Effect::Close);
        let status = answer.as_ref().filter(|_| !is_silent).map(Response::status);
        received.status = status.map(|status| status.as_u16());
        let mut released = simulator.inner.released.subscribe();
        let hangs = matches!(self.effect, Effect::Hang);
        if hangs {
            // Before it is logged: whoever waited for the log finds it among those that hang.
            pending.set_hanging(true);
        }
        simulator.log_request(received);

        tokio::time::sleep(Duration::from_millis(self.delay_ms)).await;
        if hangs {
            // Fails only without a sender, which lives as long as the simulator.
            let _ = released.changed().await;
            pending.set_hanging(false);
        }
        match late {
            Some(late) if answer.is_none() => late.await,
            _ => answer.unwrap_or_default(),
        }
    }
}

impl Simulator {
    /// Adds to what goes wrong; the oldest fault that matches a request comes first.
    pub fn fault(&self, fault: Fault) {
        self.faults().push(fault);
    }

    /// From now on everything works.
    pub fn clear_faults(&self) {
        self.faults().clear();
    }

    /// Lets every request go on that hangs.
    pub fn release(&self) {
        self.inner.released.send_replace(());
    }

    fn take_fault(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut faults = self.faults();
        faults.retain(|fault| fault.times > 0);
        let fault = faults.iter_mut().find(|fault| matches(&fault.on, method.as_str(), path))?;
        fault.times -= 1;
        Some(fault.clone())
    }
}

/// Counts and logs each request, and does to it what a fault demands.
pub(crate) async fn intercept(
    State(simulator): State<Simulator>,
    request: Request,
    next: Next,
) -> Response {
    let pending = Pending::new(&simulator.inner.activity);
    let mut received = Received::new(&simulator, &request);
    let fault = simulator.take_fault(request.method(), &received.path);
    let proper = run(request, next);
    if let Some(fault) = fault {
        return fault.befall(&simulator, pending, received, proper).await;
    }
    let answer = proper.await;
    received.status = Some(answer.status().as_u16());
    simulator.log_request(received);
    answer
}

/// The proper answer, or the one of the proxy in front to a body of unknown length.
async fn run(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let has_length = headers.contains_key(header::CONTENT_LENGTH)
        || headers.contains_key(header::TRANSFER_ENCODING);
    if matches!(*request.method(), Method::PUT | Method::POST) && !has_length {
        let page = "<!DOCTYPE html>\n<html lang=en>\n<title>Error 411 (Length Required)</title>\n\
                    <p><b>411.</b> POST requests require a <code>Content-length</code> header.\n";
        return (StatusCode::LENGTH_REQUIRED, Html(page)).into_response();
    }
    next.run(request).await
}

impl Effect {
    /// The answer that is sent in place of `proper`.
    async fn apply(&self, proper: Response) -> Response {
        match self {
            Self::Pass | Self::Hang => proper,
            Self::Text(text) => text.clone().into_response(),
            Self::Close => broken::closed(),
            Self::Truncate => broken::truncated(proper).await,
            Self::Malform => broken::malformed(proper).await,
            Self::Edit { remove, set } => broken::edited(proper, remove, set).await,
            Self::Answer { status, headers, body } => {
                let mut answer = match body {
                    Value::Null => Response::default(),
                    Value::String(text) => text.clone().into_response(),
                    json => axum::Json(json).into_response(),
                };
                *answer.status_mut() =
                    StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                for (name, value) in headers {
                    if let (Ok(name), Ok(value)) =
                        (header::HeaderName::try_from(name), value.parse())
                    {
                        answer.headers_mut().insert(name, value);
                    }
                }
                answer
            }
        }
    }
}

fn once() -> u32 {
    1
}

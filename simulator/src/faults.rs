//! What can go wrong with a request, as tests order it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::requests::matches;

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

    /// Whether a command takes effect before anything else happens.
    pub(crate) fn is_executed(&self) -> bool {
        self.executed.unwrap_or(match &self.effect {
            Effect::Answer { status, .. } => *status < 400,
            Effect::Close | Effect::Hang => false,
            _ => true,
        })
    }
}

/// What is still to go wrong, oldest first.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest fault that applies to this request, which uses up one of its times.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        self.0.retain(|fault| fault.times > 0);
        let fault = self.0.iter_mut().find(|fault| matches(&fault.on, method, path))?;
        fault.times -= 1;
        Some(fault.clone())
    }
}

fn once() -> u32 {
    1
}

//! What tests let go wrong with a request.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::requests::matches;

/// Something that goes wrong, once or several times.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The requests it applies to: `METHOD /path` with `*` for any text.
    pub on: String,
    /// How many of those requests.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether a command takes effect first. When left out, it does, unless the answer is an error or never comes.
    /// A command that only hangs or is delayed takes effect afterwards in any case.
    #[serde(default)]
    pub executed: Option<bool>,
    /// By how many milliseconds of real time the answer is delayed.
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
    /// It is sent as it is, delayed or not.
    #[default]
    Pass,
    /// This one replaces it.
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
    /// 200 with this text replaces it.
    Text(String),
    /// It does not come before [`Simulator::release`](crate::Simulator::release).
    Hang,
    /// The connection closes.
    Close,
    /// The connection closes after half of the body.
    Truncate,
    /// The JSON is broken.
    Malform,
    /// 200 with this many bytes of JSON that is one long list.
    Flood(u64),
    /// The JSON lacks fields, or has other values.
    Edit {
        /// JSON pointers to the fields that go missing.
        #[serde(default)]
        remove: Vec<String>,
        /// JSON pointers to the fields that get another value.
        #[serde(default)]
        set: Map<String, Value>,
    },
}

impl Fault {
    /// `effect`, for the next request that matches `on`.
    pub fn new(on: &str, effect: Effect) -> Self {
        Self { on: on.to_owned(), times: 1, executed: None, delay_ms: 0, effect }
    }

    /// A bare `status` as the answer to the next request that matches `on`.
    pub fn status(on: &str, status: u16) -> Self {
        Self::new(on, Effect::Answer { status, headers: BTreeMap::new(), body: Value::Null })
    }

    /// 429 as the answer to the next request that matches `on`, with `retry_after` in seconds, if any.
    pub fn rate_limited(on: &str, retry_after: Option<u64>) -> Self {
        let headers = retry_after.map(|seconds| ("retry-after".to_owned(), seconds.to_string()));
        let body =
            serde_json::json!({ "error": { "status": 429, "message": "API rate limit exceeded" } });
        Self::new(on, Effect::Answer { status: 429, headers: headers.into_iter().collect(), body })
    }

    /// The same, for this many requests.
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// The same, with the command taking effect first or not.
    pub fn executed(self, executed: bool) -> Self {
        Self { executed: Some(executed), ..self }
    }

    /// The same, with the answer delayed by this many milliseconds.
    pub fn delayed(self, delay_ms: u64) -> Self {
        Self { delay_ms, ..self }
    }

    /// Whether a command takes effect first.
    pub(crate) fn is_executed(&self) -> bool {
        self.executed.unwrap_or(match &self.effect {
            Effect::Answer { status, .. } => *status < 400,
            Effect::Close | Effect::Hang => false,
            _ => true,
        })
    }
}

/// The faults that have not been used up, oldest first.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The oldest fault that applies to this request, used up by one.
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

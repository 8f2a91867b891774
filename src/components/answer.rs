//! The answer to the last press of a button.

use std::time::Duration;

use leptos::{
    prelude::*,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use leptos_router::hooks::use_query_map;

use crate::{error::AppError, model::Outcome, text};

/// How long a notice stays on the page.
pub(super) const LONG_ENOUGH_TO_READ: Duration = Duration::from_secs(8);

/// The latest answer to any of several actions.
#[derive(Clone, Copy)]
pub struct Answer(RwSignal<Option<Result<Outcome, AppError>>>);

impl Answer {
    /// No answer yet.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Takes over the answers to `action`, including one to a form that was sent without scripts.
    pub fn follow<F>(self, action: ServerAction<F>)
    where
        F: ServerFn<Output = Outcome, Error = AppError> + Clone + Send + Sync + 'static,
    {
        if let Some(drawn) = action.value().get_untracked() {
            self.0.set(Some(drawn));
        }
        Effect::new(move |_| action.value().get().map_or((), |result| self.receive(result)));
    }

    /// Takes over an answer.
    pub fn receive(self, result: Result<Outcome, AppError>) {
        let Self(answer) = self;
        // By then the page may be gone.
        if answer.try_set(Some(result)).is_none() && result.is_ok() {
            // By then a refusal may have come.
            let forget = move || _ = answer.try_update(|now| now.take_if(|now| now.is_ok()));
            set_timeout(forget, LONG_ENOUGH_TO_READ);
        }
    }

    /// Takes over the refusal that led to this page, of a form sent to an endpoint below `path`
    /// without scripts.
    pub fn follow_address(self, path: &str) {
        let query = use_query_map().get_untracked();
        let is_below = query.get("__path").is_some_and(|endpoint| endpoint.starts_with(path));
        if let Some(error) = query.get("__err").filter(|_| is_below) {
            self.0.set(Some(Err(ServerFnUrlError::decode_err(&error))));
        }
    }

    /// What came of it.
    pub fn outcome(self) -> Option<Outcome> {
        self.0.get()?.ok()
    }

    /// Forgets a refusal once `subject`, which it was about, has changed.
    pub fn forget_on_change<T: PartialEq + 'static>(self, subject: impl Fn() -> T + 'static) {
        let Self(answer) = self;
        Effect::new(move |before: Option<T>| {
            let now = subject();
            if before.is_some_and(|before| before != now)
                && answer.with_untracked(|answer| matches!(answer, Some(Err(_))))
            {
                answer.set(None);
            }
            now
        });
    }

    /// Why it was refused.
    pub fn refusal(self) -> Option<AppError> {
        self.0.get()?.err()
    }

    /// What came of it, where nothing else on the page shows that.
    pub fn notice(self) -> Option<&'static str> {
        self.0.get()?.ok().filter(|done| done.is_unexpected()).map(text::outcome)
    }
}

//! The answer to the last press of a button.

use std::time::Duration;

use leptos::{prelude::*, server_fn::ServerFn};

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
        let Self(answer) = self;
        let latest = move || action.value().get();
        if let Some(drawn) = action.value().get_untracked() {
            answer.set(Some(drawn));
        }
        Effect::new(move |_| {
            let Some(result) = latest() else { return };
            answer.set(Some(result));
            if result.is_ok() {
                // By then the page may be gone, or a refusal may have come.
                let forget = move || _ = answer.try_update(|now| now.take_if(|now| now.is_ok()));
                set_timeout(forget, LONG_ENOUGH_TO_READ);
            }
        });
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

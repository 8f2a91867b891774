//! The answer to the last press of a button.

use std::time::Duration;

use leptos::{ev::SubmitEvent, prelude::*};

use super::request;
use crate::{
    error::AppError,
    model::{Answered, Outcome},
    text,
};

/// How long a notice stays on the page.
pub(super) const LONG_ENOUGH_TO_READ: Duration = Duration::from_secs(8);

/// The latest answer to any of several forms.
#[derive(Clone, Copy)]
pub struct Answer {
    latest: RwSignal<Option<Result<Outcome, AppError>>>,
    led_here: Option<Outcome>,
}

impl Answer {
    /// The answer that led to this page, if it was to a form for an endpoint below `path`.
    pub fn first(answered: &Answered, path: &str) -> Self {
        let refusal = answered.refusal_below(path);
        Self { latest: RwSignal::new(refusal.map(Err)), led_here: answered.done }
    }

    /// What the form did that led to this page.
    pub fn led_here(self) -> Option<Outcome> {
        self.led_here
    }

    /// Sends a form in place of the browser, and takes over the answer.
    pub fn send(self, event: &SubmitEvent) {
        if let Some((endpoint, form)) = request::taken_from_browser(event) {
            leptos::task::spawn_local(async move {
                self.receive(request::ask(&endpoint, Some(form)).await);
            });
        }
    }

    fn receive(self, result: Result<Outcome, AppError>) {
        let Self { latest, .. } = self;
        // By then the page may be gone.
        if latest.try_set(Some(result)).is_none() && result.is_ok() {
            // By then a refusal may have come.
            let forget = move || _ = latest.try_update(|now| now.take_if(|now| now.is_ok()));
            set_timeout(forget, LONG_ENOUGH_TO_READ);
        }
    }

    /// What came of it.
    pub fn outcome(self) -> Option<Outcome> {
        self.latest.get()?.ok()
    }

    /// Forgets a refusal once `subject`, which it was about, has changed.
    pub fn forget_on_change<T: PartialEq + 'static>(self, subject: impl Fn() -> T + 'static) {
        let Self { latest, .. } = self;
        Effect::new(move |before: Option<T>| {
            let now = subject();
            if before.is_some_and(|before| before != now)
                && latest.with_untracked(|latest| matches!(latest, Some(Err(_))))
            {
                latest.set(None);
            }
            now
        });
    }

    /// Why it was refused.
    pub fn refusal(self) -> Option<AppError> {
        self.latest.get()?.err()
    }

    /// What came of it, where nothing else on the page shows that.
    pub fn notice(self) -> Option<&'static str> {
        self.latest.get()?.ok().filter(|done| done.is_unexpected()).map(text::outcome)
    }
}

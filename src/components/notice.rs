//! What a form did, or why it was refused.

use leptos::prelude::*;

use super::answer::LONG_ENOUGH_TO_READ;
use crate::{error::AppError, model::Outcome, text};

/// Says why a form was refused; nothing while it was not.
#[component]
pub fn FormError(error: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        error.get().map(|error| view! { <p class="trouble" role="alert">{text::error(error)}</p> })
    }
}

/// Says what the form that led to this page did; with scripts, for a while only.
#[component]
pub fn Notice(done: Option<Outcome>) -> impl IntoView {
    let shown = RwSignal::new(done);
    if done.is_some() {
        Effect::new(move |_| set_timeout(move || _ = shown.try_set(None), LONG_ENOUGH_TO_READ));
    }
    move || {
        shown.get().map(|done| view! { <p class="notice" role="status">{text::outcome(done)}</p> })
    }
}

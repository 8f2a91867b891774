//! What forms have in common.

use leptos::{
    prelude::*,
    server_fn::{ServerFn, error::FromServerFnError},
};
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{error::AppError, model::Done};

/// The room's code in the page's address.
pub(crate) fn use_code() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let params = use_params_map();
    move || params.with(|params| params.get("code")).unwrap_or_default()
}

/// Why the action's last form was refused, with scripts or without.
pub(crate) fn error_of<F>(action: ServerAction<F>) -> Signal<Option<AppError>>
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
    F::Error: FromServerFnError + Send + Sync,
{
    Signal::derive(move || {
        action.value().with(|value| match value {
            Some(Err(error)) => Some(*error),
            _ => None,
        })
    })
}

/// Names the room that a form is about.
#[component]
pub(crate) fn CodeField(code: StoredValue<String>) -> impl IntoView {
    view! { <input type="hidden" name="code" value=code.get_value()/> }
}

/// Says why a form was refused.
#[component]
pub(crate) fn Trouble(error: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        error.get().map(|error| view! { <p class="trouble" role="alert">{error.to_string()}</p> })
    }
}

/// Says beside a field what is wrong with it.
#[component]
pub(crate) fn FieldError(
    /// The element's id, which the field is described by.
    id: &'static str,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    view! {
        <p id=id class="trouble" role="alert">{move || error.get().map(|error| error.to_string())}</p>
    }
}

/// Says what the form before this page did.
#[component]
pub(crate) fn DoneNotice() -> impl IntoView {
    let query = use_query_map();
    let done =
        move || query.with(|query| query.get("done").and_then(|word| Done::from_word(&word)));
    move || done().map(|done| view! { <p class="notice" role="status">{done.text()}</p> })
}

//! What forms have in common.

use leptos::{
    prelude::*,
    server_fn::{
        ServerFn,
        error::{FromServerFnError, ServerFnUrlError},
    },
};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::answer::LONG_ENOUGH_TO_READ;
use crate::{error::AppError, model::Outcome, text};

/// The room's code in the page's address.
pub fn use_room_code() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let params = use_params_map();
    move || params.with(|params| params.get("code")).unwrap_or_default()
}

/// Why the action's last form was refused, with scripts or without.
pub fn error_of<F>(action: ServerAction<F>) -> Signal<Option<AppError>>
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

/// Says why a form was refused; nothing while it was not.
#[component]
pub fn FormError(error: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        error.get().map(|error| view! { <p class="trouble" role="alert">{text::error(error)}</p> })
    }
}

/// Says why a form on another page was refused, if that led here.
#[component]
pub fn ErrorOfOtherForm(
    /// The endpoint of this page's own form, which shows its errors itself.
    except: &'static str,
) -> impl IntoView {
    let query = use_query_map();
    let error = Signal::derive(move || {
        query.with(|query| {
            let error =
                query.get("__err").filter(|_| query.get("__path").as_deref() != Some(except));
            error.map(|error| ServerFnUrlError::<AppError>::decode_err(&error))
        })
    });
    view! { <FormError error/> }
}

/// Says beside a field what is wrong with it.
#[component]
pub fn FieldError(
    /// The element's id, which the field is described by.
    #[prop(into)]
    id: String,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    view! {
        <p id=id class="trouble" role="alert">{move || error.get().map(text::error)}</p>
    }
}

/// Says what the form that led to this page did; with scripts, for a while only.
#[component]
pub fn OutcomeNotice() -> impl IntoView {
    let query = use_query_map();
    let done = Memo::new(move |_| query.with(|query| Outcome::from_word(&query.get("done")?)));
    let is_over = RwSignal::new(false);
    Effect::new(move |_| {
        done.track();
        is_over.set(false);
        set_timeout(move || _ = is_over.try_set(true), LONG_ENOUGH_TO_READ);
    });
    let shown = move || done.get().filter(|_| !is_over.get());
    move || shown().map(|done| view! { <p class="notice" role="status">{text::outcome(done)}</p> })
}

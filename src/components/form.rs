//! What the forms of pages have in common that the server alone draws.

use leptos::{
    prelude::*,
    server_fn::{
        ServerFn,
        error::{FromServerFnError, ServerFnUrlError},
    },
};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{FormError, Notice};
use crate::{
    error::AppError,
    model::{Answered, Outcome},
    text,
};

/// The room's code in the page's address.
pub fn use_room_code() -> String {
    use_params_map().with_untracked(|params| params.get("code")).unwrap_or_default()
}

/// The word in the page's address that has this name.
pub fn use_query(name: &str) -> Option<String> {
    use_query_map().with_untracked(|query| query.get(name))
}

/// What the form that led here did, or why it was refused.
pub fn use_answered() -> Answered {
    let refused = use_query("__path").zip(use_query("__err"));
    Answered {
        done: use_query("done").and_then(|word| Outcome::from_word(&word)),
        refused: refused
            .map(|(endpoint, error)| (endpoint, ServerFnUrlError::<AppError>::decode_err(&error))),
    }
}

/// Why the action's last form was refused.
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

/// Says why a form on another page was refused, if that led here.
#[component]
pub fn ErrorOfOtherForm(
    /// The endpoint of this page's own form, which shows its errors itself.
    except: &'static str,
) -> impl IntoView {
    let refused = use_answered().refused.filter(|(endpoint, _)| endpoint != except);
    let error = refused.map(|(_, error)| error);
    view! { <FormError error=Signal::stored(error)/> }
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

/// Says what the form that led to this page did.
#[component]
pub fn OutcomeNotice() -> impl IntoView {
    view! { <Notice done=use_answered().done/> }
}

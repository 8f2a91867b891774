//! How a server function answers: a form is sent to a page that says what happened, a script reads
//! the outcome itself. What is refused is answered in `forms`.

use axum::http::{
    HeaderMap, StatusCode,
    header::{ACCEPT, REFERER, RETRY_AFTER},
    request::Parts,
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tracing::{Instrument as _, Span};

use crate::{
    error::AppError,
    model::{Outcome, paths},
    server::http::{refusals, request_id::RequestSpan, state::AppState},
};

/// Ends a command that a script shows in place: only a plain form is sent to `path`.
pub fn done_at(path: &str, outcome: Outcome) -> Outcome {
    if let Some(parts) = use_context::<Parts>().filter(|parts| accepts_html(&parts.headers)) {
        leptos_axum::redirect(&paths::with_done(&as_still(path, &parts.headers), outcome));
    }
    outcome
}

/// Ends a command that leads to another page, for forms and scripts alike.
pub fn go_to(path: &str, outcome: Outcome) -> Outcome {
    leptos_axum::redirect(&paths::with_done(path, outcome));
    outcome
}

/// Gives the page that is being drawn the status of what goes wrong.
///
/// # Errors
/// Those of `view`.
pub async fn page<T>(view: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    let parts = use_context::<Parts>();
    let extensions = parts.as_ref().map(|parts| &parts.extensions);
    // The framework loads what a page shows in a task of its own.
    let span = extensions.and_then(|all| all.get::<RequestSpan>().cloned());
    let span = span.map_or_else(Span::none, |RequestSpan(span)| span);
    let network = extensions.and_then(|all| all.get().copied());
    view.instrument(span).await.map_err(|error| {
        let error = match (use_context::<AppState>(), network) {
            (Some(app), Some(network)) => {
                let error = app.limits.screen(network, error);
                refusals::count(&app, error);
                error
            }
            _ => error,
        };
        if let (Some(response), Ok(status)) =
            (use_context::<ResponseOptions>(), StatusCode::from_u16(error.status()))
        {
            response.set_status(status);
            if let Some(seconds) = error.retry_after_s() {
                response.insert_header(RETRY_AFTER, seconds.into());
            }
        }
        error
    })
}

/// A page that does not refresh itself, if the form was on one.
pub(super) fn as_still(path: &str, headers: &HeaderMap) -> String {
    let from = headers.get(REFERER).and_then(|from| from.to_str().ok());
    if from.is_some_and(|from| from.contains(paths::WITHOUT_REFRESH)) {
        paths::without_refresh(path)
    } else {
        path.to_owned()
    }
}

/// Whether a person's browser will show the answer.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

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
use url::{Url, form_urlencoded};

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

/// A page as the one that the form was on: not refreshing itself if that did not, and with what was
/// searched for there.
pub(super) fn as_still(path: &str, headers: &HeaderMap) -> String {
    let from = headers.get(REFERER).and_then(|from| from.to_str().ok());
    let Some(from) = from.and_then(|from| Url::parse(from).ok()) else { return path.to_owned() };
    let mut kept = form_urlencoded::Serializer::new(String::new());
    let is_kept = |name: &str| ["refresh", "q", "offset"].contains(&name);
    kept.extend_pairs(from.query_pairs().filter(|(name, _)| is_kept(name)));
    match kept.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Whether a person's browser will show the answer.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_after_a_form_keeps_what_was_searched_for_and_that_it_stands_still() {
        let after = |from: &'static str| {
            let headers = [(REFERER, from.parse().expect("a header"))].into_iter().collect();
            as_still("/room/ABC234", &headers)
        };
        for (from, page) in [
            ("http://here/room/ABC234", "/room/ABC234"),
            ("http://here/room/ABC234?done=added", "/room/ABC234"),
            ("http://here/room/ABC234?refresh=off&done=voted", "/room/ABC234?refresh=off"),
            ("http://here/room/ABC234?q=a+%26b&offset=10", "/room/ABC234?q=a+%26b&offset=10"),
            ("no address", "/room/ABC234"),
        ] {
            assert_eq!(after(from), page, "{from}");
        }
        assert_eq!(as_still("/room/ABC234", &HeaderMap::new()), "/room/ABC234");
    }
}

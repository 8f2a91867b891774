//! Answers to requests that never reach a page or a server function.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::{Html, IntoResponse as _, Response},
};

use crate::server::http::{
    answer::accepts_html, network::Network, refusals, request_id::RequestId, state::AppState,
};
use crate::{
    error::AppError,
    model::paths,
    text::{self, label},
};

/// A page for people, JSON for scripts.
pub fn answer(error: AppError, headers: &HeaderMap, app: &AppState) -> Response {
    refusals::count(app, error);
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_status(status, error, headers, app)
}

/// Why a page of a room is not shown. What cannot be a code leads to no room, and whoever guesses codes
/// learns nothing.
pub fn of_room(app: &AppState, network: Network, headers: &HeaderMap, error: AppError) -> Response {
    let error = match error {
        AppError::CodeMalformed => AppError::RoomNotFound,
        error => error,
    };
    answer(app.limits.screen(network, error), headers, app)
}

fn with_status(
    status: StatusCode,
    error: AppError,
    headers: &HeaderMap,
    app: &AppState,
) -> Response {
    if accepts_html(headers) {
        (status, Html(page(error, &app.assets.css, headers))).into_response()
    } else {
        (status, axum::Json(error)).into_response()
    }
}

/// Renders the errors of the libraries below as pages and JSON like our own: "length limit exceeded"
/// helps nobody.
pub async fn render_error(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let response = next.run(request).await;
    let status = response.status();
    let is_ours = response.headers().get(CONTENT_TYPE).is_some_and(|kind| {
        let is = |prefix: &[u8]| HeaderValue::as_bytes(kind).starts_with(prefix);
        is(b"text/html") || is(b"application/json")
    });
    if !(status.is_client_error() || status.is_server_error()) || is_ours {
        return response;
    }
    let error = match status {
        StatusCode::NOT_FOUND => AppError::PageNotFound,
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge,
        StatusCode::REQUEST_TIMEOUT => AppError::Offline,
        status if status.is_client_error() => AppError::Malformed,
        _ => AppError::Internal,
    };
    let mut parts = response.into_parts().0;
    let (ours, body) = with_status(status, error, &headers, &app).into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(ours.headers);
    Response::from_parts(parts, body)
}

/// A page that needs neither the framework nor a script.
fn page(error: AppError, css: &str, headers: &HeaderMap) -> String {
    let heading = text::error_heading(error);
    let (title, back, home) = (text::frame::title(heading), label::BACK_TO_START, paths::HOME);
    let reference = reference(headers);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"{css}\"></head>\
         <body><main class=\"page\"><h1>{heading}</h1><p role=\"alert\">{error}</p>\
         <p><a class=\"button\" href=\"{home}\">{back}</a></p></main>{reference}</body></html>"
    )
}

/// The small print by which a guest can name a request to whoever reads the log.
pub fn reference(headers: &HeaderMap) -> String {
    let said = RequestId::of(headers).map(|id| text::frame::reference(id.as_str()));
    let name = label::REFERENCE;
    said.map(|said| format!("<aside class=\"reference\" aria-label=\"{name}\">{said}</aside>"))
        .unwrap_or_default()
}

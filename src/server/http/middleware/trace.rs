//! One line in the log and one count for every request, by an ID that its answer carries.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, field::Empty};

use super::security;
use crate::server::http::{
    paths::is_probe,
    request_id::{REQUEST_ID, RequestSpan, identify},
    state::AppState,
};

/// By what a page notices that its server is of another build.
const BUILD: HeaderName = HeaderName::from_static("auxroom-build");
/// Stands for the routes of files, and of what does not exist: their paths may hold anything.
const NO_ROUTE: &str = "other";

/// Logs and counts a request, and sets the headers that every answer has. Never looks at its path,
/// its query or its body, which hold codes, nor at its cookies.
///
/// One layer for all of that: each one copies those below it for every request.
pub async fn observe(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = identify(request.headers_mut());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let id_text = id.to_str().unwrap_or_default();
    let span = tracing::info_span!("request", id = id_text, %method, route, room = Empty);
    request.extensions_mut().insert(RequestSpan(span.clone()));
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status();
    security::set_headers(&app, response.headers_mut());
    response.headers_mut().insert(REQUEST_ID, id);
    if route.starts_with("/api/")
        && let Ok(build) = HeaderValue::from_str(&app.assets.build)
    {
        response.headers_mut().insert(BUILD, build);
    }
    app.metrics.http_answered(&method, route, status.as_u16());
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| log(&method, route, status, ms));
    response
}

/// What people and scripts do is worth a line; what supervisors ask all the time, and the files of a
/// page, only if somebody wants to know everything.
fn log(method: &Method, route: &str, status: StatusCode, duration_ms: u64) {
    let status = status.as_u16();
    if status >= 500 {
        tracing::warn!(status, duration_ms, "Failed");
    } else if route == NO_ROUTE || is_probe(route) || method == Method::OPTIONS {
        tracing::debug!(status, duration_ms, "Answered");
    } else {
        tracing::info!(status, duration_ms, "Answered");
    }
}

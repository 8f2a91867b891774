//! One line in the log and one count for every request, by an ID that its answer carries.

use std::{borrow::Cow, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, Span, field::Empty};

use super::security;
use crate::server::{
    chance,
    http::{paths::is_probe, state::AppState},
};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A UUID has 36 characters, other systems' IDs a few more.
const LONGEST_ID: usize = 64;
/// Stands for the routes of files, and of what does not exist: their paths may hold anything.
const NO_ROUTE: &str = "other";

/// What is said about a request in the log is said here: whoever serves a part of it elsewhere has to
/// enter it.
#[derive(Clone, Debug)]
pub struct RequestSpan(pub Span);

/// The ID of a request: a proxy's if it named one, and ours otherwise.
#[derive(Clone, Copy, Debug)]
pub struct RequestId<'a>(&'a str);

impl<'a> RequestId<'a> {
    /// The ID of the request with these headers, once it has passed `observe`.
    pub fn of(headers: &'a HeaderMap) -> Option<Self> {
        let id = headers.get(REQUEST_ID)?.to_str().ok()?;
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let fits = (1..=LONGEST_ID).contains(&id.len()) && id.chars().all(is_plain);
        fits.then_some(Self(id))
    }

    /// Its text: letters, digits, `-`, `_` and `.`.
    pub fn as_str(self) -> &'a str {
        self.0
    }
}

/// Logs and counts a request, and sets the headers that every answer has. Never looks at its path, its query or
/// its body, which hold codes, nor at its cookies.
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

/// Gives the request an ID, unless it has one that can be trusted not to hurt.
fn identify(headers: &mut HeaderMap) -> HeaderValue {
    let id = match RequestId::of(headers) {
        Some(id) => Cow::Borrowed(id.as_str()),
        None => Cow::Owned(chance::id()),
    };
    let id = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"));
    headers.insert(REQUEST_ID, id.clone());
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identified(claim: &str) -> String {
        let claim = HeaderValue::from_bytes(claim.as_bytes()).expect("a header");
        let mut headers = HeaderMap::from_iter([(REQUEST_ID, claim)]);
        let id = identify(&mut headers);
        assert_eq!(headers[REQUEST_ID], id, "what comes after reads the same");
        id.to_str().expect("text").to_owned()
    }

    #[test]
    fn request_id_of_a_proxy_is_kept_if_it_is_short_and_plain() {
        let uuid = "0190d1b2-7f3c-7000-8000-0123456789ab";
        for id in ["7", uuid, "Root_1.67891233-abc", &"a".repeat(64)] {
            assert_eq!(identified(id), id);
        }
        for id in ["", "a b", "a\"b", "<script>", "ä", "a=b", &"a".repeat(65)] {
            let ours = identified(id);
            assert_eq!(ours.len(), 16, "{id:?}");
            assert_ne!(ours, identified(id), "another one each time");
        }
    }
}

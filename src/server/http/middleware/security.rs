//! What keeps other sites' requests and scripts out, and requests that are too large.

use std::{error::Error, iter::successors};

use axum::{
    Extension,
    body::{HttpBody as _, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, ORIGIN, REFERRER_POLICY,
            STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tokio::time::timeout;

use crate::error::AppError;
use crate::server::http::{connections::Limits, error_page, network, paths, state::AppState};

/// No form here is larger.
const LARGEST_BODY: usize = 16 * 1024;
/// No address here has a longer path, and no file a longer name.
const LONGEST_PATH: usize = 255;
/// Where Spotify's covers come from.
const COVERS: &str = "https://*.scdn.co https://*.spotifycdn.com";

/// Refuses requests that are larger than any form here, whether or not they announce it, and those
/// that never end.
pub async fn small_body(
    State(app): State<AppState>,
    Extension(limits): Extension<Limits>,
    request: Request,
    next: Next,
) -> Response {
    if request.body().size_hint().exact() == Some(0) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    match timeout(limits.whole_body, to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(body)) => next.run(Request::from_parts(parts, body.into())).await,
        Ok(Err(error)) if is_broken(&error) => StatusCode::BAD_REQUEST.into_response(),
        Ok(Err(_)) => error_page::answer(AppError::TooLarge, &parts.headers, &app),
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

/// Whether a body could not be read, rather than being too large.
fn is_broken(error: &axum::Error) -> bool {
    let first: Option<&dyn Error> = Some(error);
    successors(first, |error| (*error).source()).any(|error| error.is::<hyper::Error>())
}

/// Refuses what is not for this site or not from it, and notes from which network the rest comes.
///
/// One layer for all of that: each one copies those below it for every request.
pub async fn admit(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    if let Some(refusal) = refusal(&app, &request) {
        return error_page::answer(refusal, request.headers(), &app);
    }
    network::note(&app.site.trusted_proxies, &mut request);
    next.run(request).await
}

fn refusal(app: &AppState, request: &Request) -> Option<AppError> {
    let (public_url, headers) = (&app.site.public_url, request.headers());
    // A page of another site whose name leads here would otherwise be one of ours to a browser.
    if !paths::is_probe(request.uri().path()) && !public_url.is_asked_for_by(headers) {
        return Some(AppError::WrongHost);
    }
    // A target may be an authority or an asterisk (RFC 9112, 3.2), which is no page of ours.
    let path = request.uri().path();
    if path.len() > LONGEST_PATH || !path.starts_with('/') {
        return Some(AppError::PageNotFound);
    }
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    // Another site's page may make a browser send it.
    let is_foreign = !is_safe && !is_same_origin(headers, &public_url.of(headers));
    is_foreign.then_some(AppError::ForeignOrigin)
}

/// Whether the browser says so, or no browser sent it: then it carries nobody's cookies.
fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.as_bytes());
    match (text(HeaderName::from_static("sec-fetch-site")), text(ORIGIN)) {
        (Some(b"same-origin"), _) => true,
        (_, Some(origin)) => origin == public_url.as_bytes(),
        (Some(_), None) => false,
        (None, None) => true,
    }
}

/// Sets the headers that every answer has, unless a page set its own.
pub fn set_headers(app: &AppState, headers: &mut HeaderMap) {
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    // Without a referrer the framework could not bring a form's error back to its page.
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(CACHE_CONTROL, "no-store");
    if app.site.public_url.is_https() {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&content_security_policy(app, None))
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
}

/// What a page may load and run; scripts only with `nonce`.
pub fn content_security_policy(app: &AppState, nonce: Option<&str>) -> String {
    let site = &app.site;
    // Browsers hold the redirect after a form's post against `form-action` too.
    let (consent, covers) = (&site.consent_origin, &site.covers_origin);
    let scripts = match nonce {
        Some(nonce) => format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
        None => "'none'".to_owned(),
    };
    // The development server tells open pages to reload by a socket.
    let reload = if site.reloads { " ws:" } else { "" };
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' {COVERS} {covers}; \
         connect-src 'self'{reload}; manifest-src 'self'; form-action 'self' {consent}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(site: Option<&'static str>, origin: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        if let Some(site) = site {
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
        }
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        is_same_origin(&headers, "https://music.example.org")
    }

    #[test]
    fn only_our_own_pages_and_scripts_may_change_something() {
        assert!(passes(Some("same-origin"), None));
        assert!(passes(None, Some("https://music.example.org")));
        assert!(passes(None, None));
        assert!(passes(Some("same-origin"), Some("https://music.example.org")));

        assert!(!passes(Some("cross-site"), None));
        assert!(!passes(Some("same-site"), None));
        assert!(!passes(Some("none"), None));
        assert!(!passes(None, Some("https://evil.example")));
        assert!(!passes(None, Some("null")));
        assert!(!passes(None, Some("http://music.example.org")));
        assert!(!passes(Some("cross-site"), Some("https://evil.example")));
    }
}

//! How a server function refuses: a form goes back to its page with the reason, and with its fields
//! as they were filled in; a script gets the status of the error.

use axum::{
    Extension,
    body::{Body, Bytes, HttpBody as _, to_bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use leptos::{
    prelude::FromServerFnError as _,
    server_fn::error::{SERVER_FN_ERROR_HEADER, ServerFnUrlError},
};
use url::Url;

use super::{
    answer::{accepts_html, as_still},
    network::Network,
    refusals,
    state::AppState,
};
use crate::{error::AppError, model::paths};

/// No form and no error of ours is larger.
const LARGEST: usize = 16 * 1024;
/// A browser sends no more than a field takes; anything longer is not shown again.
const LONGEST_FIELD: usize = 64;

/// Answers for server functions that failed: the framework answers each with 500, or sends a form
/// back to wherever it came from.
pub async fn refuse(
    State(app): State<AppState>,
    Extension(network): Extension<Network>,
    request: Request,
    next: Next,
) -> Response {
    let is_post = request.method() == Method::POST;
    if is_post && request.uri().path().starts_with("/api/") && !is_form(&request) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    // What pages load is screened where that is.
    let screen = |error| {
        if !is_post {
            return error;
        }
        let error = app.limits.screen(network, error);
        refusals::count(&app, error);
        error
    };
    if !(is_post && accepts_html(request.headers())) {
        return with_status(next.run(request).await, screen).await;
    }
    let (parts, body) = request.into_parts();
    let form = to_bytes(body, LARGEST).await.unwrap_or_default();
    let response = next.run(Request::from_parts(parts.clone(), form.clone().into())).await;
    match failure(response, screen).await {
        Ok(response) => response,
        Err((error, mut response)) => {
            if let Some(back) = back_to(parts.uri.path(), &form, error, &parts.headers) {
                *response.status_mut() = StatusCode::FOUND;
                response.headers_mut().insert(LOCATION, back);
            }
            response
        }
    }
}

/// Whether what is posted is what a form sends, or nothing. The framework reads anything as a form.
fn is_form(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    is_form || request.body().size_hint().exact() == Some(0)
}

async fn with_status(response: Response, screen: impl FnOnce(AppError) -> AppError) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response; // a page's own request, or a browser's address line
    }
    match failure(response, screen).await {
        Ok(response) => response,
        Err((error, mut response)) => {
            let status = StatusCode::from_u16(error.status());
            *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            if let Some(seconds) = error.retry_after_s() {
                response.headers_mut().insert(RETRY_AFTER, seconds.into());
            }
            response
        }
    }
}

/// The error that a server function failed with.
async fn failure(
    response: Response,
    screen: impl FnOnce(AppError) -> AppError,
) -> Result<Response, (AppError, Response)> {
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    let error = AppError::de(to_bytes(body, LARGEST).await.unwrap_or_default());
    // A request of ours that does not read back was malformed before it came here.
    let error = screen(if error == AppError::Offline { AppError::Malformed } else { error });
    parts.headers.remove(CONTENT_LENGTH);
    Err((error, Response::from_parts(parts, Body::from(error.ser()))))
}

/// The page of a form, saying why it was refused and what was filled in.
fn back_to(
    endpoint: &str,
    form: &Bytes,
    error: AppError,
    headers: &HeaderMap,
) -> Option<HeaderValue> {
    let field = |wanted: &str| {
        let mut fields = url::form_urlencoded::parse(form);
        let value = fields.find(|(name, _)| name == wanted).map(|(_, value)| value);
        value.unwrap_or_default().chars().take(LONGEST_FIELD).collect::<String>()
    };
    let (page, shown_again) = page_of(endpoint, &field("code"));
    let mut url = Url::parse("http://here").ok()?.join(&as_still(&page, headers)).ok()?;
    for name in shown_again {
        url.query_pairs_mut().append_pair(name, &field(name));
    }
    let url = ServerFnUrlError::new(endpoint, error).to_url(url.as_str()).ok()?;
    let query = url.query().unwrap_or_default();
    HeaderValue::from_str(&format!("{}?{query}", url.path())).ok()
}

/// The page with an endpoint's form, and the fields that it shows again.
fn page_of(endpoint: &str, code: &str) -> (String, &'static [&'static str]) {
    const SETTINGS: &[&str] = &["votes_to_skip", "guest_can_pause", "name"];
    const SONGS_TOO: &[&str] = &[
        "votes_to_skip",
        "skip_rule",
        "skip_share",
        "guest_can_pause",
        "song_rules",
        "order",
        "requests_open",
        "explicit_allowed",
        "songs_per_person",
        "longest_minutes",
        "no_repeat_minutes",
    ];
    match endpoint {
        "/api/rooms/create" => (paths::CREATE.to_owned(), SETTINGS),
        "/api/rooms/join" => (paths::JOIN.to_owned(), &["code", "name"]),
        "/api/people/remove" => (paths::people(code), &[]),
        "/api/blocked/add" => (paths::blocked(code), &["song"]),
        "/api/blocked/remove" => (paths::blocked(code), &[]),
        "/api/fallback/choose" => (paths::fallback(code), &["playlist", "shuffled"]),
        "/api/fallback/allow" | "/api/fallback/end" => (paths::fallback(code), &[]),
        "/api/devices/use" => (paths::speakers(code), &[]),
        "/api/devices/volume" => (paths::speakers(code), &["percent"]),
        "/api/history/save" => (paths::history(code), &[]),
        "/api/rooms/name" => (paths::people(code), &["name"]),
        "/api/rooms/leave" | "/api/spotify/complete" => (paths::HOME.to_owned(), &[]),
        "/api/visitors/forget" => (paths::PRIVACY.to_owned(), &[]),
        "/api/rooms/close" => (paths::close(code), &[]),
        "/api/rooms/settings" => (paths::settings(code), SONGS_TOO),
        "/api/rooms/stop-joining" | "/api/rooms/renew-code" | "/api/spotify/disconnect" => {
            (paths::settings(code), &[])
        }
        _ => (paths::room(code), &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(endpoint: &str, form: &'static str) -> String {
        let form = Bytes::from_static(form.as_bytes());
        let back = back_to(endpoint, &form, AppError::VotesToSkip, &HeaderMap::new());
        let back = back.expect("an address");
        let back = back.to_str().expect("ASCII");
        back[..back.find("__path").expect("the endpoint")].to_owned()
    }

    #[tokio::test]
    async fn script_that_asks_too_often_is_told_when_to_try_again() {
        let refused = Response::builder()
            .status(StatusCode::INTERNAL_SERVER_ERROR)
            .header(SERVER_FN_ERROR_HEADER, "/api/playback/pause")
            .body(Body::from(AppError::TooManyAtOnce.ser()))
            .expect("a response");

        let response = with_status(refused, |error| error).await;

        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[RETRY_AFTER], "60");
    }

    #[test]
    fn forms_that_are_refused_lead_back_to_their_page_with_what_was_filled_in() {
        for (endpoint, form, page) in [
            (
                "/api/rooms/create",
                "votes_to_skip=0&guest_can_pause=on",
                "/create?votes_to_skip=0&guest_can_pause=on&name=&",
            ),
            ("/api/rooms/join", "code=no&name=Anna", "/join?code=no&name=Anna&"),
            ("/api/rooms/name", "code=ABC234&name=%21", "/room/ABC234/people?name=%21&"),
            (
                "/api/rooms/settings",
                "code=abc234&votes_to_skip=two&song_rules=all&order=best&longest_minutes=61",
                "/room/ABC234/settings?votes_to_skip=two&skip_rule=&skip_share=&guest_can_pause=&\
                 song_rules=all&order=best&\
                 requests_open=&explicit_allowed=&songs_per_person=&longest_minutes=61&\
                 no_repeat_minutes=&",
            ),
            ("/api/people/remove", "code=ABC234&member=1", "/room/ABC234/people?"),
            ("/api/devices/use", "code=ABC234&device=x", "/room/ABC234/speakers?"),
            ("/api/devices/volume", "code=ABC234&percent=no", "/room/ABC234/speakers?percent=no&"),
            ("/api/history/save", "code=ABC234", "/room/ABC234/history?"),
            ("/api/rooms/leave", "code=ABC234", "/?"),
            ("/api/visitors/forget", "", "/privacy?"),
            ("/api/rooms/close", "code=ABC234", "/room/ABC234/close?"),
            ("/api/playback/vote-skip", "code=ABC234&play=1", "/room/ABC234?"),
            ("/api/playback/pause", "code=none", "/join?"),
            ("/api/spotify/disconnect", "code=ABC234", "/room/ABC234/settings?"),
            ("/api/spotify/connect", "code=ABC234", "/room/ABC234?"),
            ("/api/spotify/complete", "state=x", "/?"),
        ] {
            assert_eq!(back(endpoint, form), page, "{endpoint}");
        }
    }
}

//! One address for each page: the public URL, and a room's code in its one spelling.

use axum::{
    extract::{Request, State},
    http::{StatusCode, Uri, header::LOCATION},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::model::RoomCode;
use crate::server::http::{public_url::asks_for_localhost, state::AppState};

/// Sends other spellings of a room's code to the right one, and `localhost` to the public URL.
pub async fn canonical(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if asks_for_localhost(request.headers()) && !is_probe(request.uri().path()) {
        let there = app.site.public_url.of(request.headers());
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return moved(format!("{there}{path}"));
    }
    match respelled(request.uri()) {
        Some(path) => moved(path),
        None => next.run(request).await,
    }
}

/// Whether a supervisor asks, which may well do so by `localhost`.
pub(super) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

fn moved(to: String) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, to)]).into_response()
}

/// The right address for another spelling of a room's.
fn respelled(uri: &Uri) -> Option<String> {
    let rest = uri.path().strip_prefix("/room/")?;
    let (segment, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let decoded: String =
        url::form_urlencoded::parse(format!("c={}", segment.replace('+', "%2B")).as_bytes())
            .next()?
            .1
            .into_owned();
    let code: RoomCode = decoded.parse().ok()?;
    if code.as_str() == segment {
        return None;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("/room/{code}{rest}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_of_a_code_are_sent_to_the_right_one() {
        for (path, right) in [
            ("/room/abc234", "/room/ABC234"),
            ("/room/abc-234/settings", "/room/ABC234/settings"),
            ("/room/a%20b%20c234?done=saved", "/room/ABC234?done=saved"),
        ] {
            assert_eq!(
                respelled(&path.parse().expect("an address")).as_deref(),
                Some(right),
                "{path}"
            );
        }
    }

    #[test]
    fn right_addresses_and_what_is_no_code_stay() {
        for path in [
            "/room/ABC234",
            "/room/ABC234/events",
            "/room/toolong9",
            "/join",
            "/room/",
            "/room/%ff",
        ] {
            assert_eq!(respelled(&path.parse().expect("an address")), None, "{path}");
        }
    }
}

//! The middleware in front of the accounts service and the Web API: counts and logs every request, and applies faults.

mod broken;

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use crate::activity::Pending;
use crate::faults::{Effect, Fault};
use crate::requests::Received;
use crate::simulator::Simulator;

/// Counts and logs a request, and lets go wrong with it what a fault says.
pub(crate) async fn intercept(
    State(simulator): State<Simulator>,
    request: Request,
    next: Next,
) -> Response {
    let pending = simulator.begin_request();
    let mut received = received(&simulator, &request);
    let fault = simulator.faults().take(&received.method, &received.path);
    let proper = run(request, next);
    if let Some(fault) = fault {
        return apply(fault, &simulator, pending, received, proper).await;
    }
    let answer = proper.await;
    received.status = Some(answer.status().as_u16());
    simulator.log_request(received);
    answer
}

/// The log's entry for a request that waits for its answer.
fn received(simulator: &Simulator, request: &Request) -> Received {
    let path = request.uri().path();
    let query = request.uri().query().filter(|_| path.starts_with("/v1/"));
    Received {
        method: request.method().to_string(),
        path: path.to_owned(),
        query: query.map(str::to_owned),
        status: None,
        at_ms: simulator.now(),
        account: account_of(simulator, request.headers()),
    }
}

/// The account whose token is in `headers`, valid or expired.
fn account_of(simulator: &Simulator, headers: &HeaderMap) -> Option<String> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
    simulator.read(|state| state.access_tokens.get(token).map(|token| token.account.clone()))
}

/// The proper answer, or that of the proxy in front of Spotify to a body of unknown length.
async fn run(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let has_length = headers.contains_key(header::CONTENT_LENGTH)
        || headers.contains_key(header::TRANSFER_ENCODING);
    if matches!(*request.method(), Method::PUT | Method::POST) && !has_length {
        let page = "<!DOCTYPE html>\n<html lang=en>\n<title>Error 411 (Length Required)</title>\n\
                    <p><b>411.</b> POST requests require a <code>Content-length</code> header.\n";
        return (StatusCode::LENGTH_REQUIRED, Html(page)).into_response();
    }
    next.run(request).await
}

/// The answer to a request that `fault` applies to; the command takes effect when `proper` is awaited.
async fn apply(
    fault: Fault,
    simulator: &Simulator,
    mut pending: Pending<'_>,
    mut received: Received,
    proper: impl Future<Output = Response>,
) -> Response {
    let (answer, late) =
        if fault.is_executed() { (Some(proper.await), None) } else { (None, Some(proper)) };
    let answer = match fault.effect {
        Effect::Pass | Effect::Hang => answer,
        _ => Some(replace(&fault.effect, answer.unwrap_or_default()).await),
    };
    let is_silent = matches!(fault.effect, Effect::Hang | Effect::Close);
    let status = answer.as_ref().filter(|_| !is_silent).map(Response::status);
    received.status = status.map(|status| status.as_u16());
    let mut released = simulator.subscribe_to_release();
    let hangs = matches!(fault.effect, Effect::Hang);
    if hangs {
        // Before it is logged: whoever waited for the log finds it among those that hang.
        pending.set_hanging(true);
    }
    simulator.log_request(received);

    tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
    if hangs {
        // Fails only without a sender, which lives as long as the simulator.
        let _ = released.changed().await;
        pending.set_hanging(false);
    }
    match late {
        Some(late) if answer.is_none() => late.await,
        _ => answer.unwrap_or_default(),
    }
}

/// The answer that is sent in place of `proper`.
async fn replace(effect: &Effect, proper: Response) -> Response {
    match effect {
        Effect::Pass | Effect::Hang => proper,
        Effect::Text(text) => text.clone().into_response(),
        Effect::Close => broken::closed(),
        Effect::Truncate => broken::truncated(proper).await,
        Effect::Malform => broken::malformed(proper).await,
        Effect::Flood(length) => broken::flood(*length),
        Effect::Edit { remove, set } => broken::edited(proper, remove, set).await,
        Effect::Answer { status, headers, body } => {
            let mut answer = match body {
                Value::Null => Response::default(),
                Value::String(text) => text.clone().into_response(),
                json => axum::Json(json).into_response(),
            };
            *answer.status_mut() =
                StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            for (name, value) in headers {
                if let (Ok(name), Ok(value)) = (header::HeaderName::try_from(name), value.parse()) {
                    answer.headers_mut().insert(name, value);
                }
            }
            answer
        }
    }
}

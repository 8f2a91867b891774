//! Commands run to their end.

use std::panic::resume_unwind;

use axum::{
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use tracing::Instrument as _;

/// Carries a request that changes something to its end, even if its browser goes away meanwhile:
/// what is in the database by then must be published too.
pub async fn run_to_completion(request: Request, next: Next) -> Response {
    // The way back from Spotify is a GET too: it is built so that its answer may be lost.
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        Err(ended) if ended.is_panic() => resume_unwind(ended.into_panic()),
        Err(_stopping) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

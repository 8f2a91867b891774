//! Reads what went wrong out of Spotify's answers.

use reqwest::{
    Response, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

use super::{body, wire};
use crate::model::SpotifyError;

impl SpotifyError {
    /// Reads an answer of the Web API that is not a success: by its status first, then its reason.
    pub(super) async fn of_web_api(response: Response) -> Self {
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED {
            return Self::Unauthorized;
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Self::RateLimited { retry_after_ms: retry_after_ms(response.headers()) };
        }
        let text = body::text(response).await;
        let error = serde_json::from_str::<wire::ErrorBody>(&text).unwrap_or_default().error;
        let message = if error.message.is_empty() { text } else { error.message };
        match (status, error.reason.as_str()) {
            (StatusCode::FORBIDDEN, "PREMIUM_REQUIRED") => Self::PremiumRequired,
            (StatusCode::FORBIDDEN, _) if is_about_premium(&message) => Self::PremiumRequired,
            (StatusCode::FORBIDDEN, _) if is_about_registration(&message) => Self::NotRegistered,
            (StatusCode::FORBIDDEN, _) => Self::Restricted,
            // Also "Device not found", without a reason.
            (StatusCode::NOT_FOUND, _) => Self::NoDevice,
            _ => Self::Failed(format!("status {}", status.as_u16())),
        }
    }

    /// Reads an answer of the accounts service that is not a success.
    pub(super) async fn of_accounts(response: Response) -> Self {
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Self::RateLimited { retry_after_ms: retry_after_ms(response.headers()) };
        }
        let body: wire::AccountsError = body::json(response).await.unwrap_or_default();
        match body.error.as_str() {
            "invalid_grant" => Self::InvalidGrant,
            "invalid_client" => Self::InvalidClient,
            code if is_code(code) => Self::Failed(format!("status {}, {code}", status.as_u16())),
            _ => Self::Failed(format!("status {}", status.as_u16())),
        }
    }
}

impl From<reqwest::Error> for SpotifyError {
    fn from(error: reqwest::Error) -> Self {
        // Without the address: it may hold what must not be logged.
        let error = error.without_url();
        if error.is_decode() {
            return Self::Failed("an answer that makes no sense".into());
        }
        let kind = if error.is_timeout() {
            "timed out"
        } else if error.is_connect() {
            "connection refused"
        } else {
            "connection lost"
        };
        Self::NoAnswer(kind.into())
    }
}

/// Whether this is from a list like that of RFC 6749, section 5.2, and never a secret: it is logged.
fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_lowercase() || it == b'_')
}

/// "Active premium subscription required for the owner of the app", which has no reason.
fn is_about_premium(message: &str) -> bool {
    message.to_ascii_lowercase().contains("premium")
}

/// Sent as text or as JSON, with neither a stable wording nor a reason.
fn is_about_registration(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["not registered", "not be registered", "developer dashboard", "developer.spotify.com"]
        .iter()
        .any(|part| message.contains(part))
}

/// Reads `Retry-After`, in seconds.
fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.saturating_mul(1000))
}

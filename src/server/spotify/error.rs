//! What can go wrong with Spotify, by what the caller can do about it.

use reqwest::{
    Response, StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use thiserror::Error;

use super::wire;

/// Why Spotify did not do what it was asked.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum SpotifyError {
    /// The access token is no longer good: refresh it.
    #[error("the access token was refused")]
    Unauthorized,
    /// The refresh token, or the code of a sign-in, is dead: sign in again, do not retry.
    #[error("the grant was refused")]
    InvalidGrant,
    /// The application's client ID or secret is wrong: whoever installed it has to mend that.
    #[error("the client ID or secret was refused")]
    InvalidClient,
    /// No device is active: a person has to open Spotify.
    #[error("no device is active")]
    NoDevice,
    /// The account, or the application's owner, has no Premium.
    #[error("Premium is missing")]
    PremiumRequired,
    /// The account is not on the application's user list.
    #[error("the account is not registered for the application")]
    NotRegistered,
    /// The player is already so, or the device does not allow it now: look again.
    #[error("the player does not allow that now")]
    Restricted,
    /// Wait. Asking earlier only lengthens it.
    #[error("Spotify asks to wait")]
    RateLimited {
        /// For how long, if Spotify said so.
        retry_after_ms: Option<u64>,
    },
    /// Spotify failed or its answer made no sense; a command may have been carried out all the same.
    #[error("Spotify failed: {0}")]
    Failed(String),
    /// No answer at all; unless the connection was refused, a command may have been carried out.
    #[error("Spotify did not answer: {0}")]
    NoAnswer(String),
}

impl SpotifyError {
    /// Whether a command that failed so may have been carried out.
    pub fn may_have_happened(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::NoAnswer(_))
    }

    /// Reads an answer of the Web API that is not a success: by its status first, then its reason.
    pub(super) async fn of_web_api(response: Response) -> Self {
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED {
            return Self::Unauthorized;
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Self::RateLimited { retry_after_ms: retry_after_ms(response.headers()) };
        }
        let text = response.text().await.unwrap_or_default();
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
        let body = response.json::<wire::AccountsError>().await.unwrap_or_default();
        match body.error.as_str() {
            "invalid_grant" => Self::InvalidGrant,
            "invalid_client" => Self::InvalidClient,
            // The code is from Spotify's fixed list, never a secret.
            "" => Self::Failed(format!("status {}", status.as_u16())),
            code => Self::Failed(format!("status {}, {code}", status.as_u16())),
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

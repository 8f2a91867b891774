//! Codes and tokens, and what they give access to.

use serde::{Deserialize, Serialize};

/// Lifetime of an authorization code in milliseconds.
const CODE_LIFETIME_MS: u64 = 10 * 60 * 1_000;

/// A consent that waits for its code to be exchanged.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Grant {
    pub(crate) account: String,
    pub(crate) scope: String,
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: Option<String>,
    /// Unix milliseconds.
    pub(crate) authorized_at: u64,
}

impl Grant {
    pub(crate) fn is_expired(&self, now: u64) -> bool {
        now >= self.authorized_at + CODE_LIFETIME_MS
    }
}

/// What an access token gives access to.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct AccessToken {
    pub(crate) account: String,
    pub(crate) scope: String,
    /// Unix milliseconds.
    pub(crate) expires_at: u64,
}

/// What a refresh token renews.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct RefreshToken {
    pub(crate) account: String,
    pub(crate) scope: String,
    /// Unix milliseconds.
    pub(crate) authorized_at: u64,
    /// Issued to a client without a secret, and therefore replaced at every use.
    pub(crate) is_public: bool,
    pub(crate) is_revoked: bool,
}

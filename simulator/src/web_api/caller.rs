//! Who calls: the account and the scopes behind an access token.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::error::ApiError;
use crate::simulator::Simulator;

/// The account whose token was sent, proven to be allowed to call at all.
pub(super) struct Caller {
    pub(super) account: String,
    scope: String,
}

impl Caller {
    /// Refuses a token that was not granted `scope`.
    pub(super) fn require(&self, scope: &str) -> Result<(), ApiError> {
        let granted = self.scope.split(' ').any(|granted| granted == scope);
        granted.then_some(()).ok_or(ApiError::new(403, "Insufficient client scope"))
    }
}

impl FromRequestParts<Simulator> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        simulator: &Simulator,
    ) -> Result<Self, ApiError> {
        let value = parts.headers.get(header::AUTHORIZATION);
        let value = value.ok_or(ApiError::new(401, "No token provided"))?;
        let name = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
        let name = name.ok_or(ApiError::new(400, "Only valid bearer authentication supported"))?;
        let now = simulator.now();
        simulator.read(|state| {
            let token = state.access_tokens.get(name);
            let token = token.ok_or(ApiError::new(401, "Invalid access token"))?;
            if now >= token.expires_at {
                return Err(ApiError::new(401, "The access token expired"));
            }
            if !state.owner_premium {
                return Err(ApiError::new(403, OWNER_WITHOUT_PREMIUM));
            }
            if state.account(&token.account).is_none_or(|account| !account.registered) {
                return Err(ApiError::text(403, NOT_REGISTERED));
            }
            Ok(Self { account: token.account.clone(), scope: token.scope.clone() })
        })
    }
}

const OWNER_WITHOUT_PREMIUM: &str = "Active premium subscription required for the owner of the app. When the subscription status \
    changes, it can take a few hours for the change to take effect.";
const NOT_REGISTERED: &str =
    "Check settings on developer.spotify.com/dashboard, the user may not be registered.";

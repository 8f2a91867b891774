//! `POST /api/token`: codes and refresh tokens become access tokens.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::simulator::Simulator;
use crate::state::{
    self, ACCESS_LIFETIME_MS, AccessToken, NextRefresh, REFRESH_LIFETIME_MS, RefreshToken,
};

/// An answer in the accounts service's own shape, always with status 400.
#[derive(Debug)]
pub(crate) struct TokenError {
    error: String,
    description: String,
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    }
}

type Fields = HashMap<String, String>;

/// Who asks for tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Client {
    /// Proved that it knows the secret.
    Confidential,
    /// Gave its id and proved nothing.
    Public,
}

/// What is issued.
struct Issued {
    account: String,
    scope: String,
    refresh_token: Option<String>,
}

/// `POST /api/token`
pub(crate) async fn token(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, TokenError> {
    let fields = fields(&headers, &body);
    let now = simulator.now();
    let grant_type = fields.get("grant_type").map_or("", String::as_str);
    if !matches!(grant_type, "authorization_code" | "refresh_token") {
        return Err(error(
            "unsupported_grant_type",
            "grant_type must be client_credentials, authorization_code or refresh_token",
        ));
    }
    let client = client(&simulator, &headers, &fields)?;
    let answer = simulator.change(|state| {
        let issued = match grant_type {
            "authorization_code" => exchange(state, client, &fields, now)?,
            _ => refresh(state, client, &fields, now)?,
        };
        let access_token = format!("BQ{}", state.random(298));
        let mut answer = json!({
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFETIME_MS / 1_000,
            "scope": issued.scope,
        });
        if let Some(refresh_token) = issued.refresh_token {
            answer["refresh_token"] = refresh_token.into();
        }
        let token = AccessToken {
            account: issued.account,
            scope: issued.scope,
            expires_at: now + ACCESS_LIFETIME_MS,
        };
        state.access_tokens.insert(access_token, token);
        Ok(answer)
    })?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

fn exchange(
    state: &mut state::State,
    client: Client,
    fields: &Fields,
    now: u64,
) -> Result<Issued, TokenError> {
    let field = |name| fields.get(name).map_or("", String::as_str);
    let code = field("code");
    let grant = state.codes.get(code).ok_or_else(|| invalid_grant("Invalid authorization code"))?;
    if grant.is_expired(now) {
        return Err(invalid_grant("Authorization code expired"));
    }
    if grant.redirect_uri != field("redirect_uri") {
        return Err(invalid_grant("Invalid redirect URI"));
    }
    let verifier = fields.get("code_verifier");
    let hash = verifier.map(|verifier| BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
    if grant.code_challenge != hash || verifier.is_some_and(|verifier| !is_verifier(verifier)) {
        return Err(invalid_grant("code_verifier was incorrect"));
    }
    if client == Client::Public && hash.is_none() {
        return Err(error("invalid_client", "Invalid client secret"));
    }
    let grant = grant.clone();
    state.codes.remove(code);
    let token = RefreshToken {
        account: grant.account.clone(),
        scope: grant.scope.clone(),
        authorized_at: grant.authorized_at,
        is_public: client == Client::Public,
        is_revoked: false,
    };
    let refresh_token = Some(add_refresh_token(state, token));
    Ok(Issued { account: grant.account, scope: grant.scope, refresh_token })
}

fn refresh(
    state: &mut state::State,
    client: Client,
    fields: &Fields,
    now: u64,
) -> Result<Issued, TokenError> {
    let name = fields.get("refresh_token").map_or("", String::as_str);
    let token = state
        .refresh_tokens
        .get(name)
        .ok_or_else(|| invalid_grant("Invalid refresh token"))?
        .clone();
    if token.is_revoked {
        return Err(invalid_grant("Refresh token revoked"));
    }
    if now >= token.authorized_at + REFRESH_LIFETIME_MS {
        return Err(invalid_grant("Refresh token expired"));
    }
    if client == Client::Public && !token.is_public {
        return Err(error("invalid_client", "Invalid client secret"));
    }
    let planned = state.account_mut(&token.account).and_then(|account| account.next_refresh.take());
    let rotates = match planned {
        Some(NextRefresh::Fail { error: name, description }) => {
            return Err(error(&name, &description));
        }
        Some(NextRefresh::Rotate) => true,
        Some(NextRefresh::Omit) => false,
        None => token.is_public,
    };
    let (account, scope) = (token.account.clone(), token.scope.clone());
    let refresh_token = rotates.then(|| {
        if let Some(old) = state.refresh_tokens.get_mut(name) {
            old.is_revoked = true;
        }
        add_refresh_token(state, token)
    });
    Ok(Issued { account, scope, refresh_token })
}

fn add_refresh_token(state: &mut state::State, token: RefreshToken) -> String {
    let name = format!("AQ{}", state.random(129));
    state.refresh_tokens.insert(name.clone(), token);
    name
}

/// The fields of a form; any other kind of body has none.
fn fields(headers: &HeaderMap, body: &[u8]) -> Fields {
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.split(';').next() == Some("application/x-www-form-urlencoded");
    let pairs = if is_form { form_urlencoded::parse(body) } else { form_urlencoded::parse(b"") };
    pairs.into_owned().collect()
}

fn client(
    simulator: &Simulator,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Client, TokenError> {
    let options = simulator.options();
    let basic = headers.get(header::AUTHORIZATION).map(|value| {
        let value = value.to_str().ok().and_then(|value| value.strip_prefix("Basic "));
        let pair = value.and_then(|value| BASE64_STANDARD.decode(value).ok());
        let pair = pair.and_then(|pair| String::from_utf8(pair).ok()).unwrap_or_default();
        let (id, secret) = pair.split_once(':').unwrap_or_default();
        (id.to_owned(), Some(secret.to_owned()))
    });
    let (id, secret) = basic.unwrap_or_else(|| {
        let id = fields.get("client_id").cloned().unwrap_or_default();
        (id, fields.get("client_secret").cloned())
    });
    if id != options.client_id {
        return Err(error("invalid_client", "Invalid client"));
    }
    match secret {
        Some(secret) if secret == options.client_secret => Ok(Client::Confidential),
        Some(_) => Err(error("invalid_client", "Invalid client secret")),
        None => Ok(Client::Public),
    }
}

/// Whether `text` may be a PKCE verifier: 43 to 128 unreserved characters.
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn invalid_grant(description: &str) -> TokenError {
    error("invalid_grant", description)
}

fn error(error: &str, description: &str) -> TokenError {
    TokenError { error: error.to_owned(), description: description.to_owned() }
}

//! Signing in, as an app with a secret does it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::{Answer, World};

pub(crate) const REDIRECT_URI: &str = "http://127.0.0.1:3000/spotify/callback";
pub(crate) const ALL_SCOPES: &str = "user-read-playback-state user-modify-playback-state \
    user-read-currently-playing playlist-read-private";
/// 43 characters, the fewest allowed.
pub(crate) const VERIFIER: &str = "a-verifier-of-forty-three-characters-exact.";

/// The tokens of somebody who agreed.
#[derive(Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl World {
    /// Agrees on the consent page, and returns the answer that leads back to the app.
    pub(crate) async fn agree(&self, parameters: &[(&str, &str)], account: &str) -> Answer {
        self.form(&authorize(parameters), None, &[("decision", "agree"), ("account", account)])
            .await
    }

    /// A code for a new account that agreed to `scope`, with a challenge for [`VERIFIER`].
    pub(crate) async fn code(&self, scope: &str) -> String {
        let answer = self
            .agree(
                &[
                    ("scope", scope),
                    ("code_challenge_method", "S256"),
                    ("code_challenge", &challenge()),
                ],
                "",
            )
            .await;
        answer.location_query()["code"].clone()
    }

    /// Exchanges a code as a client with a secret.
    pub(crate) async fn exchange(&self, code: &str) -> Answer {
        self.form("/api/token", Some("app:secret"), &exchange_fields(code)).await
    }

    pub(crate) async fn sign_in_with(&self, scope: &str) -> Tokens {
        let answer = self.exchange(&self.code(scope).await).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let text = |name: &str| answer.json()[name].as_str().expect("a token").to_owned();
        Tokens { access: text("access_token"), refresh: text("refresh_token") }
    }

    /// The access token of a new account that agreed to everything.
    pub(crate) async fn sign_in(&self) -> String {
        self.sign_in_with(ALL_SCOPES).await.access
    }
}

/// The address of the consent page, with `parameters` added to or replacing those of a proper request.
pub(crate) fn authorize(parameters: &[(&str, &str)]) -> String {
    let proper = [
        ("client_id", "app"),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("state", "a state&more"),
    ];
    let kept = proper.iter().filter(|(name, _)| !parameters.iter().any(|(other, _)| other == name));
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(kept.chain(parameters))
        .finish();
    format!("/authorize?{query}")
}

pub(crate) fn challenge() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

pub(crate) fn exchange_fields(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ]
}

//! The accounts service: consent, exchange, refresh.
//!
//! <https://developer.spotify.com/documentation/web-api/tutorials/code-flow>

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{AccessToken, Spotify, body, wire};
use crate::model::SpotifyError;

/// What an exchange or a refresh gives.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For the Web API.
    pub access: AccessToken,
    /// For the next refresh; a refresh may leave it out, and then the old one stays good.
    pub refresh: Option<SecretString>,
    /// How long the access token lives.
    pub expires_in_ms: u64,
    /// What was granted, separated by spaces.
    pub scopes: String,
}

impl Tokens {
    /// Whether all of these permissions were granted.
    pub fn allow(&self, scopes: &[&str]) -> bool {
        allow(&self.scopes, scopes)
    }
}

/// Whether all of these permissions are among those that were granted, separated by spaces.
pub fn allow(granted: &str, scopes: &[&str]) -> bool {
    scopes.iter().all(|scope| granted.split(' ').any(|granted| granted == *scope))
}

/// What a person brings back from Spotify's consent page.
#[derive(Debug)]
pub struct Grant<'a> {
    /// The code, which can be used once.
    pub code: &'a str,
    /// The PKCE verifier that belongs to the challenge.
    pub verifier: &'a str,
    /// Byte for byte the one that the consent page was given.
    pub redirect_uri: &'a str,
}

impl Spotify {
    /// The address of Spotify's consent page below `accounts_url`, as the browser reaches it, for these
    /// permissions.
    ///
    /// `show_dialog` asks again although the person agreed before: without it the browser's
    /// current Spotify sign-in is used silently.
    pub fn authorize_url(
        &self,
        accounts_url: &str,
        redirect_uri: &str,
        scopes: &[&str],
        state: &str,
        challenge: &str,
    ) -> String {
        let mut url = Url::parse(&format!("{accounts_url}/authorize"))
            .expect("the configuration was checked at the start");
        url.query_pairs_mut()
            .append_pair("client_id", &self.credentials.client_id)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state)
            .append_pair("scope", &scopes.join(" "))
            .append_pair("code_challenge_method", "S256")
            .append_pair("code_challenge", challenge)
            .append_pair("show_dialog", "true");
        url.into()
    }

    /// Where the consent page is for browsers, unless a demo says otherwise.
    pub fn accounts_url(&self) -> &str {
        &self.accounts_url
    }

    /// Turns a grant into tokens.
    ///
    /// # Errors
    /// `InvalidGrant` if the code is used, old or not for this verifier and redirect URI.
    pub async fn exchange(&self, grant: &Grant<'_>) -> Result<Tokens, SpotifyError> {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", grant.code),
            ("redirect_uri", grant.redirect_uri),
            ("code_verifier", grant.verifier),
        ])
        .await
    }

    /// Asks for a new access token.
    ///
    /// # Errors
    /// `InvalidGrant` if the refresh token is dead; keep it after any other failure.
    pub async fn refresh(&self, refresh: &SecretString) -> Result<Tokens, SpotifyError> {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh.expose_secret())])
            .await
    }

    async fn token(&self, form: &[(&str, &str)]) -> Result<Tokens, SpotifyError> {
        let request = self
            .http
            .post(format!("{}/api/token", self.accounts_url))
            .basic_auth(
                &self.credentials.client_id,
                Some(self.credentials.client_secret.expose_secret()),
            )
            .form(form);
        let response = self.measured("/api/token", request).await?;
        if !response.status().is_success() {
            return Err(SpotifyError::of_accounts(response).await);
        }
        let answer: wire::TokenAnswer = body::json(response).await?;
        Ok(Tokens {
            access: answer.access_token.into(),
            refresh: answer.refresh_token.filter(|token| !token.is_empty()).map(Into::into),
            expires_in_ms: answer.expires_in.saturating_mul(1000),
            scopes: answer.scope,
        })
    }
}

//! The Spotify application that rooms sign in with.

use anyhow::{Context as _, bail};
use url::Url;

use crate::server::spotify::Credentials;

/// A Spotify application and where Spotify is.
#[derive(Clone, Debug)]
pub struct SpotifyConfig {
    /// The application: `SPOTIFY_CLIENT_ID`, `SPOTIFY_CLIENT_SECRET`.
    pub credentials: Credentials,
    /// `SPOTIFY_ACCOUNTS_URL`: sign-in and tokens; may have a path, has no slash at its end.
    pub accounts_url: String,
    /// `SPOTIFY_API_URL`: the Web API; may have a path, has no slash at its end.
    pub api_url: String,
}

impl SpotifyConfig {
    const ACCOUNTS_URL: &str = "https://accounts.spotify.com";
    const API_URL: &str = "https://api.spotify.com/v1";

    pub(super) fn read(var: &impl Fn(&str) -> Option<String>) -> anyhow::Result<Option<Self>> {
        let credentials = match (var("SPOTIFY_CLIENT_ID"), var("SPOTIFY_CLIENT_SECRET")) {
            (Some(client_id), Some(secret)) => {
                Credentials { client_id, client_secret: secret.into() }
            }
            (None, None) => return Ok(None),
            (Some(_), None) => bail!("SPOTIFY_CLIENT_SECRET: is missing beside SPOTIFY_CLIENT_ID"),
            (None, Some(_)) => bail!("SPOTIFY_CLIENT_ID: is missing beside SPOTIFY_CLIENT_SECRET"),
        };
        Ok(Some(Self {
            credentials,
            accounts_url: base(var, "SPOTIFY_ACCOUNTS_URL", Self::ACCOUNTS_URL)?,
            api_url: base(var, "SPOTIFY_API_URL", Self::API_URL)?,
        }))
    }
}

fn base(
    var: &impl Fn(&str) -> Option<String>,
    name: &str,
    default: &str,
) -> anyhow::Result<String> {
    let text = var(name).unwrap_or_else(|| default.to_owned());
    let url = Url::parse(&text).with_context(|| name.to_owned())?;
    if !matches!(url.scheme(), "http" | "https")
        || url.query().is_some()
        || url.fragment().is_some()
    {
        bail!("{name}: must be an http:// or https:// address without a query");
    }
    Ok(text.trim_end_matches('/').to_owned())
}

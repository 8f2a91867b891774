//! The part of Spotify's API that a room needs, as a typed client.
//!
//! Facts about the API: <https://developer.spotify.com/documentation/web-api>.

mod accounts;
mod body;
mod devices;
mod error;
mod item;
mod own_playlist;
mod player;
mod playlists;
#[cfg(test)]
mod properties;
mod queue;
mod search;
mod wire;

use std::time::Duration;

pub use accounts::{Grant, Tokens, allow};
use anyhow::Context as _;
pub use own_playlist::{LONGEST_PAGE, MOST_AT_ONCE, OwnPlaylist};
use reqwest::{Method, RequestBuilder, Response, redirect};
use secrecy::SecretString;

use crate::server::metrics::{Began, Metrics};

/// Every permission that a room needs.
pub const SCOPES: [&str; 3] =
    ["user-read-playback-state", "user-read-currently-playing", "user-modify-playback-state"];

/// What it takes besides to choose one of the host's playlists.
pub const LIBRARY_SCOPES: [&str; 2] = ["playlist-read-private", "playlist-read-collaborative"];

/// What it takes besides to save what was played as a playlist: to write a private one, and to find the
/// one whose making Spotify did not confirm.
pub const PLAYLIST_SCOPES: [&str; 2] = ["playlist-modify-private", "playlist-read-private"];

/// An application registered at Spotify.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Identifies it: public, and part of the address of every consent page.
    pub client_id: String,
    /// Proves to Spotify that it is this application that asks.
    pub client_secret: SecretString,
}

/// Talks to Spotify. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Spotify {
    http: reqwest::Client,
    credentials: Credentials,
    accounts_url: String,
    api_url: String,
    metrics: Metrics,
}

/// What Spotify asks to leave alone by itself: one of its two services, or a part of one that has a
/// quota of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Service {
    /// Consents, and the tokens that come of them.
    Accounts,
    /// Everything else.
    WebApi,
    /// The part of the Web API that searches. Waits of 20 hours have been seen.
    Search,
    /// The part of the Web API that describes single tracks.
    Tracks,
    /// The part of the Web API that is about playlists.
    Playlists,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Accounts, Self::WebApi, Self::Search, Self::Tracks, Self::Playlists];

    /// What it is a part of: who must not ask that, must not ask this.
    pub fn whole(self) -> Self {
        match self {
            Self::Accounts => Self::Accounts,
            Self::WebApi | Self::Search | Self::Tracks | Self::Playlists => Self::WebApi,
        }
    }
}

/// What proves to the Web API that an account agreed. Never shown, logged or sent to a browser.
pub type AccessToken = SecretString;

impl Spotify {
    /// A client for Spotify at the given bases, which gives up on an answer after `timeout`.
    ///
    /// # Errors
    /// If the machine's certificates cannot be read.
    pub fn new(
        credentials: Credentials,
        accounts_url: String,
        api_url: String,
        timeout: Duration,
    ) -> anyhow::Result<Self> {
        // Fails only if it was done before, in the same process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "the one place that makes a client")]
        let http = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(redirect::Policy::none())
            .user_agent(concat!("auxroom/", env!("CARGO_PKG_VERSION")))
            .build()
            .context("preparing to talk to Spotify")?;
        Ok(Self { http, credentials, accounts_url, api_url, metrics: Metrics::default() })
    }

    /// The same, whose requests are measured.
    #[must_use]
    pub fn measured_by(self, metrics: Metrics) -> Self {
        Self { metrics, ..self }
    }

    /// The application on whose behalf it asks.
    pub fn client_id(&self) -> &str {
        &self.credentials.client_id
    }

    /// Sends a request and measures it. `path` is the template that Spotify's documentation has for
    /// it: never one with an ID in it.
    async fn measured(
        &self,
        path: &'static str,
        request: RequestBuilder,
    ) -> reqwest::Result<Response> {
        let (client, request) = request.build_split();
        let request = request?;
        let (metrics, method) = (&self.metrics, request.method().clone());
        let status = "cancelled".to_owned();
        let mut asked = Asked { metrics, method, path, status, began: metrics.begin() };
        let answer = client.execute(request).await;
        asked.status = match &answer {
            Ok(response) => response.status().as_str().to_owned(),
            Err(error) if error.is_timeout() => "timeout".to_owned(),
            Err(_) => "unreachable".to_owned(),
        };
        answer
    }
}

/// A request on its way: counted also if nobody waits for its answer any more.
struct Asked<'a> {
    metrics: &'a Metrics,
    method: Method,
    path: &'static str,
    status: String,
    began: Option<Began>,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.metrics.spotify_answered(&self.method, self.path, &self.status, self.began);
    }
}

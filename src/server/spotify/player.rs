//! The Web API's player.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback>

use reqwest::{Method, RequestBuilder, Response, StatusCode, header::CONTENT_LENGTH};
use secrecy::ExposeSecret as _;

use super::{AccessToken, Spotify, body, wire};
use crate::model::{Item, Kind, Player, SpotifyError};

impl Spotify {
    /// The account ID, which never changes.
    ///
    /// # Errors
    /// As for every call of the Web API.
    pub async fn account_id(&self, token: &AccessToken) -> Result<String, SpotifyError> {
        let response = self.send("/me", self.request(Method::GET, "/me", token)).await?;
        let me: wire::Me = body::json(response).await?;
        me.account_id
            .or(me.id)
            .filter(|id| !id.is_empty())
            .ok_or_else(|| SpotifyError::Failed("an account without an ID".into()))
    }

    /// What the account plays, or nothing when no device has been active for a while (204).
    ///
    /// # Errors
    /// As for every call of the Web API.
    pub async fn player(&self, token: &AccessToken) -> Result<Option<Player>, SpotifyError> {
        // Without the parameter a podcast arrives without its item.
        let request = self
            .request(Method::GET, "/me/player", token)
            .query(&[("additional_types", "track,episode")]);
        let response = self.send("/me/player", request).await?;
        if response.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        let answer: wire::PlayerAnswer = body::json(response).await?;
        Ok(Some(answer.into()))
    }

    /// Resumes playback, on the device with this ID or the active one.
    ///
    /// # Errors
    /// As for every command; `Restricted` when it already plays, `NoDevice` also if the device is
    /// gone.
    pub async fn play(
        &self,
        token: &AccessToken,
        device: Option<&str>,
    ) -> Result<(), SpotifyError> {
        let request = self.request(Method::PUT, "/me/player/play", token);
        let device = device.map(|device| ("device_id", device));
        self.command("/me/player/play", request.query(device.as_slice())).await
    }

    /// Pauses playback.
    ///
    /// # Errors
    /// As for every command; `Restricted` when it is already paused.
    pub async fn pause(&self, token: &AccessToken) -> Result<(), SpotifyError> {
        self.command("/me/player/pause", self.request(Method::PUT, "/me/player/pause", token)).await
    }

    /// Goes to the next item. Never retry blindly: a failure may have been carried out.
    ///
    /// # Errors
    /// As for every command.
    pub async fn next(&self, token: &AccessToken) -> Result<(), SpotifyError> {
        self.command("/me/player/next", self.request(Method::POST, "/me/player/next", token)).await
    }

    /// Sends a command without a body. Any 2xx means received; its body is sometimes text, and never
    /// read.
    pub(super) async fn command(
        &self,
        path: &'static str,
        request: RequestBuilder,
    ) -> Result<(), SpotifyError> {
        // Without a length Spotify answers 411; a body, even `{}`, could change what plays.
        self.send(path, request.header(CONTENT_LENGTH, "0")).await.map(drop)
    }

    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        token: &AccessToken,
    ) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.api_url))
            .bearer_auth(token.expose_secret())
    }

    pub(super) async fn send(
        &self,
        path: &'static str,
        request: RequestBuilder,
    ) -> Result<Response, SpotifyError> {
        let response = self.measured(path, request).await?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(SpotifyError::of_web_api(response).await)
        }
    }
}

impl From<wire::PlayerAnswer> for Player {
    fn from(answer: wire::PlayerAnswer) -> Self {
        let kind = match answer.currently_playing_type.as_str() {
            "track" => Kind::Track,
            "episode" => Kind::Episode,
            "ad" => Kind::Ad,
            _ => Kind::Unknown,
        };
        // An item without a URI cannot be told from the next one.
        let item = answer.item.filter(|item| !item.uri.is_empty()).map(Item::from);
        Self {
            is_playing: answer.is_playing,
            progress_ms: answer.progress_ms,
            // What else repeats, albums and playlists, lets a queue come first.
            repeats: answer.repeat_state == "track",
            kind,
            item,
        }
    }
}

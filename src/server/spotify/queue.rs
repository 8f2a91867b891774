//! What the player plays next.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/get-queue>

use reqwest::Method;
use serde_json::json;

use super::{AccessToken, Spotify, body, wire};
use crate::model::{Item, SpotifyError};

impl Spotify {
    /// Has a track played after the current one, and after those that were enqueued before. Never
    /// retry blindly: a failure may have been carried out.
    ///
    /// # Errors
    /// As for every command.
    pub async fn enqueue(&self, token: &AccessToken, uri: &str) -> Result<(), SpotifyError> {
        let request = self.request(Method::POST, "/me/player/queue", token).query(&[("uri", uri)]);
        self.command("/me/player/queue", request).await
    }

    /// Plays a track at once, in place of whatever plays, on the device with this ID or the active
    /// one.
    ///
    /// # Errors
    /// As for every command; `NoDevice` also if the device is gone.
    pub async fn play_track(
        &self,
        token: &AccessToken,
        uri: &str,
        device: Option<&str>,
    ) -> Result<(), SpotifyError> {
        let request = self.request(Method::PUT, "/me/player/play", token);
        let device = device.map(|device| ("device_id", device));
        let request = request.query(device.as_slice()).json(&json!({ "uris": [uri] }));
        self.send("/me/player/play", request).await.map(drop)
    }

    /// What the player plays next, in order: what was enqueued, and then the rest of what its owner
    /// started.
    ///
    /// # Errors
    /// As for every call of the Web API; `Restricted` if the account agreed before this permission
    /// was asked for.
    pub async fn queue(&self, token: &AccessToken) -> Result<Vec<Item>, SpotifyError> {
        let request = self.request(Method::GET, "/me/player/queue", token);
        let response = self.send("/me/player/queue", request).await?;
        let answer: wire::QueueAnswer = body::json(response).await?;
        Ok(answer.into())
    }
}

impl From<wire::QueueAnswer> for Vec<Item> {
    fn from(answer: wire::QueueAnswer) -> Self {
        let named = answer.queue.into_iter().flatten().filter(|item| !item.uri.is_empty());
        named.map(Item::from).collect()
    }
}

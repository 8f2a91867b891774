//! The Web API's player.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback>

use reqwest::{Method, RequestBuilder, Response, StatusCode, header::CONTENT_LENGTH};
use secrecy::ExposeSecret as _;

use super::{AccessToken, Spotify, body, wire};
use crate::model::{Item, Kind, Player, SpotifyError, Track};

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

    /// Resumes playback.
    ///
    /// # Errors
    /// As for every command; `Restricted` when it already plays.
    pub async fn play(&self, token: &AccessToken) -> Result<(), SpotifyError> {
        self.command(Method::PUT, "/me/player/play", token).await
    }

    /// Pauses playback.
    ///
    /// # Errors
    /// As for every command; `Restricted` when it is already paused.
    pub async fn pause(&self, token: &AccessToken) -> Result<(), SpotifyError> {
        self.command(Method::PUT, "/me/player/pause", token).await
    }

    /// Goes to the next item. Never retry blindly: a failure may have been carried out.
    ///
    /// # Errors
    /// As for every command.
    pub async fn next(&self, token: &AccessToken) -> Result<(), SpotifyError> {
        self.command(Method::POST, "/me/player/next", token).await
    }

    /// Sends a command. Any 2xx means received; its body is sometimes text, and never read.
    async fn command(
        &self,
        method: Method,
        path: &'static str,
        token: &AccessToken,
    ) -> Result<(), SpotifyError> {
        // Without a length Spotify answers 411; a body, even `{}`, could change what plays.
        let request = self.request(method, path, token).header(CONTENT_LENGTH, "0");
        self.send(path, request).await.map(drop)
    }

    fn request(&self, method: Method, path: &str, token: &AccessToken) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.api_url))
            .bearer_auth(token.expose_secret())
    }

    async fn send(
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
        Self { is_playing: answer.is_playing, progress_ms: answer.progress_ms, kind, item }
    }
}

impl From<wire::Item> for Item {
    fn from(item: wire::Item) -> Self {
        let (names, album) = match (item.show, item.album) {
            (Some(show), _) => (vec![show.name.clone()], Some(show)),
            (None, album) => (item.artists.into_iter().map(|artist| artist.name).collect(), album),
        };
        let artists = names.into_iter().filter(|name| !name.is_empty()).collect();
        let (album, images) = match album {
            Some(album) => (Some(album.name).filter(|name| !name.is_empty()), album.images),
            None => (None, Vec::new()),
        };
        let images = if item.images.is_empty() { images } else { item.images };
        let track = Track {
            uri: item.uri,
            name: item.name,
            artists,
            album,
            image_url: cover(images),
            duration_ms: item.duration_ms,
            explicit: item.explicit,
            url: item.external_urls.spotify.filter(|url| is_web_address(url)),
        };
        Self { track, isrc: item.external_ids.isrc }
    }
}

/// The largest cover of at most 640 pixels, or the first of any size.
fn cover(images: Vec<wire::Image>) -> Option<String> {
    let mut images: Vec<_> =
        images.into_iter().filter(|image| is_web_address(&image.url)).collect();
    let fitting = |image: &wire::Image| if image.width <= 640 { image.width } else { 0 };
    // Stable: images without a width keep Spotify's order, the widest first.
    images.sort_by_key(|image| std::cmp::Reverse(fitting(image)));
    images.into_iter().next().map(|image| image.url)
}

/// Whether a link may go into a page: never `javascript:` and the like.
fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

//! Spotify's catalogue.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/search>

use reqwest::{Method, StatusCode};

use super::{AccessToken, Spotify, body, wire};
use crate::model::{CatalogueTrack, SpotifyError, TrackId};

/// How many tracks one search finds at most: more than 10 are refused.
const PAGE: u32 = 10;
/// Where the last page may end.
const END: u32 = 1_000;

impl Spotify {
    /// Ten tracks that `query` finds, from `offset` on, and where the next ones begin if there are
    /// any.
    ///
    /// # Errors
    /// As for every call of the Web API.
    pub async fn search(
        &self,
        token: &AccessToken,
        query: &str,
        offset: u32,
    ) -> Result<(Vec<CatalogueTrack>, Option<u32>), SpotifyError> {
        let (limit, offset_text) = (PAGE.to_string(), offset.to_string());
        let request = self.request(Method::GET, "/search", token).query(&[
            ("q", query),
            ("type", "track"),
            ("limit", &limit),
            ("offset", &offset_text),
        ]);
        let response = self.send("/search", request).await.map_err(without_device)?;
        let answer: wire::SearchAnswer = body::json(response).await?;
        Ok(answer.tracks.read(offset))
    }

    /// The track with this ID, if there is one.
    ///
    /// # Errors
    /// As for every call of the Web API.
    pub async fn track(
        &self,
        token: &AccessToken,
        id: &TrackId,
    ) -> Result<Option<CatalogueTrack>, SpotifyError> {
        let request = self.request(Method::GET, &format!("/tracks/{id}"), token);
        let response = self.measured("/tracks/{id}", request).await?;
        // 400 for IDs that look like one but cannot be one.
        let is_unknown = [StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST];
        if is_unknown.contains(&response.status()) {
            return Ok(None);
        }
        if !response.status().is_success() {
            return Err(SpotifyError::of_web_api(response).await);
        }
        let item: wire::Item = body::json(response).await?;
        Ok(CatalogueTrack::read(item))
    }
}

/// Only the player has devices: here 404 says that Spotify is in trouble.
pub(super) fn without_device(error: SpotifyError) -> SpotifyError {
    match error {
        SpotifyError::NoDevice => SpotifyError::Failed("status 404".into()),
        error => error,
    }
}

impl wire::Page {
    /// The tracks of the page that begins at `offset`, and where the next one begins.
    pub(super) fn read(self, offset: u32) -> (Vec<CatalogueTrack>, Option<u32>) {
        let tracks = self.items.into_iter().flatten().filter_map(CatalogueTrack::read).collect();
        let next = self.next.and_then(|_| offset.checked_add(PAGE));
        (tracks, next.filter(|next| next.saturating_add(PAGE) <= END))
    }
}

//! Playlists that are made for an account, and written into.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/create-playlist>

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{AccessToken, Spotify, body, search::without_device, wire};
use crate::model::SpotifyError;

/// How many songs can be added at once.
pub const MOST_AT_ONCE: usize = 100;
/// The longest page of a list.
pub const LONGEST_PAGE: usize = 50;

/// A playlist of the account's own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OwnPlaylist {
    /// Its ID.
    pub id: String,
    /// Its page on Spotify.
    pub url: Option<String>,
}

impl Spotify {
    /// Makes a private playlist. Never retry blindly: look for its description first.
    ///
    /// # Errors
    /// As for every call of the Web API; `Restricted` if its owner did not agree to this.
    pub async fn make_playlist(
        &self,
        token: &AccessToken,
        name: &str,
        description: &str,
    ) -> Result<OwnPlaylist, SpotifyError> {
        let request = self.request(Method::POST, "/me/playlists", token);
        // Public, unless told otherwise.
        let wanted = json!({ "name": name, "description": description, "public": false });
        let response = self.send("/me/playlists", request.json(&wanted)).await;
        let made: wire::Playlist = body::json(response.map_err(without_device)?).await?;
        made.read().ok_or_else(|| SpotifyError::Failed("a playlist without an ID".into()))
    }

    /// Of the account's 50 newest playlists the one with `marker` in its description.
    ///
    /// # Errors
    /// As for every call of the Web API; `Restricted` if its owner did not agree to this.
    pub async fn find_playlist(
        &self,
        token: &AccessToken,
        marker: &str,
    ) -> Result<Option<OwnPlaylist>, SpotifyError> {
        let request = self.request(Method::GET, "/me/playlists", token);
        let request = request.query(&[("limit", LONGEST_PAGE.to_string())]);
        let response = self.send("/me/playlists", request).await.map_err(without_device)?;
        let answer: wire::PlaylistsAnswer = body::json(response).await?;
        let mut all = answer.items.into_iter().flatten();
        let found = all.find(|playlist| playlist.description.contains(marker));
        Ok(found.and_then(wire::Playlist::read))
    }

    /// Adds songs to the end of a playlist, 100 at most; false if Spotify does not have it any more.
    /// Never retry blindly: a failure may have been carried out.
    ///
    /// # Errors
    /// As for every call of the Web API; `Restricted` if its owner did not agree to this.
    pub async fn add_to_playlist(
        &self,
        token: &AccessToken,
        playlist: &str,
        uris: &[String],
    ) -> Result<bool, SpotifyError> {
        let path = format!("/playlists/{playlist}/items");
        let request = self.request(Method::POST, &path, token).json(&json!({ "uris": uris }));
        let response = self.measured("/playlists/{playlist_id}/items", request).await?;
        match response.status() {
            StatusCode::NOT_FOUND => Ok(false),
            status if status.is_success() => Ok(true),
            _ => Err(SpotifyError::of_web_api(response).await),
        }
    }

    /// The URIs of a part of what a playlist holds, 50 at most, and how much it holds.
    ///
    /// # Errors
    /// As for every call of the Web API; `Restricted` if its owner did not agree to this.
    pub async fn playlist_items(
        &self,
        token: &AccessToken,
        playlist: &str,
        offset: usize,
        limit: usize,
    ) -> Result<(Vec<String>, usize), SpotifyError> {
        let request = self.request(Method::GET, &format!("/playlists/{playlist}/items"), token);
        let request = request.query(&[("offset", offset), ("limit", limit)]);
        let response = self.send("/playlists/{playlist_id}/items", request).await;
        let answer: wire::PlaylistItemsAnswer =
            body::json(response.map_err(without_device)?).await?;
        let uri =
            |item: Option<wire::PlaylistItem>| item.and_then(|item| item.item).map(|it| it.uri);
        let uris = answer.items.into_iter().map(|item| uri(item).unwrap_or_default());
        Ok((uris.collect(), answer.total))
    }
}

impl wire::Playlist {
    /// Nothing if its ID is none: it becomes part of a path.
    fn read(self) -> Option<OwnPlaylist> {
        let is_id = (1..=64).contains(&self.id.len());
        let is_id = is_id && self.id.bytes().all(|it| it.is_ascii_alphanumeric());
        is_id.then_some(OwnPlaylist { id: self.id, url: self.external_urls.spotify })
    }
}

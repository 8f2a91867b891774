//! An account's playlists.
//!
//! <https://developer.spotify.com/documentation/web-api/reference/get-a-list-of-current-users-playlists>

use reqwest::Method;

use super::{AccessToken, Spotify, body, item::small_cover, wire};
use crate::model::{CatalogueTrack, Playlist, SpotifyError};

/// How many playlists, and how many of a playlist's items, one page has at most.
const PAGE: u32 = 50;

impl Spotify {
    /// Fifty playlists of the account's library, from `offset` on, and where the next ones begin if
    /// there are any.
    ///
    /// # Errors
    /// As for every call of the Web API; `Restricted` if the account did not agree to that.
    pub async fn playlists(
        &self,
        token: &AccessToken,
        offset: u32,
    ) -> Result<(Vec<Playlist>, Option<u32>), SpotifyError> {
        let request = self.request(Method::GET, "/me/playlists", token).query(&window(offset));
        let response = self.send("/me/playlists", request).await?;
        let answer: wire::PlaylistsAnswer = body::json(response).await?;
        let named = answer.items.into_iter().flatten().filter(|playlist| !playlist.id.is_empty());
        Ok((named.map(Playlist::from).collect(), next(offset, answer.next)))
    }

    /// The songs among fifty items of a playlist, from `offset` on, and where the next ones begin if
    /// there are any.
    ///
    /// # Errors
    /// As for every call of the Web API; `Restricted` if the playlist is neither the account's own nor
    /// shared with it, `NoDevice` if there is none.
    pub async fn playlist_songs(
        &self,
        token: &AccessToken,
        playlist: &str,
        offset: u32,
    ) -> Result<(Vec<CatalogueTrack>, Option<u32>), SpotifyError> {
        let path = format!("/playlists/{playlist}/items");
        let request = self.request(Method::GET, &path, token).query(&window(offset));
        let response = self.send("/playlists/{id}/items", request).await?;
        let answer: wire::PlaylistItemsAnswer = body::json(response).await?;
        let items = answer.items.into_iter().flatten().filter_map(|item| item.item);
        Ok((items.filter_map(CatalogueTrack::read).collect(), next(offset, answer.next)))
    }
}

fn window(offset: u32) -> [(&'static str, String); 2] {
    [("limit", PAGE.to_string()), ("offset", offset.to_string())]
}

fn next(offset: u32, address: Option<String>) -> Option<u32> {
    address.and_then(|_| offset.checked_add(PAGE))
}

impl From<wire::Playlist> for Playlist {
    fn from(playlist: wire::Playlist) -> Self {
        let wire::Playlist { id, name, images, items, .. } = playlist;
        Self { id, name, image_url: small_cover(&images), items: items.total }
    }
}

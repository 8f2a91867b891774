//! Spotify's JSON. Everything may be missing or null: what is promised and what comes differ.

use serde::{Deserialize, Deserializer};

/// Reads null as the default.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// `{"error":{"status","message","reason"}}` of the Web API.
#[derive(Default, Deserialize)]
pub(super) struct ErrorBody {
    pub(super) error: ErrorObject,
}

#[derive(Default, Deserialize)]
pub(super) struct ErrorObject {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) message: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) reason: String,
}

/// `{"error","error_description"}` of the accounts service.
#[derive(Default, Deserialize)]
pub(super) struct AccountsError {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) error: String,
}

/// The token endpoint's answer.
#[derive(Deserialize)]
pub(super) struct TokenAnswer {
    pub(super) access_token: String,
    pub(super) expires_in: u64,
    pub(super) refresh_token: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) scope: String,
}

/// `GET /me`.
#[derive(Deserialize)]
pub(super) struct Me {
    /// Never changes; older answers have only `id`.
    pub(super) account_id: Option<String>,
    pub(super) id: Option<String>,
}

/// `GET /me/player`.
#[derive(Deserialize)]
pub(super) struct PlayerAnswer {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) is_playing: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) progress_ms: u64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) repeat_state: String,
    pub(super) item: Option<Item>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) currently_playing_type: String,
}

/// `GET /me/player/queue`.
#[derive(Deserialize)]
pub(super) struct QueueAnswer {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) queue: Vec<Option<Item>>,
}

/// `GET /search`.
#[derive(Deserialize)]
pub(super) struct SearchAnswer {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) tracks: Page,
}

/// One page of a list.
#[derive(Default, Deserialize)]
pub(super) struct Page {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) items: Vec<Option<Item>>,
    /// The address of the next page.
    pub(super) next: Option<String>,
}

/// `GET /me/playlists`.
#[derive(Deserialize)]
pub(super) struct PlaylistsAnswer {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) items: Vec<Option<Playlist>>,
    /// The address of the next page.
    pub(super) next: Option<String>,
}

/// One of them, and the answer to `POST /me/playlists`.
#[derive(Deserialize)]
pub(super) struct Playlist {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) images: Vec<Image>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) description: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) external_urls: ExternalUrls,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) items: Count,
}

#[derive(Default, Deserialize)]
pub(super) struct Count {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) total: u32,
}

/// `GET /playlists/{id}/items`.
#[derive(Deserialize)]
pub(super) struct PlaylistItemsAnswer {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) items: Vec<Option<PlaylistItem>>,
    /// The address of the next page.
    pub(super) next: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) total: usize,
}

#[derive(Deserialize)]
pub(super) struct PlaylistItem {
    /// Nothing once the catalogue has it no more.
    pub(super) item: Option<Item>,
}

/// `GET /me/player/devices`.
#[derive(Deserialize)]
pub(super) struct DevicesAnswer {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) devices: Vec<Device>,
}

#[derive(Deserialize)]
pub(super) struct Device {
    pub(super) id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default", rename = "type")]
    pub(super) kind: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) is_active: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) is_restricted: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) supports_volume: bool,
    pub(super) volume_percent: Option<u32>,
}

/// A track or an episode.
#[derive(Deserialize)]
pub(super) struct Item {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) uri: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) duration_ms: u64,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) explicit: bool,
    /// Only where the account's country decides; what lacks it can be played.
    pub(super) is_playable: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) artists: Vec<Artist>,
    pub(super) album: Option<Album>,
    pub(super) show: Option<Album>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) images: Vec<Image>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) external_urls: ExternalUrls,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) external_ids: ExternalIds,
}

#[derive(Deserialize)]
pub(super) struct Artist {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) uri: String,
}

/// An album, or an episode's show.
#[derive(Deserialize)]
pub(super) struct Album {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) images: Vec<Image>,
}

#[derive(Deserialize)]
pub(super) struct Image {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) url: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) width: u32,
}

#[derive(Default, Deserialize)]
pub(super) struct ExternalUrls {
    pub(super) spotify: Option<String>,
}

#[derive(Default, Deserialize)]
pub(super) struct ExternalIds {
    pub(super) isrc: Option<String>,
}

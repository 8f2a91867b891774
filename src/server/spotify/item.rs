//! Tracks and episodes, as Spotify describes them.

use super::wire;
use crate::model::{CatalogueTrack, Item, Track, TrackId};

impl CatalogueTrack {
    /// What can be asked for; nothing if it is an episode, a file of somebody's own or the like.
    pub(super) fn read(item: wire::Item) -> Option<Self> {
        TrackId::of_uri(&item.uri)?;
        // Spotify leaves it out where it has nothing to say.
        let is_playable = item.is_playable.unwrap_or(true);
        let uris = item.artists.iter().map(|artist| artist.uri.clone());
        let artist_uris = uris.filter(|uri| !uri.is_empty()).collect();
        Some(Self { item: item.into(), artist_uris, is_playable })
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
pub(super) fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

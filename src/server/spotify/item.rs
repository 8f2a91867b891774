//! Tracks and episodes, as Spotify describes them.

use super::wire;
use crate::model::{CatalogueTrack, Item, Track, TrackId};

/// A cover of what plays is shown as wide as this at most.
const COVER_PX: u32 = 640;
/// One in a list is 48 pixels wide, and most screens show two dots for each.
const SMALL_COVER_PX: u32 = 96;

impl CatalogueTrack {
    /// What can be asked for; nothing if it is an episode, a file of somebody's own or the like.
    pub(super) fn read(item: wire::Item) -> Option<Self> {
        TrackId::of_uri(&item.uri)?;
        // Spotify leaves it out where it has nothing to say.
        let is_playable = item.is_playable.unwrap_or(true);
        let uris = item.artists.iter().map(|artist| artist.uri.clone());
        let artist_uris = uris.filter(|uri| !uri.is_empty()).collect();
        let image_url = small_cover(item.images());
        let mut item = Item::from(item);
        item.track.image_url = image_url;
        Some(Self { item, artist_uris, is_playable })
    }
}

impl From<wire::Item> for Item {
    fn from(item: wire::Item) -> Self {
        let image_url = cover(item.images());
        let (names, album) = match (item.show, item.album) {
            (Some(show), _) => (vec![show.name.clone()], Some(show)),
            (None, album) => (item.artists.into_iter().map(|artist| artist.name).collect(), album),
        };
        let track = Track {
            uri: item.uri,
            name: item.name,
            artists: names.into_iter().filter(|name| !name.is_empty()).collect(),
            album: album.map(|album| album.name).filter(|name| !name.is_empty()),
            image_url,
            duration_ms: item.duration_ms,
            explicit: item.explicit,
            url: item.external_urls.spotify.filter(|url| is_web_address(url)),
        };
        Self { track, isrc: item.external_ids.isrc }
    }
}

impl wire::Item {
    /// An episode has some of its own; a track has its album's.
    fn images(&self) -> &[wire::Image] {
        let album = self.show.as_ref().or(self.album.as_ref());
        match album {
            Some(album) if self.images.is_empty() => &album.images,
            _ => &self.images,
        }
    }
}

/// The widest cover that is shown as it is, or the first of any size.
fn cover(images: &[wire::Image]) -> Option<String> {
    best(images, |width| if width <= COVER_PX { COVER_PX - width } else { COVER_PX })
}

/// The narrowest cover that is sharp in a list, or the first of any size.
pub(super) fn small_cover(images: &[wire::Image]) -> Option<String> {
    best(images, |width| if width >= SMALL_COVER_PX { width } else { u32::MAX })
}

/// The image whose width ranks lowest, and the first of those: without a width they are in Spotify's order, the
/// widest first.
fn best(images: &[wire::Image], rank: impl Fn(u32) -> u32) -> Option<String> {
    let images = images.iter().filter(|image| is_web_address(&image.url));
    images.min_by_key(|image| rank(image.width)).map(|image| image.url.clone())
}

/// Whether a link may go into a page: never `javascript:` and the like.
fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cover_is_as_wide_as_it_is_shown_and_small_in_lists() {
        let image = |width| wire::Image { url: format!("https://i.scdn.co/{width}"), width };
        let of = |widths: &[u32]| {
            let images: Vec<_> = widths.iter().copied().map(image).collect();
            let width = |url: Option<String>| url?.rsplit('/').next()?.parse().ok();
            (width(cover(&images)), width(small_cover(&images)))
        };
        for (widths, expected) in [
            (&[640, 300, 64][..], (Some(640), Some(300))),
            (&[1_200, 600, 60], (Some(600), Some(600))),
            (&[64], (Some(64), Some(64))),
            (&[0], (Some(0), Some(0))),
            (&[], (None::<u32>, None)),
        ] {
            assert_eq!(of(widths), expected, "{widths:?}");
        }
        let mut script = image(300);
        script.url = "javascript:alert(1)".to_owned();
        assert_eq!((cover(&[script]), small_cover(&[])), (None, None));
    }
}

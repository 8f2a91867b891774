//! The listener's playlists, and what they hold.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::base::Base;
use super::caller::Caller;
use super::error::ApiError;
use super::page::Window;
use super::wire;
use crate::catalogue::{self, PLAYLISTS, Playlist, playlist_id};
use crate::simulator::Simulator;
use crate::state::Account;

const READ_PRIVATE: &str = "playlist-read-private";
const LAST_OFFSET: usize = 100_000;

type Answer = Result<Json<Value>, ApiError>;

/// `GET /me/playlists`
pub(super) async fn own(
    State(simulator): State<Simulator>,
    caller: Caller,
    base: Base,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.require(READ_PRIVATE)?;
    let window = Window::of(&query, 20, 1..=50, LAST_OFFSET)?;
    simulator.read(|state| {
        let account =
            state.account(&caller.account).ok_or(ApiError::new(401, "Invalid access token"))?;
        let all: Vec<_> = PLAYLISTS.iter().enumerate().collect();
        let show = |(number, playlist): &(usize, &Playlist)| {
            playlist_of(account, *number, playlist, &base)
        };
        let link = |page: &str| base.api(&format!("me/playlists?{page}"));
        Ok(Json(window.page(&all, show, link)))
    })
}

/// `GET /playlists/{id}/items`: of the caller's own playlists alone.
pub(super) async fn items(
    caller: Caller,
    base: Base,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.require(READ_PRIVATE)?;
    if !catalogue::is_id(&id) {
        return Err(ApiError::new(400, "Invalid base62 id"));
    }
    let playlist = Playlist::with_id(&id).ok_or(ApiError::new(404, "Resource not found"))?;
    let is_listed = (0..PLAYLISTS.len()).any(|number| playlist_id(&caller.account, number) == id);
    if !is_listed || !playlist.is_own {
        return Err(ApiError::new(403, "Forbidden"));
    }
    let window = Window::of(&query, 20, 1..=50, LAST_OFFSET)?;
    let show = |uri: &String| {
        json!({
            "added_at": "2025-03-14T20:15:00Z",
            "added_by": wire::user(&caller.account, &base),
            "is_local": uri.starts_with("spotify:local:"),
            // What is gone from the catalogue is still counted.
            "item": wire::item_with(uri, &base),
        })
    };
    let link = |page: &str| base.api(&format!("playlists/{id}/items?{page}"));
    Ok(Json(window.page(&playlist.uris(), show, link)))
}

fn playlist_of(account: &Account, number: usize, playlist: &Playlist, base: &Base) -> Value {
    let id = playlist_id(&account.id, number);
    let (owner_id, owner_name) = match playlist.is_own {
        true => (account.id.as_str(), account.display_name.as_str()),
        false => ("theofficeradio", "The Office"),
    };
    let mut owner = wire::user(owner_id, base);
    owner["display_name"] = owner_name.into();
    let uris = playlist.uris();
    json!({
        "collaborative": playlist.is_collaborative,
        "description": playlist.description,
        "external_urls": { "spotify": base.page(&format!("playlist/{id}")) },
        "href": base.api(&format!("playlists/{id}")),
        "id": id,
        "images": wire::mosaic(&uris, base),
        "items": { "href": base.api(&format!("playlists/{id}/items")), "total": uris.len() },
        "name": playlist.name,
        "owner": owner,
        "public": playlist.is_public,
        "snapshot_id": id,
        "type": "playlist",
        "uri": format!("spotify:playlist:{id}"),
    })
}

//! The listener's playlists, and what they hold.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::base::Base;
use super::caller::Caller;
use super::error::ApiError;
use super::page::Window;
use super::wire;
use crate::catalogue::{self, PLAYLISTS, Playlist, playlist_id};
use crate::playlists::{Additions, MadePlaylist, Wanted};
use crate::simulator::Simulator;
use crate::state::Account;

const READ_PRIVATE: &str = "playlist-read-private";
const MODIFY_PRIVATE: &str = "playlist-modify-private";
const MODIFY_PUBLIC: &str = "playlist-modify-public";
const LAST_OFFSET: usize = 100_000;

type Answer = Result<Json<Value>, ApiError>;

/// `GET /me/playlists`: what was made last comes first.
pub(super) async fn own(
    State(simulator): State<Simulator>,
    caller: Caller,
    base: Base,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.require(READ_PRIVATE)?;
    let window = Window::of(&query, 20, 1..=50, LAST_OFFSET)?;
    simulator.read(|state| {
        let account = state.account(&caller.account).ok_or(NO_ACCOUNT)?;
        let made =
            account.made_playlists.iter().rev().map(|made| made_playlist(account, made, &base));
        let usual = PLAYLISTS.iter().enumerate();
        let usual = usual.map(|(number, playlist)| playlist_of(account, number, playlist, &base));
        let all: Vec<Value> = made.chain(usual).collect();
        let link = |page: &str| base.api(&format!("me/playlists?{page}"));
        Ok(Json(window.page(&all, Value::clone, link)))
    })
}

/// `POST /me/playlists`
pub(super) async fn create(
    State(simulator): State<Simulator>,
    caller: Caller,
    base: Base,
    body: Bytes,
) -> Result<Response, ApiError> {
    let wanted: Wanted =
        serde_json::from_slice(&body).map_err(|_| bad_request("Error parsing JSON."))?;
    caller.require(if wanted.is_public() { MODIFY_PUBLIC } else { MODIFY_PRIVATE })?;
    let made = simulator.change(|state| {
        let id = state.random(22);
        let account = state.account_mut(&caller.account).ok_or(NO_ACCOUNT)?;
        let made = wanted.make(id, &mut account.made_playlists).map_err(bad_request)?;
        let mut answer = made_playlist(account, &made, &base);
        // The long form, with the first page of what it holds.
        let link = |page: &str| base.api(&format!("playlists/{}/items?{page}", made.id));
        let none = Window { limit: 100, offset: 0 }.page::<Value>(&[], Value::clone, link);
        answer["items"] = none;
        Ok::<_, ApiError>(answer)
    })?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// `POST /playlists/{id}/items`: to what an app made for the caller.
pub(super) async fn add(
    State(simulator): State<Simulator>,
    caller: Caller,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    let additions: Additions =
        serde_json::from_slice(&body).map_err(|_| bad_request("Error parsing JSON."))?;
    check_id(&id)?;
    let snapshot = simulator.change(|state| {
        let is_anybodys = state.accounts.iter().any(|account| made_with(account, &id).is_some());
        let account = state.account_mut(&caller.account).ok_or(NO_ACCOUNT)?;
        let made = account.made_playlists.iter_mut().find(|made| made.id == id);
        let Some(made) = made else {
            let is_known = is_anybodys || Playlist::with_id(&id).is_some();
            return Err(if is_known { FORBIDDEN } else { NOT_FOUND });
        };
        caller.require(if made.is_public { MODIFY_PUBLIC } else { MODIFY_PRIVATE })?;
        made.add(additions).map_err(|why| ApiError::new(400, why))?;
        Ok(json!({ "snapshot_id": format!("{}{}", made.id, made.uris.len()) }))
    })?;
    Ok((StatusCode::CREATED, Json(snapshot)).into_response())
}

/// `GET /playlists/{id}/items`: of the caller's own playlists alone.
pub(super) async fn items(
    State(simulator): State<Simulator>,
    caller: Caller,
    base: Base,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
    caller.require(READ_PRIVATE)?;
    check_id(&id)?;
    let made = simulator.read(|state| {
        let made =
            state.accounts.iter().find_map(|account| Some((account, made_with(account, &id)?)));
        made.map(|(account, made)| (account.id == caller.account, made.uris.clone()))
    });
    let uris = match made {
        Some((true, uris)) => uris,
        Some((false, _)) => return Err(FORBIDDEN),
        None => usual_items(&caller, &id)?,
    };
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
    Ok(Json(window.page(&uris, show, link)))
}

/// What the playlist that every account has holds.
fn usual_items(caller: &Caller, id: &str) -> Result<Vec<String>, ApiError> {
    let playlist = Playlist::with_id(id).ok_or(NOT_FOUND)?;
    let is_listed = (0..PLAYLISTS.len()).any(|number| playlist_id(&caller.account, number) == id);
    match is_listed && playlist.is_own {
        true => Ok(playlist.uris()),
        false => Err(FORBIDDEN),
    }
}

fn made_with<'a>(account: &'a Account, id: &str) -> Option<&'a MadePlaylist> {
    account.made_playlists.iter().find(|made| made.id == id)
}

fn check_id(id: &str) -> Result<(), ApiError> {
    catalogue::is_id(id).then_some(()).ok_or(bad_request("Invalid base62 id"))
}

fn bad_request(message: &'static str) -> ApiError {
    ApiError::new(400, message)
}

const NO_ACCOUNT: ApiError = ApiError::fixed(401, "Invalid access token");
const FORBIDDEN: ApiError = ApiError::fixed(403, "Forbidden");
const NOT_FOUND: ApiError = ApiError::fixed(404, "Resource not found");

/// A playlist as it is shown.
struct Shown<'a> {
    id: &'a str,
    name: &'a str,
    description: &'a str,
    owner: (&'a str, &'a str),
    is_collaborative: bool,
    is_public: bool,
    uris: &'a [String],
}

fn made_playlist(account: &Account, made: &MadePlaylist, base: &Base) -> Value {
    let shown = Shown {
        id: &made.id,
        name: &made.name,
        description: &made.description,
        owner: (&account.id, &account.display_name),
        is_collaborative: false,
        is_public: made.is_public,
        uris: &made.uris,
    };
    shown.json(base)
}

fn playlist_of(account: &Account, number: usize, playlist: &Playlist, base: &Base) -> Value {
    let owner = match playlist.is_own {
        true => (account.id.as_str(), account.display_name.as_str()),
        false => ("theofficeradio", "The Office"),
    };
    let shown = Shown {
        id: &playlist_id(&account.id, number),
        name: playlist.name,
        description: playlist.description,
        owner,
        is_collaborative: playlist.is_collaborative,
        is_public: playlist.is_public,
        uris: &playlist.uris(),
    };
    shown.json(base)
}

impl Shown<'_> {
    fn json(&self, base: &Base) -> Value {
        let Self { id, owner: (owner_id, owner_name), uris, .. } = *self;
        let mut owner = wire::user(owner_id, base);
        owner["display_name"] = owner_name.into();
        json!({
            "collaborative": self.is_collaborative,
            "description": self.description,
            "external_urls": { "spotify": base.page(&format!("playlist/{id}")) },
            "href": base.api(&format!("playlists/{id}")),
            "id": id,
            "images": wire::mosaic(uris, base),
            "items": { "href": base.api(&format!("playlists/{id}/items")), "total": uris.len() },
            "name": self.name,
            "owner": owner,
            "public": self.is_public,
            "snapshot_id": id,
            "type": "playlist",
            "uri": format!("spotify:playlist:{id}"),
        })
    }
}

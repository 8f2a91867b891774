//! The listener's profile, search, and single tracks.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::base::Base;
use super::caller::Caller;
use super::error::ApiError;
use super::page::Window;
use super::wire;
use crate::catalogue::{self, Song};
use crate::simulator::Simulator;

/// `GET /me`
pub(super) async fn me(
    State(simulator): State<Simulator>,
    caller: Caller,
    base: Base,
) -> Result<Json<Value>, ApiError> {
    simulator.read(|state| {
        let account =
            state.account(&caller.account).ok_or(ApiError::new(401, "Invalid access token"))?;
        Ok(Json(wire::profile(account, &base)))
    })
}

/// `GET /tracks/{id}`
pub(super) async fn track(
    _: Caller,
    base: Base,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    if !catalogue::is_id(&id) {
        return Err(ApiError::new(400, "Invalid base62 id"));
    }
    let song = catalogue::song(&format!("spotify:track:{id}"))
        .ok_or(ApiError::new(404, "Resource not found"))?;
    Ok(Json(wire::track(wire::as_played(song), song.duration_ms, &base)))
}

/// `GET /search`
pub(super) async fn search(
    _: Caller,
    base: Base,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let words = query.get("q").map(|words| words.trim()).filter(|words| !words.is_empty());
    let words = words.ok_or(ApiError::new(400, "No search query"))?;
    let kinds = query.get("type").ok_or(ApiError::new(400, "Missing parameter type"))?;
    if kinds != "track" {
        return Err(ApiError::new(400, format!("Bad search type field {kinds}")));
    }
    let window = Window::of(&query, 5, 1..=10, 1_000)?;
    let found = catalogue::search(words);
    let link = |page: &str| {
        let mut link = form_urlencoded::Serializer::new(String::new());
        link.append_pair("q", words).append_pair("type", "track");
        base.api(&format!("search?{}&{page}", link.finish()))
    };
    let show = |song: &&Song| wire::track(song, song.duration_ms, &base);
    Ok(Json(json!({ "tracks": window.page(&found, show, link) })))
}

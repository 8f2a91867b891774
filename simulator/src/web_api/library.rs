//! The listener's profile, search, and single tracks.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::base::Base;
use super::caller::Caller;
use super::error::ApiError;
use super::wire;
use crate::catalogue;
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
    let number =
        |name: &'static str, default, range: std::ops::RangeInclusive<usize>, message| match query
            .get(name)
        {
            None => Ok(default),
            Some(text) => text
                .parse()
                .ok()
                .filter(|number| range.contains(number))
                .ok_or(ApiError::new(400, message)),
        };
    let limit = number("limit", 5, 1..=10, "Invalid limit")?;
    let offset = number("offset", 0, 0..=1_000, "Invalid offset")?;

    let found = catalogue::search(words);
    let page = |offset: usize| {
        let mut link = form_urlencoded::Serializer::new(String::new());
        link.append_pair("q", words).append_pair("type", "track");
        link.append_pair("limit", &limit.to_string()).append_pair("offset", &offset.to_string());
        base.api(&format!("search?{}", link.finish()))
    };
    let items: Vec<Value> = found
        .iter()
        .skip(offset)
        .take(limit)
        .map(|song| wire::track(song, song.duration_ms, &base))
        .collect();
    Ok(Json(json!({ "tracks": {
        "href": page(offset),
        "items": items,
        "limit": limit,
        "next": (offset + limit < found.len()).then(|| page(offset + limit)),
        "offset": offset,
        "previous": (offset > 0).then(|| page(offset.saturating_sub(limit))),
        "total": found.len(),
    }})))
}

//! The part of the Web API that a music room uses, below `/v1`.

mod base;
mod caller;
mod error;
mod library;
mod page;
mod player;
mod playlists;
mod wire;

use axum::Router;
use axum::routing::{any, get, post, put};

use crate::simulator::Simulator;
use error::ApiError;

/// All simulated endpoints; everything else below `/v1` is answered like an unknown service.
pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/v1/me", get(library::me))
        .route("/v1/search", get(library::search))
        .route("/v1/tracks/{id}", get(library::track))
        .route("/v1/me/playlists", get(playlists::own).post(playlists::create))
        .route("/v1/playlists/{id}/items", get(playlists::items).post(playlists::add))
        // Its name until February 2026.
        .route("/v1/playlists/{id}/tracks", any(async || ApiError::new(403, "Forbidden")))
        .route("/v1/me/player", get(player::state).put(player::transfer))
        .route("/v1/me/player/currently-playing", get(player::currently_playing))
        .route("/v1/me/player/devices", get(player::devices))
        .route("/v1/me/player/queue", get(player::queue).post(player::enqueue))
        .route("/v1/me/player/play", put(player::play))
        .route("/v1/me/player/pause", put(player::pause))
        .route("/v1/me/player/next", post(player::next))
        .route("/v1/me/player/previous", post(player::previous))
        .route("/v1/me/player/seek", put(player::seek))
        .route("/v1/me/player/volume", put(player::volume))
        .route("/v1/{*rest}", any(async || ApiError::new(404, "Service not found")))
        .method_not_allowed_fallback(async || ApiError::new(405, "Method not allowed"))
}

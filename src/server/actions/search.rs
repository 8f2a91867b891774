//! Finding songs.

use super::App;
use crate::{
    error::AppError,
    model::{CatalogueTrack, RoomId},
};

/// The track that a member names by Spotify's URI or link.
///
/// # Errors
/// `NotATrack`, or why Spotify could not be asked.
pub async fn track(_app: &App, _room: RoomId, _uri: &str) -> Result<CatalogueTrack, AppError> {
    Err(AppError::NotATrack)
}

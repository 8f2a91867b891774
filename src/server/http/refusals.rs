//! What limits refuse, counted by reason.

use crate::{error::AppError, server::http::state::AppState};

/// Counts an error, if a limit is its reason. Each refusal passes one of the places that turn errors
/// into answers: pages, forms and scripts, event streams, and what reaches none of them.
pub fn count(app: &AppState, error: AppError) {
    if let Some(reason) = reason(error) {
        app.metrics.refused(reason);
    }
}

fn reason(error: AppError) -> Option<&'static str> {
    Some(match error {
        AppError::ForeignOrigin => "foreign_origin",
        AppError::NotSaved => "not_saved",
        AppError::RoomFull => "room_full",
        AppError::TooLarge => "too_large",
        AppError::TooManyAtOnce => "too_many_commands",
        AppError::TooManyGuesses => "too_many_guesses",
        AppError::TooManyRooms => "too_many_rooms",
        AppError::TooManyVisitors => "too_many_visitors",
        AppError::WrongHost => "wrong_host",
        _ => return None,
    })
}

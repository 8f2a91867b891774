//! A page in place of one that cannot be shown.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{error::AppError, model::paths};

/// Says what is in the way, and where to go.
#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    let heading = match error {
        AppError::PageNotFound => "Nothing here",
        AppError::RoomNotFound => "No such room",
        AppError::RoomClosed => "This room is closed",
        AppError::NotMember | AppError::NotHost => "Not for you",
        AppError::SignInExpired
        | AppError::SignInFailed
        | AppError::ScopeMissing
        | AppError::NotRegistered
        | AppError::PremiumRequired
        | AppError::SpotifyUnreachable => "Spotify is not connected",
        _ => "Something is in the way",
    };
    view! {
        <Title text=heading/>
        <h1>{heading}</h1>
        <p role="alert">{error.to_string()}</p>
        <nav class="stack" aria-label="Go on">
            <a class="button primary" href=paths::HOME>"Back to the start"</a>
            <a class="button" href=paths::JOIN>"Join a room"</a>
        </nav>
    }
}

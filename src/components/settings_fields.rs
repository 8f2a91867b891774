//! The fields of a room's settings.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::FieldError;
use crate::{
    error::AppError,
    model::{Settings, VotesToSkip, parse_switch},
    text::{self, label},
};

/// Votes to skip, and whether guests can pause. A form that was refused comes back as it was
/// filled in.
#[component]
pub fn SettingsFields(
    /// What the fields show first.
    settings: Settings,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let query = use_query_map().get_untracked();
    let rejected_votes = query.get("votes_to_skip");
    let can_pause = match &rejected_votes {
        Some(_) => {
            query.get("guest_can_pause").and_then(|text| parse_switch(&text)).unwrap_or(false)
        }
        None => settings.guest_can_pause,
    };
    let votes = rejected_votes.unwrap_or_else(|| settings.votes_to_skip.get().to_string());
    // A number field would drop what is not a number: nobody would see what was refused.
    let kind = if votes.is_empty() || votes.parse::<f64>().is_ok() { "number" } else { "text" };
    let of_votes =
        Signal::derive(move || error.get().filter(|error| *error != AppError::GuestCanPause));
    let of_pause =
        Signal::derive(move || error.get().filter(|error| *error == AppError::GuestCanPause));
    view! {
        <div class="field">
            <label for="votes-to-skip">{label::VOTES_TO_SKIP}</label>
            <input
                id="votes-to-skip"
                name="votes_to_skip"
                type=kind
                inputmode="numeric"
                min=VotesToSkip::MIN
                max=VotesToSkip::MAX
                required
                value=votes
                aria-describedby="votes-hint votes-error"
                aria-invalid=move || of_votes.get().is_some().then_some("true")
            />
            <p id="votes-hint" class="dim">{text::settings::VOTES_HINT}</p>
            <FieldError id="votes-error" error=of_votes/>
        </div>
        <div class="field">
            <label class="check">
                <input name="guest_can_pause" type="checkbox" checked=can_pause aria-describedby="pause-error"/>
                {label::GUESTS_CAN_PAUSE}
            </label>
            <FieldError id="pause-error" error=of_pause/>
        </div>
    }
}

//! The fields of a room's settings.

use leptos::prelude::*;

use super::{
    FieldError,
    number_field::{Number, number_field},
    use_query,
};
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
    let rejected_votes = use_query("votes_to_skip");
    let can_pause = match &rejected_votes {
        Some(_) => {
            use_query("guest_can_pause").and_then(|text| parse_switch(&text)).unwrap_or(false)
        }
        None => settings.guest_can_pause,
    };
    let votes = rejected_votes.unwrap_or_else(|| settings.votes_to_skip.get().to_string());
    let of_pause =
        Signal::derive(move || error.get().filter(|error| *error == AppError::GuestCanPause));
    // The other fields say themselves what is wrong with them.
    let is_others = |error: &AppError| {
        matches!(
            error,
            AppError::GuestCanPause | AppError::SkipShare | AppError::SongRules(_) | AppError::Name
        )
    };
    let of_votes = Signal::derive(move || error.get().filter(|error| !is_others(error)));
    view! {
        {number_field(Number {
            key: "votes",
            name: "votes_to_skip",
            label: label::VOTES_TO_SKIP,
            hint: text::settings::VOTES_HINT,
            least: VotesToSkip::MIN,
            most: VotesToSkip::MAX,
            required: true,
            value: votes,
            error: of_votes,
        })}
        <div class="field">
            <label class="check">
                <input name="guest_can_pause" type="checkbox" checked=can_pause aria-describedby="pause-error"/>
                {label::GUESTS_CAN_PAUSE}
            </label>
            <FieldError id="pause-error" error=of_pause/>
        </div>
    }
}

//! What plays, at hand while one scrolls.

use leptos::prelude::*;

use super::{Live, SKIP_FORM, progress::position};
use crate::{
    model::{Role, Snapshot},
    text::label,
};

/// A slim bar below everything else. All in it is on the page already: it is no second stop for the
/// keyboard, and screen readers are not told of it.
#[component]
pub fn Bar(live: Live) -> impl IntoView {
    let position = position(live);
    let title = live.part(|now| Some(now.playback.as_ref()?.track.as_ref()?.name.clone()));
    let current = live.part(Snapshot::current_play);
    let is_host = live.you.with_untracked(|you| you.role == Role::Host);
    let has_voted = move || current.get().is_some() && live.you.get().voted_play == current.get();
    let name = if is_host { label::SKIP } else { label::VOTE_TO_SKIP };
    view! {
        <div class="bar" aria-hidden="true" hidden=move || title.with(Option::is_none)>
            <span dir="auto">{title}</span>
            {move || current.get().map(|_| view! {
                <button
                    class="button small"
                    type="submit"
                    form=SKIP_FORM
                    tabindex="-1"
                    aria-pressed=move || (!is_host).then(|| has_voted().to_string())
                >
                    {name}
                </button>
            })}
            <progress
                max=move || position.get().map_or(1, |(_, duration)| duration) as f64
                value=move || position.get().map_or(0, |(progress, _)| progress) as f64
            ></progress>
        </div>
    }
}

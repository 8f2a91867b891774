//! The position in the song.

use leptos::prelude::*;

use super::Live;
use crate::{
    model::Pending,
    text::{clock, label},
};

/// A bar that moves on between events.
#[component]
pub fn Progress(live: Live) -> impl IntoView {
    let position = position(live);
    let progress = move || position.get().map_or(0, |(progress, _)| progress);
    let duration = move || position.get().map_or(0, |(_, duration)| duration);
    view! {
        <div class="progress" hidden=move || duration() == 0>
            <progress aria-label=label::PROGRESS max=move || duration() as f64 value=move || progress() as f64></progress>
            <span class="times"><span>{move || clock(progress())}</span><span>{move || clock(duration())}</span></span>
        </div>
    }
}

/// The position and the length of what plays, in milliseconds.
pub(super) fn position(live: Live) -> Memo<Option<(u64, u64)>> {
    Memo::new(move |_| {
        let now = live.now.get();
        live.snapshot.with(|snapshot| {
            let playback = snapshot.playback.as_ref()?;
            let duration = playback.track.as_ref()?.duration_ms;
            // A pause that Spotify received stops the bar before it is reported.
            let now = if playback.pending == Some(Pending::Pause) { playback.as_of } else { now };
            Some((playback.progress_at(now), duration))
        })
    })
}

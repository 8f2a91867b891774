//! How Spotify is doing, and whether this page is live.

use leptos::{either::Either, prelude::*};

use super::Live;
use crate::text::room;

/// Trouble with Spotify in words: an alert where a person must act, a status where waiting helps.
#[component]
pub fn StatusLine(live: Live) -> impl IntoView {
    let status = live.part(|now| now.status.clone());
    let text = move || Some(status.get().text).filter(|text| !text.is_empty());
    let seconds_left = move || {
        let retry_at = status.get().retry_at?;
        room::time_left(retry_at.since(live.now.get()).div_ceil(1000))
    };
    view! {
        {move || if status.with(|status| status.kind.needs_action()) {
            Either::Left(view! { <p class="trouble" role="alert">{text}</p> })
        } else {
            Either::Right(view! {
                <div class="status">
                    <p role="status">{text}</p>
                    // Apart: what counts down is not read out.
                    <span class="dim">{seconds_left}</span>
                </div>
            })
        }}
        <p class="status" role="status">
            {move || (!live.is_live.get()).then_some(room::LOST_CONNECTION)}
        </p>
    }
}

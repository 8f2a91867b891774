//! What became of songs that this member asked for and nobody heard.

use leptos::prelude::*;

use super::super::{Live, queue_forms::DISMISS};
use crate::text::label;

/// Says it until it is dismissed, or has been said for long enough.
#[component]
pub fn LostSongs(live: Live) -> impl IntoView {
    // In one text, and the last instant that it is about.
    let told = move || {
        let now = live.now.get();
        let (mut text, mut until) = (String::new(), 0);
        live.you.with(|you| {
            for lost in &you.lost {
                if lost.is_told(now) {
                    text.push_str(&lost.text);
                    text.push('\n');
                    until = until.max(lost.from.0);
                }
            }
        });
        (text, until)
    };
    view! {
        <div class="lost">
            <p role="status">{move || told().0}</p>
            <button
                class="button small"
                type="submit"
                form=DISMISS
                name="until"
                value=move || told().1.to_string()
                hidden=move || told().1 == 0
            >
                {label::DISMISS}
            </button>
        </div>
    }
}

//! A vote for a song that waits.

use leptos::prelude::*;

use super::{
    Live,
    queue_forms::{UNVOTE, VOTE},
};
use crate::{model::EntryId, text::label};

/// The width of a thumb; a second press withdraws the vote.
#[component]
pub fn VoteForSong(
    live: Live,
    id: EntryId,
    name: String,
    /// Whether it is too late.
    #[prop(into)]
    is_sent: Signal<bool>,
) -> impl IntoView {
    let has_voted = Memo::new(move |_| live.you.with(|you| you.voted_entries.contains(&id)));
    view! {
        <button
            class="button vote"
            type="submit"
            form=move || if has_voted.get() { UNVOTE } else { VOTE }
            name="entry"
            value=id.to_string()
            aria-label=label::vote_for(&name)
            aria-pressed=move || has_voted.get().to_string()
            hidden=move || is_sent.get()
        ></button>
    }
}

//! A song that waits.

use leptos::prelude::*;

use super::super::{
    Live, Names, SmallCover, VoteForSong,
    queue_forms::{NEXT, REMOVE},
};
use crate::{
    model::{QueueEntry, Role, Why},
    text::{label, queue},
};

/// What changes of it.
#[derive(Clone, PartialEq)]
struct Line {
    by: String,
    votes: u32,
    when: String,
    is_sent: bool,
}

/// The song, when and why it comes, and what this member may do about it.
#[component]
pub fn Entry(live: Live, waits: Memo<Vec<u64>>, entry: QueueEntry) -> impl IntoView {
    let QueueEntry { entry: id, track, .. } = entry;
    let line = Memo::new(move |before: Option<&Option<Line>>| {
        let now = live.snapshot.with(|now| {
            let place = now.queue.iter().position(|entry| entry.entry == id)?;
            let entry = &now.queue[place];
            let wait_ms = waits.with(|waits| waits.get(place).copied().unwrap_or_default());
            Some(Line {
                by: queue::added_by(&entry.by),
                votes: entry.votes,
                when: queue::when(place, wait_ms, entry.why),
                is_sent: entry.why == Why::Sent,
            })
        });
        // On its way out it stays as it was.
        now.or_else(|| before.cloned().flatten())
    });
    let part = move |read: fn(Line) -> String| move || line.get().map(read);
    let is_sent = Signal::derive(move || line.get().is_some_and(|line| line.is_sent));
    view! {
        <li class="song">
            <SmallCover track=track.clone()/>
            <div class="about">
                <Names track=track.clone()>
                    " · "<span>{part(|line| line.by)}</span>
                </Names>
                <p class="dim">{part(|line| line.when)}</p>
                <Acts live id=id.to_string() name=track.name.clone() is_sent/>
            </div>
            <div class="ballot">
                <VoteForSong live id name=track.name is_sent/>
                <p class="dim">{part(|line| queue::votes(line.votes))}</p>
            </div>
        </li>
    }
}

/// For its owner, to withdraw it; for the host, to remove it or have it played next.
#[component]
fn Acts(live: Live, id: String, name: String, is_sent: Signal<bool>) -> impl IntoView {
    let entry = id.parse().unwrap_or_default();
    let is_own = Memo::new(move |_| live.you.with(|you| you.own_entries.contains(&entry)));
    let is_host = live.you.with_untracked(|you| you.role == Role::Host);
    let next = is_host.then(|| {
        let name = label::play_next(&name);
        view! {
            <button class="button small" type="submit" form=NEXT name="entry" value=id.clone() aria-label=name>
                {label::NEXT}
            </button>
        }
    });
    view! {
        <div class="acts" hidden=move || is_sent.get() || !(is_host || is_own.get())>
            <button
                class="button small"
                type="submit"
                form=REMOVE
                name="entry"
                value=id
                aria-label=move || label::take_out(&name, is_own.get())
            >
                {move || label::take_out_short(is_own.get())}
            </button>
            {next}
        </div>
    }
}

//! The songs that wait.

mod entry;
mod lost;
mod motion;
mod news;

use leptos::{either::Either, html, prelude::*};

use self::{entry::Entry, lost::LostSongs, motion::Positions, news::News};
use super::{
    Answer, Live,
    queue_forms::{CLEAR, RESTORE},
};
use crate::{
    model::{Outcome, QueueEntry, Role, Snapshot},
    text::{label, queue},
};

/// How long a host can take back that the queue was cleared. The server allows a little more.
const UNDO: std::time::Duration = std::time::Duration::from_secs(10);
/// Waits are rounded to minutes: they are worked out this often.
const WAITS_STEP_MS: u64 = 10_000;

/// The songs that wait, in the order in which they come.
#[component]
pub fn Queue(live: Live, answer: Answer) -> impl IntoView {
    let list = NodeRef::<html::Ol>::new();
    let order = follow_order(live, list);
    let waits = waits(live);
    let is_empty = Memo::new(move |_| order.with(Vec::is_empty));
    let rules = live.part(|now| now.rules);
    let is_host = live.you.with_untracked(|you| you.role == Role::Host);
    let held_back = move || {
        live.snapshot.with(|now| match &now.fallback {
            Some(playlist) if playlist.waits && is_host => queue::held_back(&playlist.name),
            _ => String::new(),
        })
    };
    view! {
        <section class="queue" aria-labelledby="queue">
            <div class="queue-top">
                <h2 id="queue">{label::QUEUE}</h2>
                <ClearOrUndo live answer is_empty/>
                <p class="dim">{move || queue::rules(&rules.get())}</p>
                <p>{held_back}</p>
            </div>
            <LostSongs live/>
            {move || match is_empty.get() {
                true => Either::Left(view! { <Invited live/> }),
                false => Either::Right(view! {
                    <ol node_ref=list>
                        <For
                            each=move || order.get()
                            key=|entry| entry.entry
                            children=move |entry| view! { <Entry live waits entry/> }
                        />
                    </ol>
                }),
            }}
            <News live answer waits/>
        </section>
    }
}

/// The songs in order, which changes only when the order does: whoever draws it keeps the focus where
/// it is, though its element moves.
fn follow_order(live: Live, list: NodeRef<html::Ol>) -> RwSignal<Vec<QueueEntry>> {
    let order = RwSignal::new(live.snapshot.with_untracked(|now| now.queue.to_vec()));
    Effect::new(move |_| {
        let now = live.snapshot.with(|now| now.queue.clone());
        let ids =
            |entries: &[QueueEntry]| entries.iter().map(|entry| entry.entry).collect::<Vec<_>>();
        if order.with_untracked(|before| ids(before) != ids(&now)) {
            let before = Positions::read(list);
            order.set(now.to_vec());
            request_animation_frame(move || before.settle(list));
        }
    });
    order
}

/// How long it is until each song comes, in milliseconds.
fn waits(live: Live) -> Memo<Vec<u64>> {
    let left = Memo::new(move |_| {
        let now = live.now.get();
        live.snapshot.with(|snapshot| left_ms(snapshot, now)) / WAITS_STEP_MS
    });
    Memo::new(move |_| {
        let mut wait = left.get() * WAITS_STEP_MS;
        live.snapshot.with(|now| {
            let next = |entry: &QueueEntry| {
                wait += entry.track.duration_ms;
                wait - entry.track.duration_ms
            };
            now.queue.iter().map(next).collect()
        })
    })
}

/// What is left of what plays.
fn left_ms(snapshot: &Snapshot, now: crate::model::Millis) -> u64 {
    let playback = snapshot.playback.as_ref();
    playback.map_or(0, |playback| {
        let duration = playback.track.as_ref().map_or(0, |track| track.duration_ms);
        duration.saturating_sub(playback.progress_at(now))
    })
}

/// One button for both: it keeps the focus when it changes its name.
#[component]
fn ClearOrUndo(live: Live, answer: Answer, is_empty: Memo<bool>) -> impl IntoView {
    let was_cleared = answer.led_here() == Some(Outcome::QueueCleared);
    let can_undo = RwSignal::new(was_cleared);
    let last = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        match answer.outcome() {
            Some(Outcome::QueueCleared) => can_undo.set(true),
            Some(Outcome::QueueRestored | Outcome::UndoTooLate) => can_undo.set(false),
            _ => {}
        }
        if can_undo.get_untracked() {
            last.update_value(|last| _ = last.take().map(|last| last.clear()));
            let end = set_timeout_with_handle(move || _ = can_undo.try_set(false), UNDO);
            last.set_value(end.ok());
        }
    });
    let is_host = live.you.with_untracked(|you| you.role == Role::Host);
    let name = move || if can_undo.get() { label::UNDO } else { label::CLEAR_QUEUE };
    is_host.then(|| {
        view! {
            <button
                class="button small"
                type="submit"
                form=move || if can_undo.get() { RESTORE } else { CLEAR }
                hidden=move || is_empty.get() && !can_undo.get()
            >
                {name}
            </button>
        }
    })
}

/// An empty queue: three things to do.
#[component]
fn Invited(live: Live) -> impl IntoView {
    let nothing_waits =
        move || live.snapshot.with(|now| queue::nothing_waits(now.fallback.as_ref()));
    let code = live.code();
    view! {
        <div class="card">
            <p>{nothing_waits}</p>
            <ul class="prose">
                <li><a href="#search">{queue::FIND}</a>{queue::FIND_HOW}</li>
                <li>{queue::PASTE}</li>
                <li>{queue::invite(&code)}</li>
            </ul>
        </div>
    }
}

//! What came of the last press in the queue or the search.

use leptos::prelude::*;

use super::super::{Answer, FormError, Live};
use crate::{
    model::{EntryId, Outcome, Snapshot, You},
    text::queue,
};

/// Where this member's song landed, what else came of a press, or why nothing did. It stays in sight
/// however long the queue is.
#[component]
pub fn News(live: Live, answer: Answer, waits: Memo<Vec<u64>>) -> impl IntoView {
    let landed = RwSignal::new(None::<String>);
    Effect::new(move |latest: Option<Option<EntryId>>| {
        let own = live.you.with(latest_own);
        let is_new = latest.is_some_and(|latest| own > latest);
        if !is_new {
            return own.max(latest.flatten());
        }
        // Said once, as it is now. What this member is told may be here before what all are.
        let said = live.snapshot.with(|now| where_landed(now, &waits.get_untracked(), own?));
        match said {
            Some(said) => {
                landed.set(Some(said));
                own
            }
            None => latest.flatten(),
        }
    });
    // Without scripts the address says that a song was added.
    let first = (answer.led_here() == Some(Outcome::Added)).then(|| {
        let latest = live.you.with_untracked(latest_own)?;
        live.snapshot.with_untracked(|now| where_landed(now, &waits.get_untracked(), latest))
    });
    let first = first.flatten();
    let said = move || match answer.outcome() {
        None => first.clone(),
        Some(Outcome::Added) => landed.get(),
        Some(Outcome::QueueCleared) => Some(queue::CLEARED.to_owned()),
        _ => answer.notice().map(str::to_owned),
    };
    let refusal = Signal::derive(move || answer.refusal());
    view! {
        <div class="news">
            <p class="notice" role="status">{said}</p>
            <FormError error=refusal/>
        </div>
    }
}

/// The song that the member asked for last, of those that wait.
fn latest_own(you: &You) -> Option<EntryId> {
    you.own_entries.iter().copied().max()
}

fn where_landed(now: &Snapshot, waits: &[u64], id: EntryId) -> Option<String> {
    let place = now.queue.iter().position(|entry| entry.entry == id)?;
    let wait_ms = waits.get(place).copied().unwrap_or_default();
    Some(queue::landed(&now.queue[place].track.name, place, wait_ms))
}

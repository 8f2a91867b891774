//! What a search found.

use leptos::{either::EitherOf3, ev::MouseEvent, prelude::*};

use super::{
    super::{Live, Names, SmallCover, VoteForSong, queue_forms::ADD, request::escaped},
    Searching,
};
use crate::{
    model::{Found, paths},
    text::{clock, label, now_playing::EXPLICIT, queue},
};

/// The songs, over the queue.
#[component]
pub(super) fn Results(searching: Searching) -> impl IntoView {
    let Searching { live, q, found, next, .. } = searching;
    let close = move |event: MouseEvent| {
        event.prevent_default();
        searching.close();
    };
    let more = move |event: MouseEvent| {
        event.prevent_default();
        if let Some(next) = next.get_untracked() {
            searching.ask(next);
        }
    };
    let address = move |offset| paths::search(&live.code(), &escaped(&q.get()), offset);
    move || {
        found.get().map(|found| {
            let nothing = found.is_empty().then_some(queue::NOTHING_FOUND);
            let songs = found.into_iter().map(|found| view! { <Song live found/> }).collect_view();
            view! {
                <section class="results" aria-label=label::SEARCH_RESULTS>
                    <ul>{songs}</ul>
                    <p class="dim">{nothing}</p>
                    <div class="acts">
                        <a class="button small" href=paths::room(&live.code()) on:click=close>
                            {label::CLOSE_RESULTS}
                        </a>
                        {move || next.get().map(|offset| view! {
                            <a class="button small" href=address(offset) on:click=more>
                                {label::MORE_RESULTS}
                            </a>
                        })}
                    </div>
                </section>
            }
        })
    }
}

/// A song, and the way into the queue or why there is none.
#[component]
fn Song(live: Live, found: Found) -> impl IntoView {
    let Found { track, refused, entry } = found;
    let name = track.name.clone();
    let (uri, length) = (track.uri.clone(), clock(track.duration_ms));
    let explicit =
        track.explicit.then(|| view! { <abbr class="explicit" title=EXPLICIT>"E"</abbr> });
    let act = match (entry, refused) {
        (Some(id), _) => EitherOf3::A(view! { <VoteForSong live id name is_sent=false/> }),
        (None, Some(refused)) => EitherOf3::B(view! { <p class="refused dim">{refused}</p> }),
        (None, None) => EitherOf3::C(view! {
            <button
                class="button add"
                type="submit"
                form=ADD
                name="uri"
                value=uri
                aria-label=label::add(&name)
            ></button>
        }),
    };
    view! {
        <li class="song">
            <SmallCover track=track.clone()/>
            <div class="about">
                <Names track=track>" · "{explicit}{length}</Names>
            </div>
            {act}
        </li>
    }
}

//! The forms of the queue and of the search.

use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn as _};

use super::{Answer, Live};
use crate::api::queue::{
    AddSong, ClearQueue, DismissLost, PlaySongNext, RemoveSong, RestoreQueue, VoteForSong,
};

/// Adds the song with the button's `uri`.
pub const ADD: &str = "add-song";
/// Votes for the song with the button's `entry`.
pub const VOTE: &str = "vote-for-song";
/// Withdraws the vote for the song with the button's `entry`.
pub const UNVOTE: &str = "unvote-song";
/// Takes out the song with the button's `entry`.
pub const REMOVE: &str = "remove-song";
/// Has the song with the button's `entry` played next.
pub const NEXT: &str = "next-song";
/// Says no more what became of lost songs until the button's `until`.
pub const DISMISS: &str = "dismiss-lost";
/// Clears the queue.
pub const CLEAR: &str = "clear-queue";
/// Takes that back.
pub const RESTORE: &str = "restore-queue";

/// One form for each command. The buttons that hundreds of songs have belong to these by their `form`:
/// with scripts or without, each sends its own name and value along.
#[component]
pub fn QueueForms(live: Live, answer: Answer) -> impl IntoView {
    let form = move |id: &'static str, path: &'static str, on: Option<&'static str>| {
        let on = on.map(|on| view! { <input type="hidden" name="on" value=on/> });
        view! {
            <form id=id method="post" action=path>
                <input type="hidden" name="code" value=live.code()/>
                {on}
            </form>
        }
    };
    view! {
        <div hidden on:submit=move |event: SubmitEvent| answer.send(&event)>
            {form(ADD, AddSong::PATH, None)}
            {form(VOTE, VoteForSong::PATH, Some("true"))}
            {form(UNVOTE, VoteForSong::PATH, Some("false"))}
            {form(REMOVE, RemoveSong::PATH, None)}
            {form(NEXT, PlaySongNext::PATH, None)}
            {form(DISMISS, DismissLost::PATH, None)}
            {form(CLEAR, ClearQueue::PATH, None)}
            {form(RESTORE, RestoreQueue::PATH, None)}
        </div>
    }
}

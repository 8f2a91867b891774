//! The forms of the queue and of the search.

use leptos::{ev::SubmitEvent, form::form_data_from_event, prelude::*, server_fn::ServerFn};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, FormData};

use super::{Answer, Live};
use crate::{
    api::queue::{AddSong, ClearQueue, PlaySongNext, RemoveSong, RestoreQueue, VoteForSong},
    error::AppError,
    model::Outcome,
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
/// Clears the queue.
pub const CLEAR: &str = "clear-queue";
/// Takes that back.
pub const RESTORE: &str = "restore-queue";

/// One form for each command. The buttons that hundreds of songs have belong to these by their `form`:
/// with scripts or without, each sends its own name and value along.
///
/// All are sent by one function rather than an action each, which the page would have to download.
#[component]
pub fn QueueForms(live: Live, answer: Answer) -> impl IntoView {
    answer.follow_address("/api/queue/");
    let form = move |id: &'static str, path: &'static str, on: Option<&'static str>| {
        let on = on.map(|on| view! { <input type="hidden" name="on" value=on/> });
        view! {
            <form id=id method="post" action=path>
                <input type="hidden" name="code" value=live.code()/>
                {on}
            </form>
        }
    };
    let on_submit = move |event: SubmitEvent| {
        let form = event.target().and_then(|form| form.dyn_into::<Element>().ok());
        let Some(path) = form.and_then(|form| form.get_attribute("action")) else { return };
        // A form that cannot be read is left to the browser.
        if let Ok(data) = form_data_from_event(&event) {
            event.prevent_default();
            leptos::task::spawn_local(async move { answer.receive(send(&path, data).await) });
        }
    };
    view! {
        <div hidden on:submit=on_submit>
            {form(ADD, AddSong::PATH, None)}
            {form(VOTE, VoteForSong::PATH, Some("true"))}
            {form(UNVOTE, VoteForSong::PATH, Some("false"))}
            {form(REMOVE, RemoveSong::PATH, None)}
            {form(NEXT, PlaySongNext::PATH, None)}
            {form(CLEAR, ClearQueue::PATH, None)}
            {form(RESTORE, RestoreQueue::PATH, None)}
        </div>
    }
}

/// Sends a form as the actions of server functions do.
#[cfg(feature = "hydrate")]
async fn send(path: &str, form: FormData) -> Result<Outcome, AppError> {
    use leptos::server_fn::{
        client::{Client, browser::BrowserClient},
        error::FromServerFnError as _,
        request::{ClientReq, browser::BrowserRequest},
        response::ClientRes,
    };

    let request = <BrowserRequest as ClientReq<AppError>>::try_new_post_form_data(
        path,
        "application/json",
        "application/x-www-form-urlencoded",
        form.into(),
    )?;
    let response = <BrowserClient as Client<AppError>>::send(request).await?;
    let is_refused = ClientRes::<AppError>::status(&response) >= 400;
    let body = ClientRes::<AppError>::try_into_bytes(response).await?;
    if is_refused {
        return Err(AppError::de(body));
    }
    serde_json::from_slice(&body).map_err(|_| AppError::Offline)
}

/// On the server nobody submits.
#[cfg(not(feature = "hydrate"))]
async fn send(_path: &str, _form: FormData) -> Result<Outcome, AppError> {
    Err(AppError::Offline)
}

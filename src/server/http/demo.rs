//! What a demo adds to the room's page of a host: a way to see a party.

use leptos::prelude::*;

use crate::{
    error::AppError,
    text::{self, demo as words, label},
};

/// Where the form is sent.
pub const GUESTS: &str = "/api/demo/guests";

/// The form that lets simulated guests in, and why it was refused if it was. As HTML: browsers need no
/// script for it.
pub fn guests_form(code: &str, refusal: Option<AppError>) -> String {
    let refusal =
        refusal.map(|error| view! { <p class="trouble" role="alert">{text::error(error)}</p> });
    let form = view! {
        <section class="card" aria-labelledby="demo-guests">
            <h2 id="demo-guests">{words::PARTY}</h2>
            <p id="demo-guests-hint" class="dim">{words::GUESTS_HINT}</p>
            <form method="post" action=GUESTS>
                <input type="hidden" name="code" value=code.to_owned()/>
                <button class="button" type="submit" aria-describedby="demo-guests-hint">
                    {label::LET_GUESTS_JOIN}
                </button>
            </form>
            {refusal}
        </section>
    };
    form.to_html()
}

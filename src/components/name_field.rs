//! The field for what somebody is called.

use leptos::prelude::*;

use super::{FieldError, use_query};
use crate::{
    error::AppError,
    text::{self, label},
};

/// What somebody wants to be called, if they like. A form that was refused comes back as it was filled
/// in.
#[component]
pub fn NameField(error: Signal<Option<AppError>>) -> impl IntoView {
    let name = use_query("name");
    let error = Signal::derive(move || error.get().filter(|error| *error == AppError::Name));
    view! {
        <div class="field">
            <label for="name">{label::YOUR_NAME}</label>
            <input
                id="name"
                name="name"
                value=name
                autocomplete="nickname"
                spellcheck="false"
                aria-describedby="name-hint name-error"
                aria-invalid=move || error.get().is_some().then_some("true")
            />
            <p id="name-hint" class="dim">{text::join::NAME_HINT}</p>
            <FieldError id="name-error" error/>
        </div>
    }
}

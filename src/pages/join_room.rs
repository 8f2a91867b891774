//! The page to join a room by its code.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use crate::{
    api::rooms::JoinRoom as Join,
    components::{ErrorOfOtherForm, FieldError, NameField, error_of, use_query},
    error::AppError,
    text::{self, label},
};

/// A field for the code; with `?code=` it is filled in.
#[component]
pub fn JoinRoom() -> impl IntoView {
    let join = ServerAction::<Join>::new();
    let refusal = error_of(join);
    let error = Signal::derive(move || refusal.get().filter(|error| *error != AppError::Name));
    let code = use_query("code").unwrap_or_default();
    view! {
        <Title text=label::JOIN_A_ROOM/>
        <h1>{label::JOIN_A_ROOM}</h1>
        <ErrorOfOtherForm except=Join::PATH/>
        <ActionForm action=join>
            <div class="field">
                <label for="code">{label::ROOM_CODE}</label>
                <input
                    id="code"
                    class="code"
                    name="code"
                    value=code
                    placeholder="ABC234"
                    required
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    aria-describedby="code-error"
                    aria-invalid=move || error.get().is_some().then_some("true")
                />
                <FieldError id="code-error" error/>
            </div>
            <NameField error=refusal/>
            <button class="button primary" type="submit">{label::JOIN_ROOM}</button>
        </ActionForm>
        <p class="dim">{text::join::HINT}</p>
    }
}

//! The page to create a room.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::rooms::CreateRoom as Create,
    components::{NameField, SettingsFields, error_of},
    model::Settings,
    text::{self, label},
};

/// The settings of a new room.
#[component]
pub fn CreateRoom() -> impl IntoView {
    let create = ServerAction::<Create>::new();
    view! {
        <Title text=label::CREATE_A_ROOM/>
        <h1>{label::CREATE_A_ROOM}</h1>
        <ActionForm action=create>
            <SettingsFields settings=Settings::default() error=error_of(create)/>
            <NameField error=error_of(create)/>
            <button class="button primary" type="submit">{label::CREATE_ROOM}</button>
        </ActionForm>
        <p class="dim">{text::create::HINT}</p>
    }
}

//! The page to create a room.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::rooms::CreateRoom as Create,
    components::{SettingsFields, error_of},
    model::Settings,
};

/// The settings of a new room.
#[component]
pub fn CreateRoom() -> impl IntoView {
    let create = ServerAction::<Create>::new();
    view! {
        <Title text="Create a room"/>
        <h1>"Create a room"</h1>
        <ActionForm action=create>
            <SettingsFields settings=Settings::default() error=error_of(create)/>
            <button class="button primary" type="submit">"Create room"</button>
        </ActionForm>
        <p class="dim">"Next you connect your Spotify account and share the room's code. You can change all of this later."</p>
    }
}

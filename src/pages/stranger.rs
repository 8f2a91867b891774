//! The room page of somebody who is not in the room: opening a link does not join.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;

use crate::{
    api::rooms::JoinRoom,
    components::{CommandForm, ErrorOfOtherForm, FormError, NameField, OutcomeNotice, error_of},
    text::{label, room},
};

/// One button.
#[component]
pub fn StrangerRoom(code: String) -> impl IntoView {
    let join = ServerAction::<JoinRoom>::new();
    view! {
        <Title text=room::join(&code)/>
        <OutcomeNotice/>
        <ErrorOfOtherForm except=JoinRoom::PATH/>
        <h1>{room::name(&code)}</h1>
        <p class="lead">{room::INVITED}</p>
        <CommandForm code action=JoinRoom::PATH>
            <NameField error=error_of(join)/>
            <button class="button primary" type="submit">{label::JOIN_ROOM}</button>
            <FormError error=error_of(join)/>
        </CommandForm>
    }
}

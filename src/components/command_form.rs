//! The form of every command about a room.

use leptos::prelude::*;

/// A form that commands something about a room, by itself sent by the browser, which then loads the page
/// that it is led to. Around those that an open room sends in place is an element that listens to them,
/// as in `Controls`.
#[component]
pub fn CommandForm(
    /// The room's code.
    code: String,
    /// The endpoint.
    action: &'static str,
    /// By which buttons outside of it belong to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <form id=id method="post" action=action>
            <input type="hidden" name="code" value=code/>
            {children()}
        </form>
    }
}

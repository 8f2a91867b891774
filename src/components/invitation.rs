//! The room's code and link, to pass on.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast as _;

use crate::text::{label, room};

/// The code large enough to be read across a table, and the link with a button that copies it.
#[component]
pub fn Invitation(code: String, link: String) -> impl IntoView {
    let anchor = NodeRef::<html::A>::new();
    let copied = RwSignal::new(false);
    let can_copy = RwSignal::new(false);
    // Copying takes a script: without one there is no button.
    Effect::new(move |_| can_copy.set(true));
    view! {
        <section class="card invitation" aria-labelledby="invite">
            <h2 id="invite">{room::INVITE}</h2>
            <p>{room::CODE}<strong class="code">{code}</strong></p>
            <p class="link">
                <a node_ref=anchor href=link.clone()>{link.clone()}</a>
                <button
                    class="button small"
                    type="button"
                    hidden=move || !can_copy.get()
                    on:click=move |_| copied.set(anchor.get().is_some_and(|anchor| copy(&anchor)))
                >
                    {label::COPY_LINK}
                </button>
                <span class="dim" role="status">{move || copied.get().then_some(room::COPIED)}</span>
            </p>
        </section>
    }
}

/// Copies what the element says. By selection: the clipboard's own interface is missing on plain
/// http, which is what phones on the same Wi-Fi use.
fn copy(element: &web_sys::Element) -> bool {
    let Ok(Some(selection)) = window().get_selection() else { return false };
    let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() else { return false };
    let selected = selection.select_all_children(element).is_ok();
    let copied = selected && document.exec_command("copy").unwrap_or_default();
    let _ = selection.remove_all_ranges();
    copied
}

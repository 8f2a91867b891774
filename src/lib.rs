//! Auxroom: one speaker, many opinions.
//!
//! `model` is what crosses the wire; `text` is every sentence that people read; `pages` and
//! `components` draw; `api` is the wire; `server` decides. `app`, `pages` and `server` exist only with the
//! feature `ssr`: what the browser takes over is in `components`. Only the bodies of server functions in
//! `api` name `server`.

#![recursion_limit = "256"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod app;
mod components;
pub mod error;
pub mod model;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
pub mod server;
pub mod text;

/// Takes over the room that the server drew, if it is one that this page shows.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    use leptos::{prelude::document, view};
    use wasm_bindgen::JsCast as _;

    use crate::components::{LIVE_ID, LIVE_PAGE_ID, MemberRoom};

    console_error_panic_hook::set_once();
    let Some(live) = document().get_element_by_id(LIVE_ID) else { return };
    let live = live.unchecked_into::<web_sys::HtmlElement>();
    let page = document().get_element_by_id(LIVE_PAGE_ID).and_then(|page| page.text_content());
    let page = serde_json::from_str(&page.unwrap_or_default()).expect("the server wrote it");
    leptos::mount::hydrate_from(live.clone(), move || view! { <MemberRoom page/> }).forget();
    // For tests and the curious: from here on the page answers by itself.
    let _ = live.set_attribute("data-hydrated", "");
}

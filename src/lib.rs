//! Auxroom: one speaker, many opinions.
//!
//! `model` is what crosses the wire; `text` is every sentence that people read; `pages` and
//! `components` draw; `api` is the wire; `server` decides, and exists only with the feature `ssr`.
//! Only the bodies of server functions in `api` name `server`.

#![recursion_limit = "256"]

pub mod api;
pub mod app;
mod components;
pub mod error;
pub mod model;
mod pages;
#[cfg(feature = "ssr")]
pub mod server;
pub mod text;

/// Takes over the page that the server drew.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast as _;

    console_error_panic_hook::set_once();
    let root = document().get_element_by_id(app::ROOT_ID);
    let root = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    let root = root.expect("the shell has the root");
    leptos::mount::hydrate_from(root.clone(), app::App).forget();
    // For tests and the curious: from here on the page answers by itself.
    let _ = root.set_attribute("data-hydrated", "");
}

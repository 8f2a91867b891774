//! What the browser loads.

#![cfg(target_arch = "wasm32")]

/// Takes over the page that the server drew.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    auxroom::hydrate();
}

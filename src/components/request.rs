//! Asking the server from a page that runs.
//!
//! By the browser's own `fetch`: what the framework brings for server functions would be downloaded with
//! an encoder and a decoder for each of them.

use leptos::ev::SubmitEvent;
use serde::de::DeserializeOwned;
use web_sys::FormData;

use crate::error::AppError;

/// The form that is being sent, and the endpoint that it is for. The browser does not send it any more;
/// one that cannot be read is left to it.
pub(super) fn taken_from_browser(event: &SubmitEvent) -> Option<(String, FormData)> {
    use leptos::form::form_data_from_event;
    use wasm_bindgen::JsCast as _;

    let form = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let endpoint = form.get_attribute("action")?;
    let data = form_data_from_event(event).ok()?;
    event.prevent_default();
    Some((endpoint, data))
}

/// Asks for what is at an address, or sends a form there.
///
/// # Errors
/// Those of the server function; `Offline` if no answer of its own came.
#[cfg(not(feature = "ssr"))]
pub(super) async fn ask<T: DeserializeOwned>(
    address: &str,
    form: Option<FormData>,
) -> Result<T, AppError> {
    let (is_ok, body) = fetch(address, form).await.map_err(|_| AppError::Offline)?;
    if is_ok {
        serde_json::from_str(&body).map_err(|_| AppError::Offline)
    } else {
        Err(serde_json::from_str(&body).unwrap_or(AppError::Offline))
    }
}

/// Whether the server did what it was asked to, and its answer.
#[cfg(not(feature = "ssr"))]
async fn fetch(
    address: &str,
    form: Option<FormData>,
) -> Result<(bool, String), wasm_bindgen::JsValue> {
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{RequestInit, Response, UrlSearchParams};

    let options = RequestInit::new();
    if let Some(form) = form {
        options.set_method("POST");
        options.set_body(&UrlSearchParams::new_with_str_sequence_sequence(&form)?.into());
    }
    let asked = leptos::prelude::window().fetch_with_str_and_init(address, &options);
    let response = JsFuture::from(asked).await?.unchecked_into::<Response>();
    let body = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), body.as_string().unwrap_or_default()))
}

/// On the server nobody asks.
#[cfg(feature = "ssr")]
pub(super) async fn ask<T: DeserializeOwned>(
    _address: &str,
    _form: Option<FormData>,
) -> Result<T, AppError> {
    Err(AppError::Offline)
}

/// A text as part of an address.
#[cfg(not(feature = "ssr"))]
pub(super) fn escaped(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// A text as part of an address.
#[cfg(feature = "ssr")]
pub(super) fn escaped(text: &str) -> String {
    leptos_router::location::Url::escape(text)
}

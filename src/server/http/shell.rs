//! The document around the app.

use axum::http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use crate::server::http::{middleware::security::content_security_policy, state::AppState};
use crate::{
    app::{App, ROOT_ID},
    text::{frame, label},
};

/// The document that every page is drawn into.
///
/// The script tags are ours: the framework's own read the hash file again for every page, and put
/// the nonce where browsers expect a CORS mode.
pub fn shell(app: &AppState) -> impl IntoView + use<> {
    let nonce = use_nonce().map(|nonce| nonce.as_inner().to_string());
    if let Some(response) = use_context::<ResponseOptions>()
        && let Ok(policy) = HeaderValue::from_str(&content_security_policy(app, nonce.as_deref()))
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
    let assets = app.assets.clone();
    let start = format!(
        "import({:?}).then(auxroom => auxroom.default({{module_or_path: {:?}}}).then(() => auxroom.hydrate()))",
        assets.js, assets.wasm
    );
    let is_demo = app.site.is_demo;
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="dark light"/>
                <meta name="theme-color" content="#101016" media="(prefers-color-scheme: dark)"/>
                <meta name="theme-color" content="#faf8f6" media="(prefers-color-scheme: light)"/>
                <meta name="description" content=frame::DESCRIPTION/>
                <meta name="robots" content="noindex"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=assets.css.clone()/>
                <link rel="modulepreload" href=assets.js.clone() nonce=nonce.clone()/>
                <link
                    rel="preload"
                    href=assets.wasm.clone()
                    r#as="fetch"
                    r#type="application/wasm"
                    crossorigin="anonymous"
                />
                <script type="module" nonce=nonce>{start}</script>
                <AutoReload options=app.leptos_options.clone()/>
                <MetaTags/>
            </head>
            <body>
                {is_demo.then(demo_banner)}
                <div id=ROOT_ID>
                    <App/>
                </div>
            </body>
        </html>
    }
}

/// Outside of what the browser hydrates: it never changes.
fn demo_banner() -> impl IntoView {
    view! {
        <aside class="demo" aria-label=label::DEMO_MODE>
            <p>
                <strong>{frame::DEMO}</strong>
                {frame::CONNECT_THE_REAL_ONE}
            </p>
        </aside>
    }
}

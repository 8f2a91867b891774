//! The document around the app.

use std::sync::LazyLock;

use axum::http::{HeaderValue, header::CONTENT_SECURITY_POLICY};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use crate::server::http::{
    assets::Assets, middleware::security::content_security_policy, state::AppState,
};
use crate::{
    app::{App, Bottom, ROOT_ID, Top},
    components::LIVE_ID,
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
    let script = view! { <script nonce=nonce>{start_script(&app.assets)}</script> };
    let more = view! {
        <AutoReload options=app.leptos_options.clone()/>
        <MetaTags/>
    };
    document(app, Some(script), more, view! { <App/> })
}

/// The document of a page that runs no scripts and is no part of the app: nobody downloads its words
/// before they want to read them.
pub fn without_scripts(app: &AppState, title: &str, page: impl IntoView) -> String {
    let title = view! { <title>{frame::title(title)}</title> };
    let body = view! {
        <Top/>
        <main class="page">{page}</main>
        <Bottom/>
    };
    document(app, None::<()>, title, body).to_html()
}

fn document<S: IntoView, M: IntoView, B: IntoView>(
    app: &AppState,
    script: Option<S>,
    more: M,
    body: B,
) -> impl IntoView + use<S, M, B> {
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
                // Before the style sheet, which scripts wait for.
                {script}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=app.assets.css.clone()/>
                {more}
            </head>
            <body>
                {app.site.is_demo.then(demo_banner)}
                <div id=ROOT_ID>{body}</div>
            </body>
        </html>
    }
}

/// What loads a page of another build again.
static OTHER_BUILD: LazyLock<String> =
    LazyLock::new(|| without_comments(include_str!("shell/other_build.js")));
/// What sends forms in place where the server alone drew them.
static IN_PLACE: LazyLock<String> =
    LazyLock::new(|| without_comments(include_str!("shell/in_place.js")));

/// A script without what only its authors read.
fn without_comments(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    lines.filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Watches for another build, and fetches the script and its WASM side by side. Where a room is on the
/// page, they take it over once all of it is there; elsewhere they are kept for the room that most people
/// go to next.
///
/// Hints in the head would make browsers that run no scripts fetch them too.
fn start_script(Assets { js, wasm, build, .. }: &Assets) -> String {
    let (other_build, in_place) = (&*OTHER_BUILD, &*IN_PLACE);
    format!(
        "{other_build}({build:?});{{ const wasm = fetch({wasm:?}), script = import({js:?}); \
         addEventListener('DOMContentLoaded', () => document.getElementById({LIVE_ID:?}) \
         ? script.then(auxroom => auxroom.default({{module_or_path: wasm}}).then(() => auxroom.hydrate())) \
         : wasm.then(answer => answer.arrayBuffer())) }}\n{in_place}"
    )
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

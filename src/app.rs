//! The app: its frame and its routes, which the server alone draws and follows.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    model::paths,
    pages::{Callback, CloseRoom, CreateRoom, Home, JoinRoom, NotFound, Room, Settings},
    text::{self, label},
};

/// The element that the app is drawn into.
pub const ROOT_ID: &str = "app";

/// Every page.
///
/// All of them are drawn to their end before the first byte leaves: their status, title and
/// cookies are decided by then, and no script has to put pieces into place.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=full_title/>
        <Router>
            <Top/>
            <main class="page">
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                    <Route path=path!("/join") view=JoinRoom ssr=SsrMode::Async/>
                    <Route path=path!("/create") view=CreateRoom ssr=SsrMode::Async/>
                    <Route path=path!("/room/:code") view=Room ssr=SsrMode::Async/>
                    <Route path=path!("/room/:code/settings") view=Settings ssr=SsrMode::Async/>
                    <Route path=path!("/room/:code/close") view=CloseRoom ssr=SsrMode::Async/>
                    <Route path=path!("/spotify/callback") view=Callback ssr=SsrMode::Async/>
                </FlatRoutes>
            </main>
        </Router>
        <Bottom/>
    }
}

/// What is above every page.
#[component]
pub fn Top() -> impl IntoView {
    view! {
        <header class="top">
            <a class="brand" href=paths::HOME>{text::APP}</a>
        </header>
    }
}

/// What is below every page.
#[component]
pub fn Bottom() -> impl IntoView {
    view! {
        <footer class="bottom">
            <p>{text::frame::FOOTER}</p>
            <a href=paths::PRIVACY>{label::PRIVACY}</a>
        </footer>
    }
}

/// A page's whole title. The framework writes it into the document as it is, without escaping it,
/// although songs choose their names themselves.
fn full_title(title: String) -> String {
    let title = text::frame::title(&title);
    title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

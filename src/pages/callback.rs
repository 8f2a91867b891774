//! The page that Spotify sends people back to.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{api::spotify::complete_sign_in, components::ErrorPage, text};

/// Ends the sign-in on the server, before anything is drawn: a success leads straight to the room.
#[component]
pub fn Callback() -> impl IntoView {
    let query = use_query_map();
    let outcome = Resource::new_blocking(
        move || {
            let field = |name| query.with(|query| query.get(name)).unwrap_or_default();
            (field("state"), field("code"), field("error"))
        },
        |(state, code, error)| complete_sign_in(state, code, error),
    );
    view! {
        <Title text=text::callback::TITLE/>
        <Suspense>
            {move || Suspend::new(async move {
                match outcome.await {
                    Err(error) => Either::Left(view! { <ErrorPage error/> }),
                    // The answer is a redirect: this is read by nobody.
                    Ok(done) => Either::Right(view! { <p role="status">{text::outcome(done)}</p> }),
                }
            })}
        </Suspense>
    }
}

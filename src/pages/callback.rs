//! The page that Spotify sends people back to.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

use crate::{
    api::spotify::complete_sign_in,
    components::{ErrorPage, use_query},
    text,
};

/// Ends the sign-in on the server, before anything is drawn: a success leads straight to the room.
#[component]
pub fn Callback() -> impl IntoView {
    let field = |name| use_query(name).unwrap_or_default();
    let outcome = complete_sign_in(field("state"), field("code"), field("error"));
    view! {
        <Title text=text::callback::TITLE/>
        <Suspense>
            {Suspend::new(async move {
                match outcome.await {
                    Err(error) => Either::Left(view! { <ErrorPage error/> }),
                    // The answer is a redirect: this is read by nobody.
                    Ok(done) => Either::Right(view! { <p role="status">{text::outcome(done)}</p> }),
                }
            })}
        </Suspense>
    }
}

//! A page in place of one that cannot be shown.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    error::AppError,
    model::paths,
    text::{self, label},
};

/// Says what went wrong, and where to go.
#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    let heading = text::error_heading(error);
    view! {
        <Title text=heading/>
        <h1>{heading}</h1>
        <p role="alert">{text::error(error)}</p>
        <nav class="stack" aria-label=label::NEXT_STEPS>
            <a class="button primary" href=paths::HOME>{label::BACK_TO_START}</a>
            <a class="button" href=paths::JOIN>{label::JOIN_A_ROOM}</a>
        </nav>
    }
}

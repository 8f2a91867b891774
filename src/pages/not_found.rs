//! The page for addresses where nothing is.

use leptos::prelude::*;

use crate::{components::ErrorPage, error::AppError};

/// Says that nothing is here.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <ErrorPage error=AppError::PageNotFound/> }
}

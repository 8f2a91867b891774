//! The playlist that goes on when nobody asks for anything.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Sends the host to Spotify, which asks whether it may show their playlists.
#[server(endpoint = "fallback/allow")]
pub async fn allow_fallback(#[server(default)] code: String) -> Result<(), AppError> {
    use crate::server::{actions::fallback, chance, http::caller::Caller};

    let caller = Caller::current().await?;
    let (addresses, rng) = (&caller.addresses(), &mut chance::rng());
    let there = fallback::allow(&caller.app, caller.visitor, &code, addresses, rng).await?;
    leptos_axum::redirect(&there);
    Ok(())
}

/// Lets one of the host's playlists go on.
#[server(endpoint = "fallback/choose")]
pub async fn choose_fallback(
    #[server(default)] code: String,
    #[server(default)] playlist: String,
    #[server(default)] shuffled: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::fallback,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = fallback::choose(&app, visitor, &code, &playlist, &shuffled).await?;
    Ok(answer::done_at(&paths::fallback(&code), outcome))
}

/// Lets none go on any more.
#[server(endpoint = "fallback/end")]
pub async fn end_fallback(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::fallback,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = fallback::end(&app, visitor, &code).await?;
    Ok(answer::done_at(&paths::fallback(&code), outcome))
}

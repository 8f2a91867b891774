//! What there is in a demo only.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Lets five simulated guests into a room.
#[server(endpoint = "demo/guests")]
pub async fn let_guests_join(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::demo,
            chance,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = demo::let_guests_join(&app, visitor, &code, chance::rng()).await?;
    Ok(answer::done_at(&paths::room(&code), outcome))
}

//! Songs and artists that a host does not want to hear.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Blocks a song, or one of its artists: `uri` says which.
#[server(endpoint = "blocked/add")]
pub async fn block(
    #[server(default)] code: String,
    #[server(default)] song: String,
    #[server(default)] uri: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::blocked,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = blocked::block(&app, visitor, &code, &song, &uri).await?;
    Ok(answer::done_at(&paths::blocked(&code), outcome))
}

/// Blocks it no more.
#[server(endpoint = "blocked/remove")]
pub async fn unblock(
    #[server(default)] code: String,
    #[server(default)] uri: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::blocked,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = blocked::unblock(&app, visitor, &code, &uri).await?;
    Ok(answer::done_at(&paths::blocked(&code), outcome))
}

//! What the server knows about its visitor.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Deletes everything about the caller, and the rooms that they host. A stranger is forgotten already.
#[server(endpoint = "visitors/forget")]
pub async fn forget_me(#[server(default)] confirmed: String) -> Result<Outcome, AppError> {
    use crate::{
        model::{parse_switch, paths},
        server::{
            actions::visitors,
            http::{answer, caller::Caller},
        },
    };

    let caller = Caller::current().await?;
    if parse_switch(&confirmed) != Some(true) {
        return Err(AppError::Malformed);
    }
    if let Some(visitor) = caller.visitor {
        visitors::forget(&caller.app, visitor).await?;
        caller.end_session().await?;
    }
    Ok(answer::go_to(paths::HOME, Outcome::Forgotten))
}

//! Who is in a room.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Takes a guest out of a room for good.
#[server(endpoint = "people/remove")]
pub async fn remove_person(
    #[server(default)] code: String,
    #[server(default)] member: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::people,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = people::remove(&app, visitor, &code, &member).await?;
    Ok(answer::done_at(&paths::people(&code), outcome))
}

//! What was played in a room.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Writes what was played into a playlist of the host's, or adds what was played since. A host whose
/// account does not allow that yet is sent to Spotify's consent page: then there is no outcome.
#[server(endpoint = "history/save")]
pub async fn save_history(#[server(default)] code: String) -> Result<Option<Outcome>, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::playlist::{self, Saving},
            chance,
            http::{answer, caller::Caller},
        },
    };

    let caller = Caller::current().await?;
    let (addresses, rng) = (&caller.addresses(), &mut chance::rng());
    match playlist::save(&caller.app, caller.visitor, &code, addresses, rng).await? {
        Saving::Done(outcome) => Ok(Some(answer::done_at(&paths::history(&code), outcome))),
        Saving::NeedsConsent(there) => {
            leptos_axum::redirect(&there);
            Ok(None)
        }
    }
}

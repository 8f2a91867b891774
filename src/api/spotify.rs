//! Spotify accounts: connect, complete, disconnect, move.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Sends the host to Spotify's consent page.
#[server(endpoint = "spotify/connect")]
pub async fn connect_spotify(#[server(default)] code: String) -> Result<(), AppError> {
    use crate::server::{actions::spotify, chance, http::caller::Caller};

    let caller = Caller::current().await?;
    let (addresses, rng) = (&caller.addresses(), &mut chance::rng());
    let there = spotify::connect(&caller.app, caller.visitor, &code, addresses, rng).await?;
    leptos_axum::redirect(&there);
    Ok(())
}

/// Ends the way back from Spotify: with a `code` if the host agreed, with an `error` if not.
#[server(endpoint = "spotify/complete")]
pub async fn complete_sign_in(
    #[server(default)] state: String,
    #[server(default)] code: String,
    #[server(default)] error: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            accounts::sign_in::Purpose,
            actions::spotify::{self, Answer, Completed},
            http::{answer, caller::Caller},
        },
    };

    answer::page(async {
        let caller = Caller::current().await?;
        let given = Answer { state: &state, code: &code, error: &error };
        let public_url = caller.public_url();
        let Completed { room, purpose, outcome } =
            spotify::complete(&caller.app, caller.visitor, given, &public_url).await?;
        if !matches!(
            outcome,
            Outcome::Declined | Outcome::LibraryDeclined | Outcome::PlaylistDeclined
        ) {
            caller.change_session_id().await?;
        }
        let page = match purpose {
            Purpose::Connect => paths::room(&room),
            Purpose::ChoosePlaylist => paths::fallback(&room),
            Purpose::SavePlaylist => paths::history(&room),
        };
        Ok(answer::go_to(&page, outcome))
    })
    .await
}

/// Disconnects the room's account and deletes what was stored about it.
#[server(endpoint = "spotify/disconnect")]
pub async fn disconnect_spotify(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::spotify,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    spotify::disconnect(&app, visitor, &code).await?;
    Ok(answer::go_to(&paths::settings(&code), Outcome::Disconnected))
}

/// Moves the host's account here from the other room that it drives.
#[server(endpoint = "spotify/move")]
pub async fn move_spotify(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::spotify,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    spotify::move_here(&app, visitor, &code).await?;
    Ok(answer::go_to(&paths::room(&code), Outcome::Moved))
}

//! Spotify accounts: connect, complete, disconnect, move.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Sends the host to Spotify's consent page.
#[server(endpoint = "spotify/connect")]
pub async fn connect_spotify(#[server(default)] code: String) -> Result<(), AppError> {
    use crate::{
        model::paths,
        server::{
            accounts::sign_in,
            http::{answer, caller::Caller},
        },
    };

    let refused = answer::refused_at::<ConnectSpotify>(&paths::room(&code), &[]);
    async {
        let caller = Caller::current().await?;
        let host = caller.host(&code).await?;
        let public_url = caller.public_url();
        let there = sign_in::begin(&caller.app, &host, &public_url, &mut answer::rng()).await?;
        leptos_axum::redirect(&there);
        Ok(())
    }
    .await
    .map_err(refused)
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
            accounts::{connections::Attached, sign_in},
            http::{answer, caller::Caller, session},
            rooms::lifecycle,
        },
    };

    answer::page(
        async {
            let caller = Caller::current().await?;
            let app = &caller.app;
            let pending =
                sign_in::take(&app.database, caller.visitor().await?, &state, app.clock.now())
                    .await?;
            let room = lifecycle::open_by_id(&app.database, pending.room_id).await?;
            let there = paths::room(&room.code);
            match (&*error, &*code) {
                ("access_denied", _) => return Ok(answer::go_to(&there, Outcome::Declined)),
                // Spotify's own trouble.
                (error, code) if !error.is_empty() || code.is_empty() => {
                    return Err(AppError::SignInFailed);
                }
                _ => {}
            }
            let attached = sign_in::complete(app, &pending, &code, &caller.public_url()).await?;
            session::change_id(&caller.session).await?;
            app.hub.changed(room.id).await;
            let done = match attached {
                Attached::Here => Outcome::Connected,
                Attached::Elsewhere { room_id } => {
                    // Its sign-in is a new one too.
                    app.hub.changed(room_id).await;
                    Outcome::Elsewhere
                }
            };
            Ok(answer::go_to(&there, done))
        }
        .await,
    )
}

/// Disconnects the room's account and deletes what was stored about it.
#[server(endpoint = "spotify/disconnect")]
pub async fn disconnect_spotify(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            accounts::connections,
            http::{answer, caller::Caller},
        },
    };

    let refused = answer::refused_at::<DisconnectSpotify>(&paths::settings(&code), &[]);
    async {
        let caller = Caller::current().await?;
        let host = caller.host(&code).await?;
        let app = &caller.app;
        connections::disconnect(&app.database, &host).await?;
        app.hub.changed(host.0.room.id).await;
        Ok(answer::go_to(&paths::settings(host.0.code()), Outcome::Disconnected))
    }
    .await
    .map_err(refused)
}

/// Moves the host's account here from the other room that it drives.
#[server(endpoint = "spotify/move")]
pub async fn move_spotify(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            accounts::connections,
            http::{answer, caller::Caller},
        },
    };

    let refused = answer::refused_at::<MoveSpotify>(&paths::room(&code), &[]);
    async {
        let caller = Caller::current().await?;
        let host = caller.host(&code).await?;
        let app = &caller.app;
        if let Some(left) = connections::move_here(&app.database, &host).await? {
            app.hub.changed(left).await;
        }
        app.hub.changed(host.0.room.id).await;
        Ok(answer::go_to(&paths::room(host.0.code()), Outcome::Moved))
    }
    .await
    .map_err(refused)
}

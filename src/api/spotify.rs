//! Spotify accounts: connect, complete, disconnect, move.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Sends the host to Spotify's consent page.
#[server(endpoint = "spotify/connect")]
pub async fn connect_spotify(#[server(default)] code: String) -> Result<(), AppError> {
    use crate::{
        model::{RoomId, VisitorId, paths},
        server::{
            accounts::sign_in::{self, Consent},
            http::{answer, caller::Caller},
        },
    };

    let refused = answer::refused_at::<ConnectSpotify>(&paths::room(&code), &[]);
    async {
        let caller = Caller::current().await?;
        let host = caller.host(&code).await?;
        let app = &caller.app;
        let public_url = caller.public_url();
        let consent = Consent {
            visitor: VisitorId(host.0.place.visitor_id),
            room: RoomId(host.0.room.id),
            accounts_url: &app.consent_base(&public_url),
            public_url: &public_url,
        };
        let now = app.clock.now();
        let there =
            sign_in::begin(&app.database, &app.spotify, &consent, now, &mut answer::rng()).await?;
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
            let attached = sign_in::complete(
                &app.database,
                &app.spotify,
                &app.sealer,
                &pending,
                &code,
                &caller.public_url(),
                || app.clock.now(),
            )
            .await?;
            session::change_id(&caller.session).await?;
            app.hub.changed(room.id).await;
            let done = match attached {
                Attached::Here => Outcome::Connected,
                Attached::Elsewhere { room } => {
                    // Its sign-in is a new one too.
                    app.hub.changed(room.0).await;
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
        connections::disconnect(&app.database, crate::model::RoomId(host.0.room.id)).await?;
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
        model::{RoomId, VisitorId, paths},
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
        let (visitor, room) = (VisitorId(host.0.place.visitor_id), RoomId(host.0.room.id));
        let client_id = app.spotify.client_id();
        let left = connections::move_here(&app.database, client_id, visitor, room).await?;
        app.hub.changed(left.0).await;
        app.hub.changed(host.0.room.id).await;
        Ok(answer::go_to(&paths::room(host.0.code()), Outcome::Moved))
    }
    .await
    .map_err(refused)
}

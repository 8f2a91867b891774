//! Rooms: create, join, leave, settings, close, and what their pages show.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    error::AppError,
    model::{HomeView, Outcome, RoomView, SettingsView},
};

/// Creates a room and makes the caller its host.
#[server(endpoint = "rooms/create")]
pub async fn create_room(
    #[server(default)] votes_to_skip: String,
    #[server(default)] guest_can_pause: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::{Settings, paths},
        server::{
            http::{answer, caller::Caller, session},
            rooms::lifecycle,
        },
    };

    let fields = [("votes_to_skip", &*votes_to_skip), ("guest_can_pause", &*guest_can_pause)];
    let refused = answer::refused_at::<CreateRoom>(paths::CREATE, &fields);
    async {
        let settings = Settings::parse(&votes_to_skip, &guest_can_pause)?;
        let Caller { app, session, .. } = Caller::current().await?;
        let visitor = session::visitor_or_new(&app, &session).await?;
        let now = app.clock.now();
        let code =
            lifecycle::create(&app.database, visitor, settings, now, &mut answer::rng()).await?;
        Ok(answer::go_to(&paths::room(code.as_str()), Outcome::Created))
    }
    .await
    .map_err(refused)
}

/// Joins a room, as what the caller was there before, or as a guest.
#[server(endpoint = "rooms/join")]
pub async fn join_room(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::{RoomCode, paths},
        server::{
            http::{answer, caller::Caller, session},
            rooms::lifecycle,
        },
    };

    let refused = answer::refused_at::<JoinRoom>(paths::JOIN, &[("code", &*code)]);
    async {
        let code: RoomCode = code.parse()?;
        let Caller { app, session, .. } = Caller::current().await?;
        lifecycle::expect_open(&app.database, &code).await?;
        let visitor = session::visitor_or_new(&app, &session).await?;
        let room_id = lifecycle::join(&app.database, visitor, &code, app.clock.now()).await?;
        app.hub.changed(room_id).await;
        Ok(answer::go_to(&paths::room(code.as_str()), Outcome::Joined))
    }
    .await
    .map_err(refused)
}

/// Leaves a room; it goes on without the caller.
#[server(endpoint = "rooms/leave")]
pub async fn leave_room(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            http::{answer, caller::Caller},
            rooms::lifecycle,
        },
    };

    let refused = answer::refused_at::<LeaveRoom>(paths::HOME, &[]);
    async {
        let caller = Caller::current().await?;
        let member = caller.member(&code).await?;
        lifecycle::leave(&caller.app.database, &member, caller.app.clock.now()).await?;
        caller.app.hub.changed(member.room.id).await;
        Ok(answer::go_to(paths::HOME, Outcome::Left))
    }
    .await
    .map_err(refused)
}

/// Closes a room for everybody.
#[server(endpoint = "rooms/close")]
pub async fn close_room(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            http::{
                answer,
                caller::{Caller, Host},
            },
            rooms::lifecycle,
        },
    };

    let refused = answer::refused_at::<CloseRoom>(&paths::close(&code), &[]);
    async {
        let caller = Caller::current().await?;
        let Host(member) = caller.host(&code).await?;
        lifecycle::close(&caller.app.database, member.room.id, caller.app.clock.now()).await?;
        caller.app.hub.changed(member.room.id).await;
        Ok(answer::go_to(paths::HOME, Outcome::Closed))
    }
    .await
    .map_err(refused)
}

/// Saves what the host decided.
#[server(endpoint = "rooms/settings")]
pub async fn save_settings(
    #[server(default)] code: String,
    #[server(default)] votes_to_skip: String,
    #[server(default)] guest_can_pause: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::{Settings, paths},
        server::{
            http::{answer, caller::Caller},
            rooms::lifecycle,
        },
    };

    let fields = [("votes_to_skip", &*votes_to_skip), ("guest_can_pause", &*guest_can_pause)];
    let refused = answer::refused_at::<SaveSettings>(&paths::settings(&code), &fields);
    async {
        let caller = Caller::current().await?;
        let host = caller.host(&code).await?;
        let settings = Settings::parse(&votes_to_skip, &guest_can_pause)?;
        let app = &caller.app;
        // A threshold that the votes reach skips: that takes somebody who sends it.
        app.hub.state(host.0.room.id).await?;
        lifecycle::save_settings(&app.database, &host, settings, app.clock.now()).await?;
        app.hub.changed(host.0.room.id).await;
        Ok(answer::done_at(&paths::settings(host.0.code()), Outcome::Saved))
    }
    .await
    .map_err(refused)
}

/// The rooms that the caller is in.
#[server(endpoint = "rooms/mine", input = GetUrl)]
pub async fn load_home() -> Result<HomeView, AppError> {
    use crate::server::{
        actions::views,
        http::{answer, caller::Caller},
    };

    answer::page(views::home(&Caller::current().await?).await)
}

/// A room as its page shows it.
#[server(endpoint = "rooms/view", input = GetUrl)]
pub async fn load_room(#[server(default)] code: String) -> Result<RoomView, AppError> {
    use crate::server::{
        actions::views,
        http::{answer, caller::Caller},
    };

    answer::page(views::room(&Caller::current().await?, &code).await)
}

/// A room as its settings page shows it.
#[server(endpoint = "rooms/settings-view", input = GetUrl)]
pub async fn load_settings(#[server(default)] code: String) -> Result<SettingsView, AppError> {
    use crate::server::{
        actions::views,
        http::{answer, caller::Caller},
    };

    answer::page(views::settings(&Caller::current().await?, &code).await)
}

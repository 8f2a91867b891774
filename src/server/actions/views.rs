//! What the pages need, for whoever asks.

use super::{App, authorise, presets};
use crate::{
    error::AppError,
    model::{
        HomeView, MemberId, MemberView, Role, RoomCode, RoomId, RoomView, SettingsView, VisitorId,
        paths,
    },
    server::{
        accounts::connections,
        rooms::{membership, people::Host},
    },
    text,
};

/// The home page.
///
/// # Errors
/// If the database does not answer.
pub async fn home(app: &App, visitor: Option<VisitorId>) -> Result<HomeView, AppError> {
    let Some(visitor) = visitor else { return Ok(HomeView::default()) };
    Ok(HomeView { rooms: membership::of_visitor(&app.database, visitor).await? })
}

/// The room page. Opening it does not join.
///
/// # Errors
/// If there is no such room, or it is closed.
pub async fn room(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    public_url: &str,
) -> Result<RoomView, AppError> {
    // The framework draws a page twice if its data is there at once, as a live room's is.
    tokio::task::yield_now().await;
    let member = match authorise::member(app, visitor, code).await {
        Err(AppError::NotMember) => return Ok(RoomView::Stranger),
        Err(AppError::CodeMalformed) => return Err(AppError::RoomNotFound),
        found => found?,
    };
    let state = app.hub.state(member.room).await?;
    // Authorised, and not in the state: they have just left, or it cannot be read that they came.
    let is_current = app.hub.is_current(member.room, &state);
    let missing = if is_current { AppError::NotMember } else { AppError::Internal };
    let you = state.you(member.visitor, app.now()).ok_or(missing)?;
    let link = format!("{public_url}{}", paths::room(member.code.as_str()));
    let client_id = app.spotify.client_id();
    let movable_from = match you.role {
        Role::Host => {
            connections::movable_from(&app.database, client_id, member.visitor, member.room).await?
        }
        Role::Guest => None,
    };
    let snapshot = state.snapshot.clone();
    let (search, demo) = (None, String::new());
    let view = MemberView { snapshot, you, link, movable_from, search, demo };
    Ok(RoomView::Member(Box::new(view)))
}

/// The settings page, for the host, filled in by the preset of that word if there is one. `is_connected` tells which members have the room open.
///
/// # Errors
/// If the caller is not the host of such a room.
pub async fn settings(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    preset: &str,
    is_connected: impl Fn(MemberId) -> bool,
) -> Result<SettingsView, AppError> {
    let code: RoomCode = code.parse().map_err(|_| AppError::RoomNotFound)?;
    let Host(member) = authorise::host(app, visitor, code.as_str()).await?;
    let code = member.code;
    let (database, client_id) = (&app.database, app.spotify.client_id());
    let spotify = connections::state(database, &app.sealer, client_id, member.room).await?;
    let health = health(app, member.room, is_connected).await?;
    let joining_stopped = membership::is_joining_stopped(&database.reader, member.room)
        .await
        .map_err(anyhow::Error::from)?;
    let preset = presets::PRESETS.iter().find(|known| known.word == preset);
    let settings = preset.map_or(member.settings, |preset| preset.settings());
    let preset_notice = preset.map(|preset| text::presets::filled_in(preset.name));
    let presets = presets::PRESETS.iter().map(|preset| preset.of_room(&code)).collect();
    Ok(SettingsView { code, settings, joining_stopped, spotify, presets, preset_notice, health })
}

/// How everything does, as the room's host sees it. Spotify is asked first if nobody watched.
async fn health(
    app: &App,
    room: RoomId,
    is_connected: impl Fn(MemberId) -> bool,
) -> Result<String, AppError> {
    let state = app.hub.state(room).await?;
    let guests = state.members.values().filter(|presence| presence.role == Role::Guest);
    let connected = guests.filter(|presence| is_connected(presence.member)).count();
    let lines = [
        text::health::spotify(&state.snapshot.status),
        text::health::answered(app.hub.answered_at(room), app.now()),
        text::health::guests(connected),
        text::health::backup(app.database.last_backup().await, app.now()),
        text::health::version(env!("CARGO_PKG_VERSION")),
    ];
    Ok(lines.join("\n"))
}

//! What the pages need, for whoever asks.

use crate::server::{
    accounts::connections,
    http::caller::{Caller, Host, Member},
    rooms::lifecycle,
};
use crate::{
    error::AppError,
    model::{HomeView, MemberView, Role, RoomCode, RoomId, RoomView, SettingsView, VisitorId, paths},
};

/// The home page.
///
/// # Errors
/// If the database does not answer.
pub async fn home(caller: &Caller) -> Result<HomeView, AppError> {
    let Some(visitor) = caller.visitor().await? else { return Ok(HomeView::default()) };
    let rooms = lifecycle::of_visitor(&caller.app.database, visitor).await?;
    Ok(HomeView { rooms })
}

/// The room page. Opening it does not join.
///
/// # Errors
/// If there is no such room, or it is closed.
pub async fn room(caller: &Caller, code: &str) -> Result<RoomView, AppError> {
    // The framework draws a page twice if its data is there at once, as a live room's is.
    tokio::task::yield_now().await;
    let app = &caller.app;
    let code: RoomCode = code.parse().map_err(|_| AppError::RoomNotFound)?;
    let member = match Member::find(app, caller.visitor().await?, &code).await {
        Err(AppError::NotMember) => return Ok(RoomView::Stranger),
        found => found?,
    };
    let visitor = VisitorId(member.place.visitor_id);
    let mut state = app.hub.state(member.room.id).await?;
    if !state.members.contains_key(&visitor.0) {
        app.hub.changed(member.room.id).await;
        state = app.hub.state(member.room.id).await?;
    }
    let you = state.you(visitor, app.clock.now()).ok_or(AppError::NotMember)?;
    let movable_from = match you.role {
        Role::Host => {
            let (client_id, room) = (app.spotify.client_id(), RoomId(member.room.id));
            connections::movable_from(&app.database, client_id, visitor, room).await?
        }
        Role::Guest => None,
    };
    let link = format!("{}{}", caller.public_url(), paths::room(member.code()));
    let snapshot = state.snapshot.clone();
    Ok(RoomView::Member(Box::new(MemberView { snapshot, you, link, movable_from })))
}

/// The settings page, for the host.
///
/// # Errors
/// If the caller is not the host of such a room.
pub async fn settings(caller: &Caller, code: &str) -> Result<SettingsView, AppError> {
    let code: RoomCode = code.parse().map_err(|_| AppError::RoomNotFound)?;
    let Host(member) = caller.host(code.as_str()).await?;
    let app = &caller.app;
    let (client_id, room) = (app.spotify.client_id(), RoomId(member.room.id));
    let spotify = connections::state(&app.database, &app.sealer, client_id, room).await?;
    Ok(SettingsView { code, settings: member.room.settings(), spotify })
}

//! Rooms: create, join, leave, close, and what their pages show.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    error::AppError,
    model::{HomeView, Outcome, RoomView},
};

/// Creates a room and makes the caller its host, by that name if they say one.
#[server(endpoint = "rooms/create")]
pub async fn create_room(
    #[server(default)] votes_to_skip: String,
    #[server(default)] guest_can_pause: String,
    #[server(default)] name: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::{Settings, paths},
        server::{
            actions::rooms,
            chance,
            http::{answer, caller::Caller},
            rooms::names::Name,
        },
    };

    let settings = Settings::parse(&votes_to_skip, &guest_can_pause)?;
    let name = Name::if_any(&name)?;
    let caller = Caller::current().await?;
    caller.counts_room()?;
    let visitor = caller.visitor_or_new().await?;
    let (app, rng) = (&caller.app, &mut chance::rng());
    let code = rooms::create(app, visitor, name.as_ref(), settings, rng).await?;
    Ok(answer::go_to(&paths::room(code.as_str()), Outcome::Created))
}

/// Joins a room, as what the caller was there before, or as a guest, by that name if they say one.
#[server(endpoint = "rooms/join")]
pub async fn join_room(
    #[server(default)] code: String,
    #[server(default)] name: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::rooms,
            http::{answer, caller::Caller},
            rooms::names::Name,
        },
    };

    let caller = Caller::current().await?;
    caller.looks_as_stranger()?;
    let room = rooms::joinable(&caller.app, caller.visitor, &code).await?;
    let name = Name::if_any(&name)?;
    let visitor = caller.visitor_or_new().await?;
    rooms::join(&caller.app, visitor, room, name.as_ref()).await?;
    Ok(answer::go_to(&paths::room(&code), Outcome::Joined))
}

/// Calls the caller by another name in a room from now on.
#[server(endpoint = "rooms/name")]
pub async fn change_name(
    #[server(default)] code: String,
    #[server(default)] name: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::rooms,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = rooms::rename(&app, visitor, &code, &name).await?;
    Ok(answer::done_at(&paths::people(&code), outcome))
}

/// Leaves a room; it goes on without the caller.
#[server(endpoint = "rooms/leave")]
pub async fn leave_room(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::rooms,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    rooms::leave(&app, visitor, &code).await?;
    Ok(answer::go_to(paths::HOME, Outcome::Left))
}

/// Closes a room for everybody.
#[server(endpoint = "rooms/close")]
pub async fn close_room(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::rooms,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    rooms::close(&app, visitor, &code).await?;
    Ok(answer::go_to(paths::HOME, Outcome::Closed))
}

/// Lets nobody new in, or everybody again.
#[server(endpoint = "rooms/stop-joining")]
pub async fn stop_joining(
    #[server(default)] code: String,
    #[server(default)] on: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::rooms,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = rooms::stop_joining(&app, visitor, &code, &on).await?;
    Ok(answer::go_to(&paths::settings(&code), outcome))
}

/// Gives a room another code.
#[server(endpoint = "rooms/renew-code")]
pub async fn renew_code(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::{authorise, rooms},
            chance,
            http::{answer, caller::Caller},
        },
    };

    let caller = Caller::current().await?;
    let host = authorise::host(&caller.app, caller.visitor, &code).await?;
    // The former codes are kept.
    caller.counts_room()?;
    let code = rooms::renew_code(&caller.app, host, &mut chance::rng()).await?;
    Ok(answer::go_to(&paths::settings(code.as_str()), Outcome::CodeRenewed))
}

/// The rooms that the caller is in.
#[server(endpoint = "rooms/mine", input = GetUrl)]
pub async fn load_home() -> Result<HomeView, AppError> {
    use crate::server::{
        actions::views,
        http::{answer, caller::Caller},
    };

    answer::page(async {
        let Caller { app, visitor, .. } = Caller::current().await?;
        views::home(&app, visitor).await
    })
    .await
}

/// A room as its page shows it, with the songs that a search for `q` finds from `offset` on.
#[server(endpoint = "rooms/view", input = GetUrl)]
pub async fn load_room(
    #[server(default)] code: String,
    #[server(default)] q: String,
    #[server(default)] offset: String,
) -> Result<RoomView, AppError> {
    use crate::{
        api::search::search,
        model::{Role, SearchView},
        server::{
            actions::views,
            http::{answer, caller::Caller, demo},
        },
    };

    let mut view = answer::page(async {
        let caller = Caller::current().await?;
        let public_url = caller.public_url();
        let mut view = views::room(&caller.app, caller.visitor, &code, &public_url).await?;
        match &mut view {
            RoomView::Stranger => caller.looks_as_stranger()?,
            RoomView::Member(member) if caller.app.site.is_demo => {
                let is_host = member.you.role == Role::Host;
                let refusal = caller.refusal(demo::GUESTS);
                let form = is_host.then(|| demo::guests_form(&member.snapshot.code, refusal));
                member.demo = form.unwrap_or_default();
            }
            RoomView::Member(_) => {}
        }
        Ok(view)
    })
    .await?;
    if let RoomView::Member(member) = &mut view
        && !q.trim().is_empty()
    {
        // Where searching fails, all else on the page is as it should be. Boxed: what calls Spotify is
        // large, and pages are drawn deep in the stack.
        let found = Box::pin(search(code, q.clone(), offset)).await;
        member.search = Some(SearchView { q, found });
    }
    Ok(view)
}

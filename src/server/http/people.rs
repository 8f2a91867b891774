//! `GET /room/{CODE}/people`: who is in a room, and the forms to be called otherwise and to remove
//! somebody.
//!
//! Most people never open it: it is drawn here, so that nobody downloads it with the room.

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{Html, IntoResponse as _, Response},
};
use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use serde::Deserialize;
use tower_sessions::Session;

use super::{error_page, network::Network, session, shell, state::AppState};
use crate::server::{
    actions::people,
    rooms::{people::Member, roster::Occupant},
};
use crate::{
    error::AppError,
    model::{Millis, Outcome, Role, paths},
    text::{self, label, people as words, room},
};

/// What a form that led here did, or why it was refused.
#[derive(Debug, Deserialize)]
pub struct Answered {
    done: Option<String>,
    #[serde(rename = "__err")]
    error: Option<String>,
    /// The name that was refused.
    name: Option<String>,
}

/// The page. It reads the same for scripts and without.
pub async fn page(
    State(app): State<AppState>,
    Path(code): Path<String>,
    Query(answered): Query<Answered>,
    Extension(network): Extension<Network>,
    session: Session,
    headers: HeaderMap,
) -> Response {
    match people_of(&app, &session, &code).await {
        Ok((member, people)) => Html(document(&app, &member, people, &answered)).into_response(),
        Err(error) => error_page::of_room(&app, network, &headers, error),
    }
}

async fn people_of(
    app: &AppState,
    session: &Session,
    code: &str,
) -> Result<(Member, Vec<Occupant>), AppError> {
    let visitor = session::visitor(app, session).await?;
    people::list(app, visitor, code).await
}

fn document(app: &AppState, member: &Member, people: Vec<Occupant>, answered: &Answered) -> String {
    let code = member.code.as_str();
    let done = answered.done.as_deref().and_then(Outcome::from_word).map(text::outcome);
    let error = answered.error.as_deref().map(ServerFnUrlError::<AppError>::decode_err);
    let of_name = error.filter(|error| *error == AppError::Name);
    let refusal = error.filter(|_| of_name.is_none());
    let is_host = member.role == Role::Host;
    let now = app.now();
    let rows = people.into_iter().map(|occupant| match is_host {
        true => row_for_host(code, &occupant, now).into_any(),
        false => view! { <li>{occupant.name}</li> }.into_any(),
    });
    let rows = rows.collect_view();
    let page = view! {
        {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
        {refusal.map(|error| view! { <p class="trouble" role="alert">{text::error(error)}</p> })}
        <p><a class="back" href=paths::room(code)>{room::back(code)}</a></p>
        <section class="stack" aria-labelledby="people">
            <h1 id="people">{label::PEOPLE}</h1>
            {is_host.then(|| view! { <p id="removing" class="dim">{words::REMOVING}</p> })}
            <ul class="people">{rows}</ul>
        </section>
        {change_name(code, answered.name.clone(), of_name)}
    };
    shell::without_scripts(app, &words::title(code), page)
}

fn row_for_host(code: &str, occupant: &Occupant, now: Millis) -> impl IntoView + use<> {
    let facts = words::facts(now.since(occupant.joined_at), occupant.songs, occupant.votes);
    let (name, member) = (occupant.name.clone(), occupant.member.to_string());
    let remove = (occupant.role == Role::Guest).then(|| {
        view! {
            <form method="post" action="/api/people/remove">
                <input type="hidden" name="code" value=code.to_owned()/>
                <input type="hidden" name="member" value=member/>
                <button class="button danger" type="submit" aria-describedby="removing">
                    {words::remove(&name)}
                </button>
            </form>
        }
    });
    view! {
        <li>
            <div>
                <p class="name">{name}</p>
                <p class="dim">{facts}</p>
            </div>
            {remove}
        </li>
    }
}

fn change_name(code: &str, refused: Option<String>, error: Option<AppError>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="change-name">
            <h2 id="change-name">{label::CHANGE_NAME}</h2>
            <form method="post" action="/api/rooms/name">
                <input type="hidden" name="code" value=code.to_owned()/>
                <div class="field">
                    <label for="name">{label::YOUR_NAME}</label>
                    <input
                        id="name"
                        name="name"
                        value=refused
                        required
                        autocomplete="nickname"
                        spellcheck="false"
                        aria-describedby="name-error"
                        aria-invalid=error.is_some().then_some("true")
                    />
                    <p id="name-error" class="trouble" role="alert">{error.map(text::error)}</p>
                </div>
                <button class="button" type="submit">{label::CHANGE_NAME}</button>
            </form>
        </section>
    }
}

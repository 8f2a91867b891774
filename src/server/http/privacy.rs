//! `GET /privacy`: what the server knows about its visitor, and the form to have it deleted.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use leptos::{prelude::*, server_fn::error::ServerFnUrlError};
use serde::Deserialize;
use tower_sessions::Session;

use super::{session, shell, state::AppState};
use crate::server::actions::visitors::{Known, known};
use crate::{
    error::AppError,
    model::RoomCode,
    text::{self, label, privacy},
};

/// Why the form was refused, where the framework's address says so.
#[derive(Debug, Deserialize)]
pub struct Refused {
    #[serde(rename = "__err")]
    error: Option<String>,
}

/// The page. It reads the same for scripts and without.
pub async fn page(
    State(app): State<AppState>,
    Query(Refused { error }): Query<Refused>,
    session: Session,
) -> Response {
    let refusal = error.map(|error| ServerFnUrlError::<AppError>::decode_err(&error));
    match of_visitor(&app, &session).await {
        Ok(known) => Html(document(&app, known.as_ref(), refusal)).into_response(),
        // Drawn by the layer above.
        Err(error) => StatusCode::from_u16(error.status()).unwrap_or_default().into_response(),
    }
}

async fn of_visitor(app: &AppState, session: &Session) -> Result<Option<Known>, AppError> {
    match session::visitor(app, session).await? {
        Some(visitor) => known(app, visitor).await.map(Some),
        None => Ok(None),
    }
}

fn document(app: &AppState, known: Option<&Known>, refusal: Option<AppError>) -> String {
    let rows = known.map_or_else(|| vec![privacy::STRANGER.to_owned()], rows);
    let rows = rows.into_iter().map(|row| view! { <li>{row}</li> }).collect_view();
    let page = view! {
        <h1>{privacy::HEADING}</h1>
        <ul class="prose">{rows}</ul>
        <p>{privacy::NOT_KNOWN}</p>
        {known.map(|_| forget_me(refusal))}
    };
    shell::without_scripts(app, label::PRIVACY, page)
}

fn rows(known: &Known) -> Vec<String> {
    let Known { hosted, joined, former, accounts } = known;
    let list =
        |codes: &[RoomCode]| codes.iter().map(RoomCode::to_string).collect::<Vec<_>>().join(", ");
    let mut rows = vec![privacy::BROWSER.to_owned()];
    rows.extend((!hosted.is_empty()).then(|| privacy::hosted(&list(hosted))));
    rows.extend((!joined.is_empty()).then(|| privacy::joined(&list(joined))));
    rows.extend((*former > 0).then(|| privacy::former(*former)));
    rows.extend((*accounts > 0).then(|| privacy::accounts(*accounts)));
    rows
}

fn forget_me(refusal: Option<AppError>) -> impl IntoView {
    let remains = privacy::REMAINS.map(|row| view! { <li>{row}</li> }).collect_view();
    let refusal = refusal.map(|error| match error {
        // All that can be wrong with this form.
        AppError::Malformed => privacy::NOT_CONFIRMED.into(),
        other => text::error(other),
    });
    let refusal = refusal.map(|says| view! { <p class="trouble" role="alert">{says}</p> });
    view! {
        <section class="card" aria-labelledby="forget">
            <h2 id="forget">{privacy::FORGET}</h2>
            <p>{privacy::CONSEQUENCES}</p>
            <h3>{privacy::STAYS}</h3>
            <ul class="prose">
                {remains}
                <li>
                    {privacy::AT_SPOTIFY}" "
                    <a href=privacy::SPOTIFY_APPS_URL rel="noreferrer">{privacy::SPOTIFY_APPS}</a>
                </li>
            </ul>
            <form method="post" action="/api/visitors/forget">
                <label class="check">
                    <input type="checkbox" name="confirmed" required/>
                    {label::NO_WAY_BACK}
                </label>
                {refusal}
                <button class="button danger" type="submit">{label::FORGET_ME}</button>
            </form>
        </section>
    }
}

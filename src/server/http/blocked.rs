//! `GET /room/{CODE}/blocked`: songs and artists that the host does not want to hear. Drawn here, as the
//! room's people are.

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
    actions::blocked::{self, Listed},
    rooms::blocked::Blocked,
};
use crate::{
    error::AppError,
    model::{Outcome, TrackId, paths},
    text::{self, blocked as words, label, room},
};

/// The song that is asked about; what a form that led here did, or why it was refused.
#[derive(Debug, Deserialize)]
pub struct Asked {
    song: Option<String>,
    done: Option<String>,
    #[serde(rename = "__err")]
    error: Option<String>,
}

/// The page. It reads the same for scripts and without.
pub async fn page(
    State(app): State<AppState>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
    Extension(network): Extension<Network>,
    session: Session,
    headers: HeaderMap,
) -> Response {
    match list_of(&app, &session, &code, asked.song.as_deref()).await {
        Ok(listed) => Html(document(&app, listed, &asked)).into_response(),
        Err(error) => error_page::of_room(&app, network, &headers, error),
    }
}

async fn list_of(
    app: &AppState,
    session: &Session,
    code: &str,
    song: Option<&str>,
) -> Result<Listed, AppError> {
    let visitor = session::visitor(app, session).await?;
    blocked::list(app, visitor, code, song).await
}

fn document(app: &AppState, listed: Listed, asked: &Asked) -> String {
    let Listed { host, blocked, offered } = listed;
    let code = host.code.as_str();
    let done = asked.done.as_deref().and_then(Outcome::from_word).map(text::outcome);
    let error = asked.error.as_deref().map(ServerFnUrlError::<AppError>::decode_err);
    let (offered, not_found) = match offered {
        Some(Ok(offered)) => (Some(offer(code, offered)), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let song = asked.song.clone().filter(|_| not_found.is_some());
    let rows = blocked.iter().map(|blocked| row(code, blocked)).collect_view();
    let nothing = blocked.is_empty().then(|| view! { <p class="dim">{words::NOTHING}</p> });
    let page = view! {
        {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
        {error.map(|error| view! { <p class="trouble" role="alert">{text::error(error)}</p> })}
        <p><a class="back" href=paths::room(code)>{room::back(code)}</a></p>
        <section class="stack" aria-labelledby="blocked">
            <h1 id="blocked">{label::BLOCKED}</h1>
            <p>{words::PURPOSE}</p>
            <form method="get" action=paths::blocked(code)>
                <div class="field">
                    <label for="song">{label::SONG_LINK}</label>
                    <input
                        id="song"
                        name="song"
                        value=song
                        required
                        autocomplete="off"
                        aria-describedby="song-hint song-error"
                        aria-invalid=not_found.is_some().then_some("true")
                    />
                    <p id="song-hint" class="dim">{words::HOW}</p>
                    <p id="song-error" class="trouble" role="alert">{not_found.map(text::error)}</p>
                </div>
                <button class="button" type="submit">{label::FIND_SONG}</button>
            </form>
            {offered}
            {nothing}
            <ul class="people">{rows}</ul>
        </section>
    };
    shell::without_scripts(app, &words::title(code), page)
}

/// What of a song can be blocked: itself first, then its artists.
fn offer(code: &str, offered: Vec<Blocked>) -> impl IntoView + use<> {
    let song = offered.first().map(|song| song.uri.clone()).unwrap_or_default();
    let button = |Blocked { uri, name }: Blocked| {
        let what = if TrackId::of_uri(&uri).is_some() {
            words::block_song(&name)
        } else {
            words::block_artist(&name)
        };
        view! {
            <form method="post" action="/api/blocked/add">
                <input type="hidden" name="code" value=code.to_owned()/>
                <input type="hidden" name="song" value=song.clone()/>
                <input type="hidden" name="uri" value=uri/>
                <button class="button danger" type="submit">{what}</button>
            </form>
        }
    };
    let buttons = offered.into_iter().map(button).collect_view();
    view! { <div class="card stack">{buttons}</div> }
}

fn row(code: &str, Blocked { uri, name }: &Blocked) -> impl IntoView + use<> {
    let kind = if TrackId::of_uri(uri).is_some() { words::SONG } else { words::ARTIST };
    view! {
        <li>
            <div>
                <p class="name" dir="auto">{name.clone()}</p>
                <p class="dim">{kind}</p>
            </div>
            <form method="post" action="/api/blocked/remove">
                <input type="hidden" name="code" value=code.to_owned()/>
                <input type="hidden" name="uri" value=uri.clone()/>
                <button class="button" type="submit">{words::unblock(name)}</button>
            </form>
        </li>
    }
}

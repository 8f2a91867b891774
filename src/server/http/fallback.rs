//! `GET /room/{CODE}/playlist`: where the host chooses what goes on when nobody asks for anything. Drawn
//! here, as the room's people are.

use axum::{
    Extension,
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{Html, IntoResponse as _, Response},
};
use leptos::{either::Either, prelude::*, server_fn::error::ServerFnUrlError};
use serde::Deserialize;
use tower_sessions::Session;

use super::{error_page, network::Network, session, shell, state::AppState};
use crate::server::actions::fallback::{self, Choice};
use crate::{
    error::AppError,
    model::{Outcome, Playlist, parse_switch, paths},
    text::{self, fallback as words, label, room},
};

/// What a form that led here did, or why it was refused and what it said.
#[derive(Debug, Deserialize)]
pub struct Answered {
    done: Option<String>,
    #[serde(rename = "__err")]
    error: Option<String>,
    playlist: Option<String>,
    shuffled: Option<String>,
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
    match choice_of(&app, &session, &code).await {
        Ok(choice) => Html(document(&app, choice, &answered)).into_response(),
        Err(error) => error_page::of_room(&app, network, &headers, error),
    }
}

async fn choice_of(app: &AppState, session: &Session, code: &str) -> Result<Choice, AppError> {
    let visitor = session::visitor(app, session).await?;
    fallback::choice(app, visitor, code).await
}

fn document(app: &AppState, choice: Choice, answered: &Answered) -> String {
    let Choice { host, chosen, playlists } = choice;
    let code = host.code.as_str();
    let done = answered.done.as_deref().and_then(Outcome::from_word).map(text::outcome);
    let error = answered.error.as_deref().map(ServerFnUrlError::<AppError>::decode_err);
    let goes_on = match &chosen {
        Some((chosen, songs)) => words::goes_on(&chosen.name, *songs, chosen.shuffled),
        None => words::NONE.to_owned(),
    };
    let end = chosen.is_some().then(|| {
        view! {
            <form method="post" action="/api/fallback/end">
                <input type="hidden" name="code" value=code.to_owned()/>
                <button class="button" type="submit">{label::END_FALLBACK}</button>
            </form>
        }
    });
    let chosen = chosen.map(|(chosen, _)| chosen);
    let shuffled = answered.shuffled.as_deref().and_then(parse_switch);
    let shuffled = shuffled.or(chosen.as_ref().map(|chosen| chosen.shuffled)).unwrap_or(true);
    let id = answered.playlist.clone().or(chosen.map(|chosen| chosen.playlist_id));
    let choose = match playlists {
        Ok(playlists) if playlists.is_empty() => {
            Either::Left(view! { <p class="dim">{words::NOTHING}</p> }.into_any())
        }
        Ok(playlists) => Either::Right(form(code, playlists, id.as_deref(), shuffled)),
        Err(error) => Either::Left(trouble(code, error).into_any()),
    };
    let page = view! {
        {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
        {error.map(|error| view! { <p class="trouble" role="alert">{text::error(error)}</p> })}
        <p><a class="back" href=paths::room(code)>{room::back(code)}</a></p>
        <section class="stack" aria-labelledby="fallback">
            <h1 id="fallback">{label::FALLBACK_PLAYLIST}</h1>
            <p>{words::PURPOSE}</p>
            <p>{goes_on}</p>
            {end}
            {choose}
        </section>
    };
    shell::without_scripts(app, &words::title(code), page)
}

fn form(
    code: &str,
    playlists: Vec<Playlist>,
    chosen: Option<&str>,
    shuffled: bool,
) -> impl IntoView + use<> {
    let choices = playlists.into_iter().map(|playlist| {
        let is_chosen = chosen == Some(&*playlist.id);
        choice(playlist, is_chosen)
    });
    let choices = choices.collect_view();
    view! {
        <form class="stack" method="post" action="/api/fallback/choose">
            <input type="hidden" name="code" value=code.to_owned()/>
            <fieldset class="field" role="radiogroup" aria-labelledby="fallback">
                <ul class="playlists">{choices}</ul>
            </fieldset>
            <fieldset class="field" role="radiogroup" aria-labelledby="playlist-order">
                <legend id="playlist-order">{label::PLAYLIST_ORDER}</legend>
                <label class="check">
                    <input type="radio" name="shuffled" value="on" checked=shuffled/>
                    {label::SHUFFLED}
                </label>
                <label class="check">
                    <input type="radio" name="shuffled" value="off" checked=!shuffled/>
                    {label::IN_ORDER}
                </label>
            </fieldset>
            <p class="dim">{words::CHANGES}</p>
            <button class="button primary" type="submit">{label::USE_PLAYLIST}</button>
        </form>
    }
}

fn choice(playlist: Playlist, is_chosen: bool) -> impl IntoView + use<> {
    let Playlist { id, name, image_url, items } = playlist;
    let cover = match image_url {
        Some(image) => {
            Either::Left(view! { <img src=image alt="" width="48" height="48" loading="lazy"/> })
        }
        None => Either::Right(view! { <span class="note" aria-hidden="true">"♪"</span> }),
    };
    view! {
        <li>
            <label>
                <input type="radio" name="playlist" value=id required checked=is_chosen/>
                <span class="small-cover">{cover}</span>
                <span>
                    <span class="name" dir="auto">{name}</span>
                    " "
                    <span class="dim">{words::songs(items)}</span>
                </span>
            </label>
        </li>
    }
}

/// Why there is nothing to choose from, and the way out if there is one.
fn trouble(code: &str, error: AppError) -> impl IntoView + use<> {
    if error == AppError::ScopeMissing {
        return Either::Left(view! {
            <p>{words::ASKS_FIRST}</p>
            {button(code, "/api/fallback/allow", label::SHOW_PLAYLISTS)}
        });
    }
    let connects = matches!(error, AppError::Reconnect | AppError::NotConnected);
    let connect = connects.then(|| button(code, "/api/spotify/connect", label::CONNECT_SPOTIFY));
    Either::Right(view! {
        <p class="trouble" role="alert">{text::error(error)}</p>
        {connect}
    })
}

fn button(code: &str, action: &'static str, label: &'static str) -> impl IntoView + use<> {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="code" value=code.to_owned()/>
            <button class="button primary" type="submit">{label}</button>
        </form>
    }
}

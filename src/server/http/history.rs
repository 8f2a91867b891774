//! `GET /room/{CODE}/history`: what was played in a room. Drawn here, as its people are.

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
use crate::server::{
    actions::{history, playlist},
    rooms::{
        history::{EndedBy, Played},
        people::Member,
    },
};
use crate::{
    error::AppError,
    model::{Millis, Outcome, PlayId, Role, TrackId, paths},
    text::{self, history as words, label, room},
};

/// Which page of it, and what a form that led here did or why it was refused.
#[derive(Debug, Deserialize)]
pub struct Asked {
    before: Option<String>,
    done: Option<String>,
    #[serde(rename = "__err")]
    error: Option<String>,
}

/// What the page shows.
struct Shown {
    member: Member,
    played: Vec<Played>,
    has_older: bool,
    /// Where the playlist is that it was saved as, for the host.
    playlist: Option<String>,
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
    // What is no play's key leads to the newest.
    let before = asked.before.as_deref().and_then(|before| before.parse().ok()).map(PlayId);
    match history_of(&app, &session, &code, before).await {
        Ok(shown) => Html(document(&app, &shown, before.is_some(), &asked)).into_response(),
        Err(error) => error_page::of_room(&app, network, &headers, error),
    }
}

async fn history_of(
    app: &AppState,
    session: &Session,
    code: &str,
    before: Option<PlayId>,
) -> Result<Shown, AppError> {
    let visitor = session::visitor(app, session).await?;
    let (member, played, has_older) = history::page(app, visitor, code, before).await?;
    let playlist = match member.role {
        Role::Host => playlist::url(app, member.room).await?,
        Role::Guest => None,
    };
    Ok(Shown { member, played, has_older, playlist })
}

fn document(app: &AppState, shown: &Shown, is_older: bool, asked: &Asked) -> String {
    let Shown { member, played, has_older, playlist } = shown;
    let code = member.code.as_str();
    let now = app.now();
    let done = asked.done.as_deref().and_then(Outcome::from_word).map(text::outcome);
    let refusal = asked.error.as_deref().map(ServerFnUrlError::<AppError>::decode_err);
    let is_host = member.role == Role::Host;
    let rows = played.iter().map(|played| {
        let block = is_host.then(|| TrackId::of_uri(played.uri.as_str())).flatten();
        row(played, now, block.map(|song| paths::blocked_song(code, &song.uri())))
    });
    let rows = rows.collect_view();
    let older = played.last().filter(|_| *has_older).map(|last| {
        view! {
            <a class="button" href=paths::history_before(code, last.play)>{label::OLDER}</a>
        }
    });
    let newest = is_older.then(|| {
        view! {
            <a class="button" href=paths::history(code)>{label::NEWEST}</a>
        }
    });
    let nothing = played.is_empty().then(|| view! { <p class="dim">{words::NOTHING}</p> });
    let can_save = member.role == Role::Host && !played.is_empty();
    let page = view! {
        {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
        {refusal.map(|error| view! { <p class="trouble" role="alert">{text::error(error)}</p> })}
        <p><a class="back" href=paths::room(code)>{room::back(code)}</a></p>
        <section class="stack" aria-labelledby="history">
            <h1 id="history">{label::HISTORY}</h1>
            {nothing}
            <ol class="history">{rows}</ol>
            <div class="exits">{newest}{older}</div>
        </section>
        {can_save.then(|| save_form(code, playlist.clone()))}
    };
    shell::without_scripts(app, &words::title(code), page)
}

/// The host's way to keep what was played.
fn save_form(code: &str, playlist: Option<String>) -> impl IntoView + use<> {
    let open = playlist.map(|url| view! { <p><a href=url>{label::OPEN_PLAYLIST}</a></p> });
    view! {
        <section class="card" aria-labelledby="save-playlist">
            <h2 id="save-playlist">{label::SAVE_PLAYLIST}</h2>
            <p id="saving" class="dim">{words::SAVING}</p>
            <form method="post" action="/api/history/save">
                <input type="hidden" name="code" value=code.to_owned()/>
                <button class="button" type="submit" aria-describedby="saving">
                    {label::SAVE_PLAYLIST}
                </button>
            </form>
            {open}
        </section>
    }
}

fn row(played: &Played, now: Millis, block: Option<String>) -> impl IntoView + use<> {
    let Played { name, artists, image_url, url, .. } = played.clone();
    let name = name.unwrap_or_else(|| words::UNKNOWN.to_owned());
    let (has_artists, artists) = (!artists.is_empty(), artists.join(", "));
    let facts = facts(played, now);
    let cover = match image_url {
        Some(image) => {
            Either::Left(view! { <img src=image alt="" width="48" height="48" loading="lazy"/> })
        }
        None => Either::Right(view! { <span class="note" aria-hidden="true">"♪"</span> }),
    };
    let song = match url {
        Some(url) => Either::Left(view! {
            // The title is the link for the keyboard; a second stop for the same would be noise.
            <a class="small-cover" href=url.clone() tabindex="-1" aria-hidden="true">{cover}</a>
            <div>
                <h2 dir="auto"><a href=url.clone()>{name}</a></h2>
                {has_artists.then(|| view! { <p dir="auto"><a href=url>{artists}</a></p> })}
                <p class="dim">{facts}</p>
            </div>
        }),
        None => Either::Right(view! {
            <span class="small-cover">{cover}</span>
            <div>
                <h2 dir="auto">{name}</h2>
                {has_artists.then(|| view! { <p dir="auto">{artists}</p> })}
                <p class="dim">{facts}</p>
            </div>
        }),
    };
    let block = block.map(|path| {
        view! { <a class="button quiet" href=path>{label::BLOCK}</a> }
    });
    view! { <li>{song}{block}</li> }
}

/// When it was played, who asked for it, and how it ended.
fn facts(played: &Played, now: Millis) -> String {
    let end = match played.ended_by {
        None => words::GOES_ON.to_owned(),
        Some(EndedBy::Finished) => words::FINISHED.to_owned(),
        Some(EndedBy::Skipped) => words::skipped(played.skip_votes),
        Some(EndedBy::Replaced) => words::REPLACED.to_owned(),
    };
    let ago = words::ago(now.since(played.started_at));
    let by = match played.is_fallback {
        true => Some(words::FROM_PLAYLIST.to_owned()),
        false => played.by.as_deref().map(words::by),
    };
    [Some(ago), by, Some(end)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

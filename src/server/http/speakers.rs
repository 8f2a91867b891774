//! `GET /room/{CODE}/speakers`: what the room's account can play on, and how loud. Drawn here, as the
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
use crate::server::{actions::devices, rooms::people::Host};
use crate::{
    error::AppError,
    model::{Device, Outcome, paths},
    text::{self, label, room, speakers as words},
};

/// What a form that led here did, or why it was refused.
#[derive(Debug, Deserialize)]
pub struct Answered {
    done: Option<String>,
    #[serde(rename = "__err")]
    error: Option<String>,
    /// The volume that was refused.
    percent: Option<String>,
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
    match speakers_of(&app, &session, &code).await {
        Ok((Host(member), devices)) => {
            Html(document(&app, member.code.as_str(), devices, &answered)).into_response()
        }
        Err(error) => error_page::of_room(&app, network, &headers, error),
    }
}

async fn speakers_of(
    app: &AppState,
    session: &Session,
    code: &str,
) -> Result<(Host, Result<Vec<Device>, AppError>), AppError> {
    let visitor = session::visitor(app, session).await?;
    devices::list(app, visitor, code).await
}

fn document(
    app: &AppState,
    code: &str,
    devices: Result<Vec<Device>, AppError>,
    answered: &Answered,
) -> String {
    let done = answered.done.as_deref().and_then(Outcome::from_word).map(text::outcome);
    let error = answered.error.as_deref().map(ServerFnUrlError::<AppError>::decode_err);
    let of_volume = error.filter(|error| *error == AppError::Volume);
    let refusal = error.filter(|_| of_volume.is_none()).or(devices.as_ref().err().copied());
    let devices = devices.unwrap_or_default();
    let active = devices.iter().find(|device| device.is_active).cloned();
    let volume = active.map(|device| match device.supports_volume && !device.is_restricted {
        true => volume_form(code, &device, answered.percent.clone(), of_volume).into_any(),
        false => view! { <p class="dim">{words::no_volume(&device)}</p> }.into_any(),
    });
    let page = view! {
        {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
        {refusal.map(|error| view! { <p class="trouble" role="alert">{text::error(error)}</p> })}
        <p><a class="back" href=paths::room(code)>{room::back(code)}</a></p>
        <section class="stack" aria-labelledby="speakers">
            <h1 id="speakers">{label::SPEAKERS}</h1>
            {choice(code, &devices, refusal)}
            <p class="dim">{words::HINT}</p>
            <p><a class="button" href=paths::speakers(code)>{words::LOOK_AGAIN}</a></p>
        </section>
        {volume}
    };
    shell::without_scripts(app, &words::title(code), page)
}

/// The form that chooses among the devices; that there are none, unless something else is said.
fn choice(code: &str, devices: &[Device], refusal: Option<AppError>) -> impl IntoView + use<> {
    if devices.is_empty() {
        let none = refusal.is_none().then(|| view! { <p>{words::NONE}</p> });
        return none.into_any();
    }
    let can_choose = devices.iter().any(is_choosable);
    let radios = devices.iter().enumerate().map(|(place, device)| radio(place, device));
    let radios = radios.collect_view();
    let button = can_choose.then(|| {
        view! { <button class="button primary" type="submit">{label::USE_SPEAKER}</button> }
    });
    view! {
        <form class="stack" method="post" action="/api/devices/use">
            <input type="hidden" name="code" value=code.to_owned()/>
            <fieldset class="field" role="radiogroup" aria-labelledby="speaker">
                <legend id="speaker">{label::SPEAKER}</legend>
                {radios}
            </fieldset>
            {button}
        </form>
    }
    .into_any()
}

fn is_choosable(device: &Device) -> bool {
    device.id.is_some() && !device.is_restricted
}

fn radio(place: usize, device: &Device) -> impl IntoView + use<> {
    let (id, hint) = (device.id.clone(), format!("speaker-{place}"));
    let can_choose = is_choosable(device);
    let why_not = (!can_choose).then(|| {
        view! { <p id=hint.clone() class="dim">{words::NOT_CONTROLLABLE}</p> }
    });
    view! {
        <label class="check">
            <input
                name="device"
                type="radio"
                value=id
                required=can_choose
                checked=device.is_active
                disabled=!can_choose
                aria-describedby=(!can_choose).then_some(hint)
            />
            {words::name(device)}
        </label>
        {why_not}
    }
}

fn volume_form(
    code: &str,
    device: &Device,
    refused: Option<String>,
    error: Option<AppError>,
) -> impl IntoView + use<> {
    let known = device.volume_percent.map(|percent| percent.to_string());
    view! {
        <div class="card">
            <form class="stack" method="post" action="/api/devices/volume">
                <input type="hidden" name="code" value=code.to_owned()/>
                <div class="field">
                    <label for="percent">{label::VOLUME}</label>
                    <input
                        id="percent"
                        name="percent"
                        type="number"
                        inputmode="numeric"
                        min="0"
                        max="100"
                        required
                        value=refused.or(known)
                        aria-describedby="percent-hint percent-error"
                        aria-invalid=error.is_some().then_some("true")
                    />
                    <p id="percent-hint" class="dim">{words::volume_of(device)}</p>
                    <p id="percent-error" class="trouble" role="alert">{error.map(text::error)}</p>
                </div>
                <button class="button" type="submit">{label::SET_VOLUME}</button>
            </form>
        </div>
    }
}

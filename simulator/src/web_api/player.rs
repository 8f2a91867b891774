//! Reading and commanding the player.

use std::collections::HashMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::base::Base;
use super::caller::Caller;
use super::error::ApiError;
use super::wire;
use crate::player::Player;
use crate::player::commands::{Play, Refusal};
use crate::simulator::Simulator;
use crate::state::CommandAnswer;

const READ_STATE: &str = "user-read-playback-state";
const READ_PLAYING: &str = "user-read-currently-playing";
const MODIFY_STATE: &str = "user-modify-playback-state";

type Parameters = Query<HashMap<String, String>>;
type Answer = Result<Response, ApiError>;

/// `GET /me/player`
pub(super) async fn state(
    State(simulator): State<Simulator>,
    caller: Caller,
    base: Base,
    Query(query): Parameters,
) -> Answer {
    caller.require(READ_STATE)?;
    let now = simulator.now();
    let player = shown(&simulator, &caller, now)?;
    Ok(or_no_content(wire::playback(&player, knows_episodes(&query), now, &base)))
}

/// `GET /me/player/currently-playing`
pub(super) async fn currently_playing(
    State(simulator): State<Simulator>,
    caller: Caller,
    base: Base,
    Query(query): Parameters,
) -> Answer {
    caller.require(READ_PLAYING)?;
    let now = simulator.now();
    let player = shown(&simulator, &caller, now)?;
    Ok(or_no_content(wire::currently_playing(&player, knows_episodes(&query), now, &base)))
}

/// `GET /me/player/devices`
pub(super) async fn devices(State(simulator): State<Simulator>, caller: Caller) -> Answer {
    caller.require(READ_STATE)?;
    let player = shown(&simulator, &caller, simulator.now())?;
    Ok(Json(wire::devices(&player)).into_response())
}

/// `GET /me/player/queue`
pub(super) async fn queue(
    State(simulator): State<Simulator>,
    caller: Caller,
    base: Base,
) -> Answer {
    caller.require(READ_PLAYING)?;
    caller.require(READ_STATE)?;
    let player = shown(&simulator, &caller, simulator.now())?;
    Ok(Json(wire::queue(&player, &base)).into_response())
}

/// `PUT /me/player/play`
pub(super) async fn play(
    State(simulator): State<Simulator>,
    caller: Caller,
    Query(query): Parameters,
    body: Bytes,
) -> Answer {
    let body = Play::parse(&body);
    command(&simulator, &caller, |player, now| player.play(body?, device(&query), now))
}

/// `PUT /me/player/pause`
pub(super) async fn pause(
    State(simulator): State<Simulator>,
    caller: Caller,
    Query(query): Parameters,
) -> Answer {
    command(&simulator, &caller, |player, now| player.pause(device(&query), now))
}

/// `POST /me/player/next`
pub(super) async fn next(
    State(simulator): State<Simulator>,
    caller: Caller,
    Query(query): Parameters,
) -> Answer {
    command(&simulator, &caller, |player, now| player.next(device(&query), now))
}

/// `POST /me/player/previous`
pub(super) async fn previous(
    State(simulator): State<Simulator>,
    caller: Caller,
    Query(query): Parameters,
) -> Answer {
    command(&simulator, &caller, |player, now| player.previous(device(&query), now))
}

/// `PUT /me/player/seek`
pub(super) async fn seek(
    State(simulator): State<Simulator>,
    caller: Caller,
    Query(query): Parameters,
) -> Answer {
    let position = number(&query, "position_ms");
    command(&simulator, &caller, |player, now| player.seek(position?, device(&query), now))
}

/// `PUT /me/player/volume`
pub(super) async fn volume(
    State(simulator): State<Simulator>,
    caller: Caller,
    Query(query): Parameters,
) -> Answer {
    let percent = number(&query, "volume_percent").and_then(|percent: u8| match percent {
        0..=100 => Ok(percent),
        _ => Err(bad_request("Invalid volume_percent")),
    });
    command(&simulator, &caller, |player, _| player.volume(percent?, device(&query)))
}

/// `POST /me/player/queue`
pub(super) async fn enqueue(
    State(simulator): State<Simulator>,
    caller: Caller,
    Query(query): Parameters,
) -> Answer {
    let uri = query.get("uri").ok_or_else(|| bad_request("Required parameter uri missing"));
    command(&simulator, &caller, |player, _| player.enqueue(uri?, device(&query)))
}

/// The body of a transfer.
#[derive(Deserialize)]
struct Transfer {
    device_ids: Vec<String>,
    #[serde(default)]
    play: bool,
}

/// `PUT /me/player`
pub(super) async fn transfer(
    State(simulator): State<Simulator>,
    caller: Caller,
    body: Bytes,
) -> Answer {
    let body: Result<Transfer, _> = serde_json::from_slice(&body);
    command(&simulator, &caller, |player, now| {
        let body = body.map_err(|_| bad_request("Malformed json"))?;
        match body.device_ids.as_slice() {
            [device] => player.transfer(device, body.play, now),
            _ => Err(bad_request("Exactly one device_id is supported")),
        }
    })
}

/// Lets the caller's player carry out `command`; success only says that it was received.
fn command(
    simulator: &Simulator,
    caller: &Caller,
    command: impl FnOnce(&mut Player, u64) -> Result<(), Refusal>,
) -> Answer {
    caller.require(MODIFY_STATE)?;
    let now = simulator.now();
    let answer = simulator.change(|state| {
        let account =
            state.account_mut(&caller.account).ok_or(ApiError::new(401, "Invalid access token"))?;
        account.command(now, |player| command(player, now))?;
        Ok::<_, ApiError>(account.command_answer)
    })?;
    Ok(match answer {
        CommandAnswer::NoContent => StatusCode::NO_CONTENT.into_response(),
        CommandAnswer::Text => "oPClBVDzXkWm2sRq".into_response(),
        CommandAnswer::Accepted => StatusCode::ACCEPTED.into_response(),
    })
}

fn shown(simulator: &Simulator, caller: &Caller, now: u64) -> Result<Player, ApiError> {
    let player =
        simulator.read(|state| state.account(&caller.account).map(|account| account.shown(now)));
    player.ok_or(ApiError::new(401, "Invalid access token"))
}

fn or_no_content(body: Option<Value>) -> Response {
    body.map_or_else(|| StatusCode::NO_CONTENT.into_response(), |body| Json(body).into_response())
}

fn device(query: &HashMap<String, String>) -> Option<&str> {
    query.get("device_id").map(String::as_str)
}

fn knows_episodes(query: &HashMap<String, String>) -> bool {
    query
        .get("additional_types")
        .is_some_and(|kinds| kinds.split(',').any(|kind| kind.trim() == "episode"))
}

fn number<T: std::str::FromStr>(query: &HashMap<String, String>, name: &str) -> Result<T, Refusal> {
    let text = query
        .get(name)
        .ok_or_else(|| bad_request(&format!("Required parameter {name} missing")))?;
    text.parse().map_err(|_| bad_request(&format!("Invalid {name}")))
}

fn bad_request(message: &str) -> Refusal {
    Refusal::BadRequest(message.to_owned())
}

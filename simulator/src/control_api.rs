//! The controls over HTTP, below `/control`.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalogue;
use crate::controls::{Control, ControlError};
use crate::faults::Fault;
use crate::observations::AccountSummary;
use crate::player::Heard;
use crate::simulator::Simulator;

/// All controls.
pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/control/accounts", get(accounts).post(add_account))
        .route("/control/accounts/{id}", post(control))
        .route("/control/accounts/{id}/heard", get(heard))
        .route("/control/app", post(app))
        .route("/control/consent", post(consent))
        .route("/control/faults", post(fault).delete(clear_faults))
        .route("/control/release", post(release))
        .route("/control/requests", get(requests).delete(reset_requests))
        .route("/control/wait", get(wait))
        .route("/control/clock", get(clock).post(advance))
        .route("/control/catalogue", get(songs))
        .route("/control/reset", post(reset))
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (StatusCode::NOT_FOUND, self.to_string()).into_response()
    }
}

async fn accounts(State(simulator): State<Simulator>) -> Json<Vec<AccountSummary>> {
    Json(simulator.accounts())
}

async fn add_account(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!({ "id": simulator.add_account() }))
}

async fn control(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Json(control): Json<Control>,
) -> Result<StatusCode, ControlError> {
    let id = (id != "latest").then_some(id);
    simulator.control(id.as_deref(), control)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn heard(
    State(simulator): State<Simulator>,
    Path(account): Path<String>,
) -> Json<Vec<Heard>> {
    Json(simulator.heard(&account))
}

#[derive(Deserialize)]
struct App {
    owner_premium: bool,
}

async fn app(State(simulator): State<Simulator>, Json(app): Json<App>) -> StatusCode {
    simulator.owner_premium(app.owner_premium);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Consent {
    account: String,
}

async fn consent(
    State(simulator): State<Simulator>,
    Json(next): Json<Consent>,
) -> Result<StatusCode, ControlError> {
    simulator.consent_next(&next.account)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn fault(State(simulator): State<Simulator>, Json(fault): Json<Fault>) -> StatusCode {
    simulator.fault(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(simulator): State<Simulator>) -> StatusCode {
    simulator.clear_faults();
    StatusCode::NO_CONTENT
}

async fn release(State(simulator): State<Simulator>) -> StatusCode {
    simulator.release();
    StatusCode::NO_CONTENT
}

async fn requests(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!({ "requests": simulator.requests(), "counts": simulator.request_counts() }))
}

async fn reset_requests(State(simulator): State<Simulator>) -> StatusCode {
    simulator.reset_requests();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Wait {
    on: String,
    #[serde(default)]
    count: Option<usize>,
}

async fn wait(State(simulator): State<Simulator>, Query(wait): Query<Wait>) -> StatusCode {
    simulator.wait_for_request(&wait.on, wait.count.unwrap_or(1)).await;
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Advance {
    advance_ms: u64,
}

async fn clock(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!({ "now_ms": simulator.now() }))
}

async fn advance(state: State<Simulator>, Json(advance): Json<Advance>) -> Json<Value> {
    state.0.advance(advance.advance_ms);
    clock(state).await
}

async fn songs() -> Json<Value> {
    let song = |song: &catalogue::Song| {
        json!({
            "uri": song.uri,
            "name": song.name,
            "artists": song.artists,
            "album": song.album.name,
            "duration_ms": song.duration_ms,
            "explicit": song.explicit,
        })
    };
    Json(catalogue::songs().iter().map(song).collect())
}

async fn reset(State(simulator): State<Simulator>) -> StatusCode {
    simulator.reset();
    StatusCode::NO_CONTENT
}

//! All routes in one place.

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};

use crate::intercept::intercept;
use crate::simulator::Simulator;
use crate::{accounts_service, control_api, cover, pages, web_api};

impl Simulator {
    /// All routes; works at the root and below any path given to [`Router::nest`].
    pub fn router(&self) -> Router {
        let simulated = Router::new()
            .route("/authorize", get(accounts_service::ask).post(accounts_service::decide))
            .route("/api/token", post(accounts_service::token))
            .merge(web_api::router())
            .layer(from_fn_with_state(self.clone(), intercept));
        let mut router = simulated
            .route("/style.css", get(pages::style))
            .route("/track/{id}", get(pages::track))
            .route("/cover/{album}/{file}", get(cover::cover));
        for kind in ["album", "artist", "episode", "playlist", "show", "user"] {
            router = router.route(&format!("/{kind}/{{id}}"), get(pages::other));
        }
        if self.options().controls {
            router = router.merge(control_api::router());
        }
        router.layer(from_fn_with_state(self.clone(), save)).with_state(self.clone())
    }
}

/// Nobody hears of a change that a restart would undo.
async fn save(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    simulator.saved().await;
    answer
}

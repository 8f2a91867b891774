//! Who asks: taken from the request that a server function answers.

use axum::http::{HeaderMap, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::extract;
use tower_sessions::Session;

use crate::{
    error::AppError,
    model::VisitorId,
    server::http::{session, state::AppState},
};

/// The request that a server function answers.
pub struct Caller {
    /// What it can reach.
    pub app: AppState,
    /// Who asks, if it is not a stranger.
    pub visitor: Option<VisitorId>,
    session: Session,
    headers: HeaderMap,
}

impl Caller {
    /// Takes the request from the server function's context.
    ///
    /// # Errors
    /// If the session cannot be read.
    pub async fn current() -> Result<Self, AppError> {
        let session = extract::<Session>().await.map_err(|error| anyhow::anyhow!("{error}"))?;
        let app = expect_context::<AppState>();
        let visitor = session::visitor(&app, &session).await?;
        let headers = use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default();
        Ok(Self { app, visitor, session, headers })
    }

    /// Who asks; a stranger becomes a visitor.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn visitor_or_new(&self) -> Result<VisitorId, AppError> {
        Ok(session::visitor_or_new(&self.app, &self.session).await?)
    }

    /// Gives the session another id, as after every sign-in.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn change_session_id(&self) -> Result<(), AppError> {
        Ok(session::change_id(&self.session).await?)
    }

    /// The origin by which the caller reached the server.
    pub fn public_url(&self) -> String {
        self.app.site.public_url.of(&self.headers)
    }
}

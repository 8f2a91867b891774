//! Who asks: taken from the request that a server function answers.

use anyhow::Context as _;
use axum::http::{HeaderMap, Uri, request::Parts};
use leptos::{
    prelude::{expect_context, use_context},
    server_fn::error::ServerFnUrlError,
};
use leptos_axum::extract;
use tower_sessions::Session;

use crate::{
    error::AppError,
    model::VisitorId,
    server::{
        actions::spotify::Addresses,
        http::{network::Network, session, state::AppState},
    },
};

/// The request that a server function answers.
pub struct Caller {
    /// What it can reach.
    pub app: AppState,
    /// Who asks, if it is not a stranger.
    pub visitor: Option<VisitorId>,
    network: Network,
    session: Session,
    headers: HeaderMap,
    uri: Uri,
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
        let parts = use_context::<Parts>();
        let network = parts.as_ref().and_then(|parts| parts.extensions.get().copied());
        let network = network.context("a request of unknown origin")?;
        let (headers, uri) = parts.map(|parts| (parts.headers, parts.uri)).unwrap_or_default();
        Ok(Self { app, visitor, network, session, headers, uri })
    }

    /// Who asks; a stranger becomes a visitor.
    ///
    /// # Errors
    /// `TooManyVisitors` from their network; `NotSaved` if nobody can be stored.
    pub async fn visitor_or_new(&self) -> Result<VisitorId, AppError> {
        if self.visitor.is_none() {
            self.app.limits.count_visitor(self.network)?;
        }
        session::visitor_or_new(&self.app, &self.session).await
    }

    /// Counts a room that the caller is about to create.
    ///
    /// # Errors
    /// `TooManyRooms` from their network.
    pub fn counts_room(&self) -> Result<(), AppError> {
        self.app.limits.count_room(self.network)
    }

    /// What a stranger may see of a room.
    ///
    /// # Errors
    /// `TooManyGuesses` from their network.
    pub fn looks_as_stranger(&self) -> Result<(), AppError> {
        self.app.limits.let_stranger_look(self.network)
    }

    /// Gives the session another id, as after every sign-in.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn change_session_id(&self) -> Result<(), AppError> {
        Ok(session::change_id(&self.session).await?)
    }

    /// Has the browser drop its cookie, which stands for nobody any more.
    ///
    /// # Errors
    /// If the session cannot be ended.
    pub async fn end_session(&self) -> Result<(), AppError> {
        Ok(session::end(&self.session).await?)
    }

    /// Why a form of this endpoint was refused, if that led to the page that is being drawn.
    pub fn refusal(&self, endpoint: &str) -> Option<AppError> {
        let query = url::form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        let field = |wanted: &str| query.clone().find(|(name, _)| name == wanted).map(|it| it.1);
        let error = field("__err").filter(|_| field("__path").as_deref() == Some(endpoint))?;
        Some(ServerFnUrlError::<AppError>::decode_err(&error))
    }

    /// Where the caller's browser finds Spotify's accounts service, and this server.
    pub fn addresses(&self) -> Addresses {
        let public_url = self.public_url();
        Addresses { accounts_url: self.app.site.consent.base(&public_url), public_url }
    }

    /// The origin by which the caller reached the server.
    pub fn public_url(&self) -> String {
        self.app.site.public_url.of(&self.headers)
    }
}

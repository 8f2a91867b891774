//! What every request can reach.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use tokio_util::sync::CancellationToken;

use crate::server::{
    accounts::seal::Sealer,
    boot::config::Config,
    clock::Clock,
    http::assets::Assets,
    live::hub::Hub,
    rooms::skip::BallotBox,
    spotify::Spotify,
    store::{database::Database, session_store::DatabaseStore},
};

/// What every request can reach. Cheap to clone, as every layer does for every request.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Shared>);

/// What there is once in the process.
#[derive(Debug)]
pub struct Shared {
    /// The framework's options.
    pub leptos_options: LeptosOptions,
    /// What the installer decided.
    pub config: Config,
    /// Everything that survives a restart.
    pub database: Database,
    /// Who the browsers are.
    pub sessions: DatabaseStore,
    /// Takes votes in.
    pub votes: BallotBox,
    /// Live rooms.
    pub hub: Hub,
    /// Spotify.
    pub spotify: Spotify,
    /// Seals tokens.
    pub sealer: Sealer,
    /// The time.
    pub clock: Clock,
    /// Ends streams and rooms when the process is to stop.
    pub shutdown: CancellationToken,
    /// The names of the hashed scripts and styles.
    pub assets: Assets,
}

impl From<Shared> for AppState {
    fn from(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Shared {
    /// Where browsers find Spotify's consent page; in a demo, below the address they came by.
    pub fn consent_base(&self, public_url: &str) -> String {
        if self.config.spotify.is_some() {
            self.spotify.accounts_url().to_owned()
        } else {
            format!("{public_url}{}", crate::server::boot::demo::PATH)
        }
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(app: &AppState) -> Self {
        app.leptos_options.clone()
    }
}

//! What every request can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use tokio_util::sync::CancellationToken;

use super::{
    clock::Clock, config::Config, database::Database, hub::Hub, seal::Sealer, spotify::Spotify,
};

/// What every request can reach. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    /// The framework's options.
    pub leptos_options: LeptosOptions,
    /// What the installer decided.
    pub config: Arc<Config>,
    /// Everything that survives a restart.
    pub database: Database,
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
    pub assets: Arc<super::assets::Assets>,
}

impl AppState {
    /// Where browsers find Spotify's consent page; in a demo, below the address they came by.
    pub fn consent_base(&self, public_url: &str) -> String {
        if self.config.spotify.is_some() {
            self.spotify.accounts_url().to_owned()
        } else {
            format!("{public_url}{}", super::demo::PATH)
        }
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(app: &AppState) -> Self {
        app.leptos_options.clone()
    }
}

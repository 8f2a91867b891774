//! What every request can reach.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use tokio_util::sync::CancellationToken;

use crate::server::{
    actions::App,
    http::{
        assets::Assets, limits::Limits, network::TrustedProxies, open_streams::OpenStreams,
        public_url::PublicUrl,
    },
    metrics::Metrics,
    store::session_store::DatabaseStore,
};

/// What every request can reach. Cheap to clone, as every layer does for every request.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Shared>);

/// What there is once in the process.
#[derive(Debug)]
pub struct Shared {
    /// What actions work with.
    pub app: App,
    /// The framework's options.
    pub leptos_options: LeptosOptions,
    /// Where browsers find this site, and Spotify.
    pub site: Site,
    /// Who the browsers are.
    pub sessions: DatabaseStore,
    /// What each network may still bring into being.
    pub limits: Limits,
    /// The event streams that are open.
    pub streams: OpenStreams,
    /// What is measured.
    pub metrics: Metrics,
    /// Ends streams and rooms when the process is to stop.
    pub shutdown: CancellationToken,
    /// Ends what has not ended by itself in time.
    pub cut_off: CancellationToken,
    /// The names of the hashed scripts and styles.
    pub assets: Assets,
}

/// Where browsers find this site, and Spotify.
#[derive(Debug)]
pub struct Site {
    /// What browsers reach.
    pub public_url: PublicUrl,
    /// Whose word about their clients counts.
    pub trusted_proxies: TrustedProxies,
    /// Spotify's consent page.
    pub consent: Consent,
    /// The origin of the consent page, unless it is this site's.
    pub consent_origin: String,
    /// Where covers may come from besides Spotify's own servers.
    pub covers_origin: String,
    /// Whether Spotify is a simulation.
    pub is_demo: bool,
    /// Whether the development server reloads open pages.
    pub reloads: bool,
}

/// Where browsers find Spotify's consent page.
#[derive(Clone, Debug)]
pub enum Consent {
    /// At Spotify.
    At(String),
    /// In a demo: below the address that the browser came by.
    Below(&'static str),
}

impl Consent {
    /// The accounts service for a browser that came by `public_url`.
    pub fn base(&self, public_url: &str) -> String {
        match self {
            Self::At(url) => url.clone(),
            Self::Below(path) => format!("{public_url}{path}"),
        }
    }
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

impl Deref for Shared {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}

//! Demo mode: without a Spotify application the program brings its own simulation, and uses it
//! over HTTP like the real one.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use simulator::{Options, RedirectUris, Simulator};

use crate::{
    model::paths,
    server::{boot::config::Config, clock::Clock, spotify::Credentials},
};

/// Where the simulation is served.
pub const PATH: &str = "/demo-spotify";

/// The simulation, and how the server reaches it.
pub struct Demo {
    /// Serves it.
    pub simulator: Simulator,
    /// Its application.
    pub credentials: Credentials,
    /// Its base for the server itself, whatever address browsers use.
    pub base: String,
}

impl Demo {
    /// A simulation for a server that listens on `listening`.
    pub fn new(config: &Config, listening: SocketAddr, clock: &Clock) -> Self {
        let credentials = Credentials {
            client_id: "demo".to_owned(),
            // Guards nothing: the simulation serves whoever asks.
            client_secret: "demo".into(),
        };
        let clock = clock.clone();
        let simulator = Simulator::new(Options {
            now: Arc::new(move || clock.now().0),
            client_id: credentials.client_id.clone(),
            client_secret: "demo".to_owned(),
            redirect_uris: RedirectUris::AnyOrigin { path: paths::CALLBACK.to_owned() },
            public_url: None,
            file: config.database.beside("demo.json"),
            controls: false,
            seed: None,
        });
        let ip = match listening.ip() {
            ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            ip => ip,
        };
        let base = format!("http://{}{PATH}", SocketAddr::new(ip, listening.port()));
        Self { simulator, credentials, base }
    }
}

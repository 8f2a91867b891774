//! Configuration, from the environment, read once at the start. Nothing else reads it.

mod database;
mod secret_key;
mod spotify;

use std::{net::SocketAddr, num::NonZeroU32};

use anyhow::{Context as _, bail};

pub use database::DatabaseLocation;
pub use secret_key::{KeySource, add_new_key, drop_old_keys};
pub use spotify::SpotifyConfig;
use url::Url;

use crate::server::http::{network::TrustedProxies, public_url::PublicUrl};

/// More than fit at any wedding; each is told of every vote.
const MEMBERS_PER_ROOM: u64 = 500;

/// Spotify does not publish its limit for applications like this one. Ten watched rooms never notice
/// this: each needs 7 calls a minute, and 80 a minute go on for ever.
const SPOTIFY_BUDGET: NonZeroU32 = NonZeroU32::new(60).expect("more than none");

/// Everything that the environment decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// What browsers reach: `AUXROOM_PUBLIC_URL`.
    pub public_url: PublicUrl,
    /// Whose word about their clients' addresses counts: `AUXROOM_TRUSTED_PROXIES`.
    pub trusted_proxies: TrustedProxies,
    /// How many people a room takes: `AUXROOM_MEMBERS_PER_ROOM`.
    pub members_per_room: u64,
    /// Where everything is kept: `DATABASE_URL`.
    pub database: DatabaseLocation,
    /// Where the keys that seal tokens are: `AUXROOM_SECRET_KEY`, or a file beside the database.
    pub secret_key: KeySource,
    /// The Spotify application, or nothing in demo mode.
    pub spotify: Option<SpotifyConfig>,
    /// How many calls of its Web API Spotify gets in any 30 s: `AUXROOM_SPOTIFY_BUDGET`.
    pub spotify_budget: NonZeroU32,
    /// Where Prometheus finds what is measured, if anything is: `AUXROOM_METRICS_ADDR`.
    pub metrics_addr: Option<SocketAddr>,
    /// Whether the development server reloads open pages: `LEPTOS_WATCH`, which it sets itself.
    pub reloads: bool,
}

/// Where everything is kept: all that commands beside the server have to know.
#[derive(Clone, Debug)]
pub struct Storage {
    /// The database: `DATABASE_URL`.
    pub database: DatabaseLocation,
    /// Where its key is: `AUXROOM_SECRET_KEY`, or a file beside the database.
    pub secret_key: KeySource,
}

impl Storage {
    /// Reads it from `var`, as the server would.
    ///
    /// # Errors
    /// With the name of the variable that has a bad value.
    pub fn read(var: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let is_demo = SpotifyConfig::read(&var)?.is_none();
        let database = DatabaseLocation::read(&var, is_demo)?;
        let secret_key = KeySource::read(&var, &database)?;
        Ok(Self { database, secret_key })
    }
}

impl Config {
    /// Reads the configuration from `var`, for a server that listens on `listening`.
    ///
    /// # Errors
    /// With the name of the variable that has a bad value.
    pub fn read(
        var: impl Fn(&str) -> Option<String>,
        listening: SocketAddr,
    ) -> anyhow::Result<Self> {
        // A variable that is set to nothing counts as not set: compose files do that.
        let var = |name: &str| var(name).filter(|value| !value.is_empty());
        let spotify = SpotifyConfig::read(&var)?;
        let database = DatabaseLocation::read(&var, spotify.is_none())?;
        let fallback = format!("http://127.0.0.1:{}", listening.port());
        let public_url = match var("AUXROOM_PUBLIC_URL") {
            Some(text) => PublicUrl::Fixed(origin(&text).context("AUXROOM_PUBLIC_URL")?),
            None if spotify.is_none() => PublicUrl::OfRequest { fallback },
            None => PublicUrl::Fixed(fallback),
        };
        let trusted_proxies = match var("AUXROOM_TRUSTED_PROXIES") {
            Some(text) => TrustedProxies::parse(&text).context("AUXROOM_TRUSTED_PROXIES")?,
            None => TrustedProxies::default(),
        };
        let members_per_room = match var("AUXROOM_MEMBERS_PER_ROOM") {
            Some(text) => members(&text).context("AUXROOM_MEMBERS_PER_ROOM")?,
            None => MEMBERS_PER_ROOM,
        };
        let spotify_budget = match var("AUXROOM_SPOTIFY_BUDGET") {
            Some(text) => text
                .parse()
                .context("AUXROOM_SPOTIFY_BUDGET: must be a whole number of at least 1")?,
            None => SPOTIFY_BUDGET,
        };
        let metrics_addr =
            var("AUXROOM_METRICS_ADDR").map(|text| metrics_addr(&text)).transpose()?;
        let secret_key = KeySource::read(&var, &database)?;
        Ok(Self {
            public_url,
            trusted_proxies,
            members_per_room,
            database,
            secret_key,
            spotify,
            spotify_budget,
            metrics_addr,
            reloads: var("LEPTOS_WATCH").is_some(),
        })
    }
}

fn metrics_addr(text: &str) -> anyhow::Result<SocketAddr> {
    let address = text.parse().context("must be an address and a port, like 127.0.0.1:9090");
    address.context("AUXROOM_METRICS_ADDR")
}

fn members(text: &str) -> anyhow::Result<u64> {
    let members = text.parse().context("must be a whole number")?;
    if members == 0 {
        bail!("must leave room for somebody");
    }
    Ok(members)
}

/// Reads an address that has no path, and that Spotify would accept for a redirect.
fn origin(text: &str) -> anyhow::Result<String> {
    let url = Url::parse(text)?;
    if !matches!(url.scheme(), "http" | "https") {
        bail!("must begin with http:// or https://");
    }
    if url.host_str() == Some("localhost") {
        bail!("Spotify refuses localhost; use 127.0.0.1");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        bail!("must be an address without a path, like https://music.example.org");
    }
    if !url.username().is_empty() || url.password().is_some() {
        bail!("must not hold a user name or a password");
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests;

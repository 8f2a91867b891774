//! The server's half: everything that decides. Exists only with the feature `ssr`.
//!
//! Imports go down only: `boot` → `http` → `actions` → `live` → `accounts` → `rooms` → `spotify`,
//! `store` → `model`; and `live::room` imports nothing but `model` and `text`.

pub mod accounts;
pub mod actions;
pub mod boot;
pub mod chance;
pub mod clock;
pub mod http;
pub mod live;
pub mod metrics;
pub mod rooms;
pub mod spotify;
pub mod store;

//! The only place that knows axum and the contexts of Leptos.

pub mod answer;
pub mod assets;
pub mod blocked;
pub mod caller;
pub mod connections;
pub mod demo;
pub mod error_page;
pub mod events;
pub mod fallback;
pub mod forms;
pub mod history;
pub mod limits;
pub mod middleware;
pub mod network;
pub mod open_streams;
pub mod paths;
pub mod people;
pub mod privacy;
pub mod public_url;
pub mod refusals;
pub mod request_id;
pub mod router;
pub mod session;
pub mod shell;
pub mod speakers;
pub mod state;

//! The wire: server functions. Each authorises, delegates and answers; only their bodies name
//! `server`.

pub mod blocked;
pub mod demo;
pub mod devices;
pub mod fallback;
pub mod history;
pub mod people;
pub mod playback;
pub mod queue;
pub mod rooms;
pub mod search;
pub mod settings;
pub mod spotify;
pub mod visitors;

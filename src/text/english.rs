//! English.

pub mod blocked;
pub mod demo;
mod errors;
pub mod fallback;
pub mod health;
pub mod history;
pub mod label;
mod outcomes;
mod pages;
pub mod people;
mod playback;
pub mod presets;
pub mod privacy;
pub mod queue;
pub mod room;
pub mod speakers;
mod spotify;

pub use errors::{error, error_heading};
pub use outcomes::outcome;
pub use pages::*;
pub use playback::{clock, now_playing, pending, votes_to_skip};
pub use spotify::status;

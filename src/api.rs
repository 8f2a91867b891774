//! The wire: server functions. Each authorises, delegates and answers; only their bodies name
//! `server`.

pub mod playback;
pub mod rooms;
pub mod spotify;
pub mod visitors;

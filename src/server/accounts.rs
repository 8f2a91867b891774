//! Spotify accounts: the consent, their tokens, and the rooms they drive.

pub mod access;
pub mod application;
pub mod budget;
pub mod catalogue;
pub mod connections;
pub mod limiter;
pub mod rate_limit;
pub mod seal;
pub mod sign_in;
pub mod tokens;

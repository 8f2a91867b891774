//! Spotify accounts: the sign-in, the connections, and their tokens.

pub mod application;
pub mod connections;
pub mod seal;
pub mod sign_in;
pub mod tokens;

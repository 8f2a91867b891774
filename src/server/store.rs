//! What survives a restart.

pub mod database;
pub mod entities;
pub mod session_store;

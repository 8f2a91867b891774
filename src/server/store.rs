//! What survives a restart.
//!
//! Whatever fails with a `DbErr`, or with an `anyhow::Error` that does not say more, fails because
//! the database does not answer.

pub mod copy;
pub mod database;
pub mod entities;
pub mod failure;
pub mod file;
pub mod lock;
pub mod replace;
pub mod schema;
pub mod session_store;

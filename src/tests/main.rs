//! The whole program, tested from outside: real router, real migrations, the simulator over HTTP.
//!
//! Time stands still until a test moves it, so nothing here waits for a clock.

mod answers;
mod codes;
mod harness;
mod joining;
mod leaving;
mod rooms;
mod safety;
mod sessions;
mod settings;
mod story;

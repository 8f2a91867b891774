//! The whole program, tested from outside: real router, real migrations, the simulator over HTTP.
//!
//! Time stands still until a test moves it, so nothing here waits for a clock.

mod answers;
mod applications;
mod budget;
mod codes;
mod commands;
mod connections;
mod crash;
mod demo;
mod durability;
mod events;
mod gone;
mod harness;
mod headers;
mod housekeeping;
mod joining;
mod keys;
mod layers;
mod leaving;
mod limits;
mod listening;
mod logs;
mod metrics;
mod moving;
mod pace;
mod pages;
mod playing;
mod privacy;
mod reconnect;
mod rooms;
mod safety;
mod secrets;
mod sessions;
mod settings;
mod shutdown;
mod sign_in;
mod sign_in_refused;
mod skip_once;
mod skip_races;
mod skip_refused;
mod story;
mod tokens;
mod trouble;
mod votes;
mod wire;

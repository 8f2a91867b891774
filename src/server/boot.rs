//! From the environment to a running server.

pub mod cli;
pub mod config;
pub mod demo;
pub mod metrics;
pub mod run;
mod supervisor;
pub mod telemetry;

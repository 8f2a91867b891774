//! What the simulator promises, checked over HTTP.

mod activity;
mod commands;
mod consent;
mod controls;
mod devices;
mod faults;
mod harness;
mod layers;
mod library;
mod made_playlists;
mod openapi;
mod pages;
mod persistence;
mod playlists;
mod refresh;
mod refusals;
mod special;
mod timeline;
mod tokens;

//! A simulation of Spotify's accounts service and of the part of its Web API that a music room uses:
//! strict where Spotify is strict, and able to misbehave in every way that Spotify has been seen to.
//!
//! The app reaches it over HTTP through its ordinary client. Below the mount point there are `/authorize`, `/api/token`,
//! `/v1/…`, and the covers and pages that answers link to; with [`Options::controls`] also these, for tests:
//!
//! | Control | Body or query, and answer | In Rust |
//! |---|---|---|
//! | `GET /control/accounts` | → `[{"id","account_id","display_name","uri","is_playing","progress_ms","coming":[uri]}]` | [`Simulator::accounts`] |
//! | `POST /control/accounts` | → `{"id"}`; the new account signs in at the next consent | [`Simulator::add_account`] |
//! | `POST /control/accounts/{id}` or `…/latest` | a [`Control`], see below | [`Simulator::control`] |
//! | `GET /control/accounts/{id}/heard` | → `[{"uri","from_ms","position_ms","ended":null\|[until_ms,"finished\|skipped\|paused\|replaced"]}]` | [`Simulator::heard`] |
//! | `POST /control/app` | `{"owner_premium":false}` | [`Simulator::owner_premium`] |
//! | `POST /control/consent` | `{"account":id}`: who signs in at the next consent | [`Simulator::consent_next`] |
//! | `POST /control/faults` | a [`Fault`], see below | [`Simulator::fault`] |
//! | `DELETE /control/faults` | | [`Simulator::clear_faults`] |
//! | `POST /control/release` | lets hanging requests continue | [`Simulator::release`] |
//! | `GET /control/requests` | → `{"requests":[{"method","path","query","status","at_ms","account"}],"counts":{"GET /v1/me":1}}` | [`Simulator::requests`], [`Simulator::request_counts`] |
//! | `DELETE /control/requests` | | [`Simulator::reset_requests`] |
//! | `GET /control/wait?on=GET%20/v1/me&count=1` | answers once that many matching requests are logged | [`Simulator::wait_for_request`] |
//! | `GET /control/clock` | → `{"now_ms"}` | [`Simulator::now`] |
//! | `POST /control/clock` | `{"advance_ms":1000}` → `{"now_ms"}` | [`Simulator::advance`] |
//! | `GET /control/catalogue` | → `[{"uri","name","artists","album","duration_ms","explicit"}]` | [`catalogue::songs()`] |
//! | `POST /control/reset` | forgets everything but the clock | [`Simulator::reset`] |
//!
//! A [`Control`] is one of `{"play":{"item","position_ms"?,"duration_ms"?}}`, `{"coming":[{"item","duration_ms"?}]}`,
//! `"pause"`, `"resume"`, `{"seek_ms":1000}`, `"nothing_playing"`, `{"device":"none|inactive|restricted|active"}`,
//! `{"private_session":true}`, `{"premium":false}`, `{"registered":false}`, `{"repeat":"off|context|track"}`, `{"stale_ms":500}`,
//! `{"command_answer":"no_content|text|accepted"}`, `"revoke_refresh_tokens"`, `"expire_access_tokens"`,
//! `{"next_refresh":"rotate|omit"}`, `{"next_refresh":{"fail":{"error","description"}}}`.
//! An `item` is a URI, an index into the catalogue (`"0"`), or `episode`, `ad`, `local`, `no_cover`, `relinked`, `unknown`.
//!
//! A [`Fault`] is `{"on":"GET /v1/me/player","times"?:1,"executed"?:false,"delay_ms"?:0,"effect"?}`, with `*` for any text in `on`.
//! Its effect is one of `{"answer":{"status":502,"headers"?:{},"body"?}}`, `{"text":"…"}`, `"hang"`, `"close"`, `"truncate"`,
//! `"malform"`, `{"edit":{"remove"?:["/item/album"],"set"?:{"/currently_playing_type":"hologram"}}}`, or left out.
//!
//! In Rust alone, [`Simulator::activity`] tells how many requests await their answer, and
//! [`Simulator::made_playlists`] what apps made.

mod accounts_service;
mod activity;
pub mod catalogue;
mod control_api;
mod controls;
mod cover;
mod faults;
mod intercept;
mod observations;
mod pages;
mod player;
mod playlists;
mod requests;
mod router;
mod simulator;
mod state;
mod storage;
mod web_api;

pub use activity::Activity;
pub use controls::{Control, ControlError, Wanted};
pub use faults::{Effect, Fault};
pub use observations::AccountSummary;
pub use player::{DeviceState, Ending, Heard, Repeat};
pub use playlists::MadePlaylist;
pub use requests::Received;
pub use simulator::{Options, RedirectUris, Simulator};
pub use state::{CommandAnswer, NextRefresh};

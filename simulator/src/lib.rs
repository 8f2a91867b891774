//! A simulation of Spotify's accounts service and of the part of its Web API that a music room uses:
//! strict where Spotify is strict, and able to misbehave in every way in which Spotify was seen to.
//!
//! The app reaches it over HTTP through its ordinary client. Below the mount point there are `/authorize`, `/api/token`,
//! `/v1/…`, and the covers and pages that answers link to; with [`Options::controls`] also these, for tests:
//!
//! | Control | Body or query, and answer | In Rust |
//! |---|---|---|
//! | `GET /control/accounts` | → `[{"id","account_id","display_name","uri","is_playing","progress_ms","coming":[uri]}]` | [`Simulator::accounts`] |
//! | `POST /control/accounts` | → `{"id"}`; signs in at the next consent | [`Simulator::add_account`] |
//! | `POST /control/accounts/{id}` or `…/latest` | a [`Control`], see below | [`Simulator::control`] |
//! | `POST /control/app` | `{"owner_premium":false}` | [`Simulator::owner_premium`] |
//! | `POST /control/consent` | `{"account":id}`: who signs in at the next consent | [`Simulator::consent_next`] |
//! | `POST /control/faults` | a [`Fault`], see below | [`Simulator::fault`] |
//! | `DELETE /control/faults` | | [`Simulator::clear_faults`] |
//! | `POST /control/release` | lets go on what hangs | [`Simulator::release`] |
//! | `GET /control/requests` | → `{"requests":[{"method","path","query","status","at_ms","account"}],"counts":{"GET /v1/me":1}}` | [`Simulator::requests`], [`Simulator::request_counts`] |
//! | `DELETE /control/requests` | | [`Simulator::reset_requests`] |
//! | `GET /control/wait?on=GET%20/v1/me&count=1` | answers once so many such requests are logged | [`Simulator::wait_for_request`] |
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
//! An `item` is a URI, a place in the catalogue (`"0"`), or `episode`, `ad`, `local`, `no_cover`, `relinked`, `unknown`.
//!
//! A [`Fault`] is `{"on":"GET /v1/me/player","times"?:1,"executed"?:false,"delay_ms"?:0,"effect"?}`, with `*` for any text in `on`.
//! Its effect is one of `{"answer":{"status":502,"headers"?:{},"body"?}}`, `{"text":"…"}`, `"hang"`, `"close"`, `"truncate"`,
//! `"malform"`, `{"edit":{"remove"?:["/item/album"],"set"?:{"/currently_playing_type":"hologram"}}}`, or none.

mod accounts_service;
mod activity;
pub mod catalogue;
mod controls;
mod cover;
mod faults;
mod pages;
mod player;
mod requests;
mod state;
mod storage;
mod web_api;

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::sync::watch;

pub use activity::Activity;
pub use controls::{AccountSummary, Control, ControlError, DeviceState, Wanted};
pub use faults::{Effect, Fault};
pub use player::Repeat;
pub use requests::Received;
pub use state::{CommandAnswer, NextRefresh};

use requests::Log;
use state::State;

/// How a simulator is set up.
pub struct Options {
    /// The time in Unix milliseconds.
    pub now: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// The id of the one app that is registered.
    pub client_id: String,
    /// The secret of that app.
    pub client_secret: String,
    /// Where that app may ask to be answered.
    pub redirect_uris: RedirectUris,
    /// Base of the links in answers; when none, it follows from the request's `Host` and the mount point.
    pub public_url: Option<String>,
    /// Where accounts, tokens and players are kept across restarts; when none, they are not.
    pub file: Option<PathBuf>,
    /// Whether `/control` is served, and the consent page offers existing accounts: for tests alone.
    pub controls: bool,
    /// What chance starts from, for tests; when none, the operating system's.
    pub seed: Option<u64>,
}

/// The redirect URIs that are registered.
#[derive(Clone, Debug)]
pub enum RedirectUris {
    /// These, byte for byte.
    Exact(Vec<String>),
    /// Any `http` or `https` origin with exactly this path.
    AnyOrigin {
        /// Starts with a slash.
        path: String,
    },
}

/// A running simulation; clones are handles to the same one.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    state: Mutex<State>,
    faults: Mutex<Vec<Fault>>,
    log: Mutex<Log>,
    activity: watch::Sender<Activity>,
    logged: watch::Sender<()>,
    released: watch::Sender<()>,
    advanced_ms: AtomicU64,
}

impl Simulator {
    /// A simulator that goes on where `options.file` ends, or starts without accounts.
    pub fn new(options: Options) -> Self {
        let state = options.file.as_deref().and_then(storage::load);
        let state = state.unwrap_or_else(|| State::new(None)).seeded(options.seed);
        Self {
            inner: Arc::new(Inner {
                options,
                state: Mutex::new(state),
                faults: Mutex::default(),
                log: Mutex::default(),
                activity: watch::Sender::default(),
                logged: watch::Sender::new(()),
                released: watch::Sender::new(()),
                advanced_ms: AtomicU64::new(0),
            }),
        }
    }

    /// All routes; works at the root and below any path given to [`Router::nest`].
    pub fn router(&self) -> Router {
        let simulated = Router::new()
            .route("/authorize", get(accounts_service::ask).post(accounts_service::decide))
            .route("/api/token", post(accounts_service::token))
            .merge(web_api::router())
            .layer(from_fn_with_state(self.clone(), faults::intercept));
        let mut router = simulated
            .route("/style.css", get(pages::style))
            .route("/track/{id}", get(pages::track))
            .route("/cover/{album}/{file}", get(cover::cover));
        for kind in ["album", "artist", "episode", "playlist", "show", "user"] {
            router = router.route(&format!("/{kind}/{{id}}"), get(pages::other));
        }
        if self.inner.options.controls {
            router = router.merge(controls::http::router());
        }
        router.with_state(self.clone())
    }

    /// The time in Unix milliseconds: the clock that was passed in, and what [`Simulator::advance`] added.
    pub fn now(&self) -> u64 {
        (self.inner.options.now)() + self.inner.advanced_ms.load(Ordering::Relaxed)
    }

    /// Moves the clock ahead by so many milliseconds.
    pub fn advance(&self, advance_ms: u64) {
        self.inner.advanced_ms.fetch_add(advance_ms, Ordering::Relaxed);
    }

    /// How many requests have arrived and will be answered without further ado: see [`Activity::in_progress`].
    pub fn in_progress(&self) -> usize {
        self.inner.activity.borrow().in_progress
    }

    /// How many requests hang: see [`Activity::hanging`].
    pub fn hanging(&self) -> usize {
        self.inner.activity.borrow().hanging
    }

    /// Both counts, to wait for what they become. Every request changes them, even one that is answered at once.
    pub fn activity(&self) -> watch::Receiver<Activity> {
        self.inner.activity.subscribe()
    }

    fn options(&self) -> &Options {
        &self.inner.options
    }

    /// Reads the state.
    fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&lock(&self.inner.state))
    }

    /// Changes the state, and returns once the change would survive a restart.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let now = self.now();
        let mut state = lock(&self.inner.state);
        let outcome = change(&mut state);
        if let Some(file) = &self.inner.options.file {
            state.prune(now);
            // Under the lock, so that an older state never overwrites a newer one; the file is small.
            storage::save(file, &state);
        }
        outcome
    }

    fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        lock(&self.inner.faults)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.inner.log)
    }

    fn log_request(&self, received: Received) {
        self.log().add(received);
        self.inner.logged.send_replace(());
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Simulator").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no panic while holding the lock")
}

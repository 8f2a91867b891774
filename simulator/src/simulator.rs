//! The handle that everything shares: options, clock, state, faults, and the log of requests.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;

use crate::activity::{Activity, Pending};
use crate::faults::Faults;
use crate::requests::{Log, Received};
use crate::state::State;
use crate::storage;

/// The configuration of a simulator.
pub struct Options {
    /// Tells the time in Unix milliseconds.
    pub now: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// The id of the one app that is registered.
    pub client_id: String,
    /// The secret of that app.
    pub client_secret: String,
    /// Where people may be sent back to that app.
    pub redirect_uris: RedirectUris,
    /// The base of the links in answers; when `None`, it follows from the request's `Host` and the mount point.
    pub public_url: Option<String>,
    /// The file that keeps accounts, tokens and players across restarts; when `None`, nothing is kept.
    pub file: Option<PathBuf>,
    /// Whether `/control` is served, and the consent page offers existing accounts: for tests only.
    pub controls: bool,
    /// The seed of the random generator, for tests; when `None`, the operating system's randomness is used.
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
    faults: Mutex<Faults>,
    log: Mutex<Log>,
    logged: watch::Sender<()>,
    activity: watch::Sender<Activity>,
    released: watch::Sender<()>,
    advanced_ms: AtomicU64,
    /// How many changes there were, and how many of them the file has.
    changes: AtomicU64,
    saved_changes: tokio::sync::Mutex<u64>,
}

impl Simulator {
    /// A simulator that continues from `options.file`, or starts without accounts.
    pub fn new(options: Options) -> Self {
        let state = options.file.as_deref().and_then(storage::load);
        let state = state.unwrap_or_else(|| State::new(None)).seeded(options.seed);
        Self {
            inner: Arc::new(Inner {
                options,
                state: Mutex::new(state),
                faults: Mutex::default(),
                log: Mutex::default(),
                logged: watch::Sender::new(()),
                activity: watch::Sender::default(),
                released: watch::Sender::new(()),
                advanced_ms: AtomicU64::new(0),
                changes: AtomicU64::new(0),
                saved_changes: tokio::sync::Mutex::new(0),
            }),
        }
    }

    /// The time in Unix milliseconds: the clock that was passed in, and what [`Simulator::advance`] added.
    pub fn now(&self) -> u64 {
        (self.inner.options.now)() + self.inner.advanced_ms.load(Ordering::Relaxed)
    }

    /// Moves the clock forward by this many milliseconds.
    pub fn advance(&self, advance_ms: u64) {
        self.inner.advanced_ms.fetch_add(advance_ms, Ordering::Relaxed);
    }

    /// How many requests await their answer, to wait for what the counts become. Every request changes them, even one
    /// that is answered at once.
    pub fn activity(&self) -> watch::Receiver<Activity> {
        self.inner.activity.subscribe()
    }

    pub(crate) fn options(&self) -> &Options {
        &self.inner.options
    }

    /// Reads the state.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&lock(&self.inner.state))
    }

    /// Changes the state. The change survives a restart once [`Simulator::saved`] has returned.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let now = self.now();
        let mut state = lock(&self.inner.state);
        let outcome = change(&mut state);
        state.prune(now);
        self.inner.changes.fetch_add(1, Ordering::Relaxed);
        outcome
    }

    /// Returns once all changes so far would survive a restart. Those of many requests are saved together, and
    /// none on a thread that answers requests.
    pub(crate) async fn saved(&self) {
        let Some(file) = self.inner.options.file.clone() else { return };
        let wanted = self.inner.changes.load(Ordering::Relaxed);
        let mut saved = self.inner.saved_changes.lock().await;
        if *saved >= wanted {
            return;
        }
        let inner = self.inner.clone();
        let saving = tokio::task::spawn_blocking(move || {
            let (changes, text) = {
                let state = lock(&inner.state);
                (inner.changes.load(Ordering::Relaxed), storage::text_of(&state))
            };
            storage::save(&file, text);
            changes
        });
        if let Ok(changes) = saving.await {
            *saved = changes;
        }
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.inner.faults)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.inner.log)
    }

    pub(crate) fn log_request(&self, received: Received) {
        self.log().add(received);
        self.inner.logged.send_replace(());
    }

    /// Changes whenever a request is logged.
    pub(crate) fn logged(&self) -> watch::Receiver<()> {
        self.inner.logged.subscribe()
    }

    /// Counts a request until what is returned is dropped.
    pub(crate) fn begin_request(&self) -> Pending<'_> {
        Pending::new(&self.inner.activity)
    }

    /// Lets hanging requests continue.
    pub fn release(&self) {
        self.inner.released.send_replace(());
    }

    /// Changes at the next [`Simulator::release`].
    pub(crate) fn subscribe_to_release(&self) -> watch::Receiver<()> {
        self.inner.released.subscribe()
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

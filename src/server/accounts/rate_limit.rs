//! Until when Spotify must not be asked. It counts the calls of the whole application, so all rooms
//! wait together, and a restart does not end the wait.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio_util::task::TaskTracker;

use super::application;
use crate::{model::Millis, server::store::database::Database};

/// Waits of a day have been seen; anything longer than two days comes from a clock that was wrong.
const LONGEST_MS: u64 = 48 * 60 * 60 * 1000;

/// The wait that Spotify asked this application for. Clones share it.
#[derive(Clone, Debug)]
pub struct RateLimit {
    database: Database,
    client_id: Arc<str>,
    until: Arc<AtomicU64>,
    writing: TaskTracker,
}

impl RateLimit {
    /// The wait that was stored before the start.
    ///
    /// # Errors
    /// The database's.
    pub async fn load(database: &Database, client_id: &str) -> anyhow::Result<Self> {
        let until = application::rate_limited_until(database, client_id).await?;
        Ok(Self {
            database: database.clone(),
            client_id: client_id.into(),
            until: Arc::new(AtomicU64::new(until.0)),
            writing: TaskTracker::new(),
        })
    }

    /// Until when Spotify must not be asked; in the past if it may be. Never more than two days
    /// after `now`, even if the clock has been set back.
    pub fn until(&self, now: Millis) -> Millis {
        Millis(self.until.load(Ordering::Acquire)).min(now + LONGEST_MS)
    }

    /// Has everybody wait until then at least. Holds at once, and is stored soon after.
    pub fn extend(&self, until: Millis) {
        self.until.fetch_max(until.0, Ordering::AcqRel);
        let Self { database, client_id, .. } = self.clone();
        self.writing.spawn(async move {
            let kept = application::keep_rate_limit(&database, &client_id, until).await;
            if let Err(error) = kept {
                tracing::error!(error = format!("{error:#}"), "A rate limit could not be stored");
            }
        });
    }

    /// Returns once everything is stored.
    pub async fn stored(&self) {
        self.writing.close();
        self.writing.wait().await;
    }
}

//! How long changes take from the store to the screens.

use std::sync::{Mutex, PoisonError};

use crate::server::metrics::{Began, Metrics};

/// Measures one room.
#[derive(Debug, Default)]
pub(super) struct Latency {
    metrics: Metrics,
    /// The revisions that were announced and not published yet, if that is measured.
    // A std mutex: it is never held across an await.
    unpublished: Mutex<Vec<(u64, Began)>>,
}

impl Latency {
    /// Measures for `metrics`.
    pub(super) fn new(metrics: Metrics) -> Self {
        Self { metrics, unpublished: Mutex::default() }
    }

    /// The room has a revision to publish.
    pub(super) fn announced(&self, revision: u64) {
        if let Some(began) = self.metrics.begin() {
            self.change(|unpublished| unpublished.push((revision, began)));
        }
    }

    /// Everybody who watches can have this revision now, and those before it.
    pub(super) fn published(&self, revision: u64) {
        self.change(|unpublished| {
            for (_, began) in unpublished.extract_if(.., |(announced, _)| *announced <= revision) {
                self.metrics.published(began);
            }
        });
    }

    fn change(&self, change: impl FnOnce(&mut Vec<(u64, Began)>)) {
        // Nothing that holds the lock can leave the list half changed.
        change(&mut self.unpublished.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

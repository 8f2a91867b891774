//! Time as an argument: the system's in production, a hand-moved one in tests.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use tokio::sync::watch;

use crate::model::Millis;

/// Tells the time, and waits. Clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<watch::Sender<Millis>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until it is moved.
    pub fn manual(now: Millis) -> Self {
        Self(Source::Manual(Arc::new(watch::Sender::new(now))))
    }

    /// The time.
    pub fn now(&self) -> Millis {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Source::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
            }
            Source::Manual(now) => *now.borrow(),
        }
    }

    /// How long it is since some moment before the start, whatever is done to the machine's clock.
    pub fn elapsed(&self) -> Duration {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.0 {
            Source::System => BEGAN.elapsed(),
            Source::Manual(now) => Duration::from_millis(now.borrow().0),
        }
    }

    /// Returns once the time is `at` or later.
    pub async fn sleep_until(&self, at: Millis) {
        match &self.0 {
            Source::System => {
                tokio::time::sleep(Duration::from_millis(at.since(self.now()))).await;
            }
            Source::Manual(now) => {
                let mut now = now.subscribe();
                // The sender lives in `self`, so the channel cannot close here.
                let _ = now.wait_for(|now| *now >= at).await;
            }
        }
    }

    /// Moves a manual clock on; the system's takes no orders.
    pub fn advance(&self, by_ms: u64) {
        self.set(self.now() + by_ms);
    }

    /// Sets a manual clock, back too; the system's takes no orders.
    pub fn set(&self, now: Millis) {
        if let Source::Manual(time) = &self.0 {
            time.send_replace(now);
        }
    }
}

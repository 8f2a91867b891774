//! Time as an argument: the system's in production, a hand-moved one in tests.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use governor::nanos::Nanos;
use tokio::sync::watch;

use crate::model::Millis;

/// Tells the time, and waits. Clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<watch::Sender<Manual>>),
}

/// What a manual clock shows, and how long it has run.
#[derive(Clone, Copy, Debug)]
struct Manual {
    now: Millis,
    elapsed_ms: u64,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until it is moved.
    pub fn manual(now: Millis) -> Self {
        Self(Source::Manual(Arc::new(watch::Sender::new(Manual { now, elapsed_ms: now.0 }))))
    }

    /// The time.
    pub fn now(&self) -> Millis {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Source::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
            }
            Source::Manual(time) => time.borrow().now,
        }
    }

    /// How long it is since some moment before the start, whatever is done to the machine's clock.
    pub fn elapsed(&self) -> Duration {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.0 {
            Source::System => BEGAN.elapsed(),
            Source::Manual(time) => Duration::from_millis(time.borrow().elapsed_ms),
        }
    }

    /// The same in milliseconds.
    pub fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Returns after as long as it is until `at` now, whatever is done to the machine's clock meanwhile.
    pub async fn sleep_until(&self, at: Millis) {
        self.sleep(Duration::from_millis(at.since(self.now()))).await;
    }

    /// Returns after so long, whatever is done to the machine's clock.
    pub async fn sleep(&self, wait: Duration) {
        match &self.0 {
            Source::System => tokio::time::sleep(wait).await,
            Source::Manual(time) => {
                let until = self.elapsed().saturating_add(wait);
                let is_over = |time: &Manual| Duration::from_millis(time.elapsed_ms) >= until;
                let _ = time.subscribe().wait_for(is_over).await;
            }
        }
    }

    /// Moves a manual clock on; the system's takes no orders.
    pub fn advance(&self, by_ms: u64) {
        if let Source::Manual(time) = &self.0 {
            time.send_modify(|time| {
                time.now += by_ms;
                time.elapsed_ms += by_ms;
            });
        }
    }

    /// Sets a manual clock, back too, while no time passes; the system's takes no orders.
    pub fn set(&self, now: Millis) {
        if let Source::Manual(time) = &self.0 {
            time.send_modify(|time| time.now = now);
        }
    }
}

/// The time of a rate limiter: no clock step changes it.
#[derive(Clone, Debug)]
pub struct Monotonic(pub Clock);

impl governor::clock::Clock for Monotonic {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
}

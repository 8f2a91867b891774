//! Until when Spotify must not be asked. It counts the calls of the whole application, so all rooms
//! wait together, and a restart does not end the wait. Each service waits separately, and a part of one
//! that has a quota of its own by itself: a search that has to wait holds no player up.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio_util::task::TaskTracker;

use super::application;
use crate::{
    model::{Millis, SpotifyError},
    server::{clock::Clock, spotify::Service, store::database::Database},
};

/// Waits of a day have been seen; anything longer than two days comes from a clock that was wrong.
const LONGEST_MS: u64 = 48 * 60 * 60 * 1000;
/// Without `Retry-After`: Spotify counts calls over this window.
const WINDOW_MS: u64 = 30_000;

/// The waits that Spotify asked this application for. Clones share them.
#[derive(Clone, Debug)]
pub struct RateLimit {
    database: Database,
    client_id: Arc<str>,
    // The ends of the waits, in milliseconds of `Clock::elapsed` one for each service:
    // a clock step neither ends nor lengthens them.
    ends: Arc<[AtomicU64; 5]>,
    clock: Clock,
    writing: TaskTracker,
}

impl RateLimit {
    /// The waits that were stored before the start.
    ///
    /// # Errors
    /// The database's.
    pub async fn load(database: &Database, client_id: &str, clock: Clock) -> anyhow::Result<Self> {
        let limits = application::rate_limits(database, client_id).await?;
        let this = Self {
            database: database.clone(),
            client_id: client_id.into(),
            ends: Arc::default(),
            clock,
            writing: TaskTracker::new(),
        };
        for (service, until) in limits {
            this.lengthen(service, until);
        }
        Ok(this)
    }

    /// Until when the service must not be asked: the present if it may be.
    pub fn until(&self, service: Service) -> Millis {
        self.clock.now() + self.left_ms(service)
    }

    /// Lets a call of the service pass, unless it has to wait.
    ///
    /// # Errors
    /// `RateLimited` with what is left of the wait.
    pub fn check(&self, service: Service) -> Result<(), SpotifyError> {
        match self.left_ms(service) {
            0 => Ok(()),
            left_ms => Err(SpotifyError::RateLimited { retry_after_ms: Some(left_ms) }),
        }
    }

    /// Has everybody wait if the service asked for it; gives its answer back, in which it says how
    /// long.
    ///
    /// # Errors
    /// Those of the answer.
    pub fn heed<T>(
        &self,
        service: Service,
        answer: Result<T, SpotifyError>,
    ) -> Result<T, SpotifyError> {
        let Err(SpotifyError::RateLimited { retry_after_ms }) = answer else { return answer };
        let wait_ms = retry_after_ms.unwrap_or(WINDOW_MS);
        self.extend(service, self.clock.now() + wait_ms);
        Err(SpotifyError::RateLimited { retry_after_ms: Some(wait_ms) })
    }

    /// Has everybody wait until then at least. Holds at once, and is stored soon after. Whether that
    /// is news to those who wait already: longer by a second or more.
    pub fn extend(&self, service: Service, until: Millis) -> bool {
        if !self.lengthen(service, until) {
            return false;
        }
        let Self { database, client_id, .. } = self.clone();
        self.writing.spawn(async move {
            let kept = application::keep_rate_limit(&database, &client_id, service, until).await;
            if let Err(error) = kept {
                tracing::error!(error = format!("{error:#}"), "A rate limit could not be stored");
            }
        });
        true
    }

    /// Returns once everything is stored.
    pub async fn stored(&self) {
        self.writing.close();
        self.writing.wait().await;
    }

    fn lengthen(&self, service: Service, until: Millis) -> bool {
        let wait_ms = until.since(self.clock.now()).min(LONGEST_MS);
        let ends_at = self.elapsed_ms() + wait_ms;
        let ended_at = self.end_of(service).fetch_max(ends_at, Ordering::AcqRel);
        // Spotify counts in seconds; what is less comes of asking a little later.
        wait_ms > 0 && ended_at + 1_000 <= ends_at
    }

    /// What is left of the wait of a service, or of what it is a part of.
    fn left_ms(&self, service: Service) -> u64 {
        let end = |service| self.end_of(service).load(Ordering::Acquire);
        end(service).max(end(service.whole())).saturating_sub(self.elapsed_ms())
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn end_of(&self, service: Service) -> &AtomicU64 {
        let [accounts, web_api, search, tracks, playlists] = &*self.ends;
        match service {
            Service::Accounts => accounts,
            Service::WebApi => web_api,
            Service::Search => search,
            Service::Tracks => tracks,
            Service::Playlists => playlists,
        }
    }
}

//! The one way to Spotify: every call is within the application's budget, and none is made while
//! Spotify asks to wait.

use std::{num::NonZeroU32, time::Duration};

use super::{
    budget::{Budget, Urgency},
    rate_limit::RateLimit,
};
use crate::{
    model::SpotifyError,
    server::{clock::Clock, spotify::Service},
};

/// Calls of the accounts service in any 30 s. Each room needs one an hour, and each sign-in one:
/// this is for those who try codes that they made up.
const ACCOUNTS_CALLS: NonZeroU32 = NonZeroU32::new(30).expect("more than none");

/// When people may press again what the budget kept waiting for too long.
const OVER_BUDGET_MS: u64 = 1_000;

/// Lets calls to Spotify pass, or wait, or refuses them. Clones share what is left.
#[derive(Clone, Debug)]
pub struct Limiter {
    /// What Spotify asked for.
    pub rate_limit: RateLimit,
    accounts: Budget,
    web_api: Budget,
    clock: Clock,
}

impl Limiter {
    /// A limiter with this many calls of the Web API in any 30 s.
    pub fn new(rate_limit: RateLimit, calls: NonZeroU32, clock: &Clock) -> Self {
        let (accounts, web_api) = (Budget::new(ACCOUNTS_CALLS, clock), Budget::new(calls, clock));
        Self { rate_limit, accounts, web_api, clock: clock.clone() }
    }

    /// Returns once a call is within the service's budget: it is to be made at once.
    ///
    /// # Errors
    /// `RateLimited` while the service asks to wait.
    pub async fn admit(&self, service: Service, urgency: Urgency) -> Result<(), SpotifyError> {
        // Whoever has to wait is told so at once.
        self.rate_limit.check(service)?;
        self.budget(service).spend(urgency).await;
        self.rate_limit.check(service)
    }

    /// The same for a call that is of no use after `patience`.
    ///
    /// # Errors
    /// `RateLimited` while the service asks to wait, or if the budget makes the call wait for longer.
    pub async fn admit_within(
        &self,
        service: Service,
        urgency: Urgency,
        patience: Duration,
    ) -> Result<(), SpotifyError> {
        tokio::select! {
            admitted = self.admit(service, urgency) => admitted,
            () = self.clock.sleep(patience) => {
                Err(SpotifyError::RateLimited { retry_after_ms: Some(OVER_BUDGET_MS) })
            }
        }
    }

    /// Makes a call once that is within the service's budget. If it is answered that the service has
    /// to be left alone, all calls wait.
    ///
    /// # Errors
    /// Those of the call; `RateLimited` without one while the service asks to wait.
    pub async fn call<T>(
        &self,
        service: Service,
        urgency: Urgency,
        call: impl Future<Output = Result<T, SpotifyError>>,
    ) -> Result<T, SpotifyError> {
        self.admit(service, urgency).await?;
        self.rate_limit.heed(service, call.await)
    }

    /// The same for a call that is of no use after `patience`, and for which a person waits.
    ///
    /// # Errors
    /// As for both.
    pub async fn call_within<T>(
        &self,
        service: Service,
        patience: Duration,
        call: impl Future<Output = Result<T, SpotifyError>>,
    ) -> Result<T, SpotifyError> {
        self.admit_within(service, Urgency::Urgent, patience).await?;
        self.rate_limit.heed(service, call.await)
    }

    /// The budget of a service.
    pub fn budget(&self, service: Service) -> &Budget {
        match service.whole() {
            Service::Accounts => &self.accounts,
            _ => &self.web_api,
        }
    }
}

//! The one way to ask Spotify something on behalf of a room outside of its own task: with a token that
//! is good, within the application's budget, and not while Spotify asks to wait.

use std::time::Duration;

use sea_orm::DbErr;

use super::{
    limiter::Limiter,
    tokens::{self, Opened, Refresher},
};
use crate::{
    error::AppError,
    model::{ConnectionId, RoomId, SpotifyError},
    server::{
        spotify::{self, AccessToken, Service, Spotify},
        store::entities::connection,
    },
};

/// How long the budget may keep a call waiting for which a person waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// A token that lives less than this is refreshed before it is used.
const EARLY_MS: u64 = 60_000;

/// Asks Spotify on behalf of rooms. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Access(Refresher);

/// The account that drives a room.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account.
    pub connection: ConnectionId,
    scopes: String,
    opened: Opened,
}

impl Account {
    /// Whether its owner agreed to all of these permissions.
    pub fn allows(&self, scopes: &[&str]) -> bool {
        spotify::allow(&self.scopes, scopes)
    }
}

impl Access {
    /// Asks with tokens that `refresher` renews.
    pub fn new(refresher: Refresher) -> Self {
        Self(refresher)
    }

    /// The Spotify client.
    pub fn spotify(&self) -> &Spotify {
        &self.0.renewal().spotify
    }

    /// Keeps it from asking too often.
    pub fn limiter(&self) -> &Limiter {
        &self.0.renewal().limiter
    }

    /// The account that drives a room.
    ///
    /// # Errors
    /// `NotConnected` if the room has none of the configured application; `Reconnect` if there is no
    /// token of it that can be opened.
    pub async fn account(&self, room: RoomId) -> Result<Account, AppError> {
        let row = self.row(room).await.map_err(anyhow::Error::from)?;
        let row = row.ok_or(AppError::NotConnected)?;
        let opened = tokens::open(&self.0.renewal().sealer, &row).ok_or(AppError::Reconnect)?;
        Ok(Account { connection: ConnectionId(row.id), scopes: row.scopes, opened })
    }

    async fn row(&self, room: RoomId) -> Result<Option<connection::Model>, DbErr> {
        let rows = connection::Entity::of_room(room.0);
        let rows = rows.all(&self.0.renewal().database.reader).await?;
        Ok(rows.into_iter().find(|row| row.client_id == self.spotify().client_id()))
    }

    /// Makes a call with a token of the account. One that expired, or that Spotify refuses, is
    /// refreshed once, however many ask.
    ///
    /// # Errors
    /// Those of the call and of the refresh; `RateLimited` without a call while the service asks to
    /// wait, or if the budget would keep it waiting for too long.
    pub async fn call<T, F: Future<Output = Result<T, SpotifyError>>>(
        &self,
        account: &Account,
        service: Service,
        call: impl Fn(AccessToken) -> F,
    ) -> Result<T, SpotifyError> {
        let answer = self.try_call(account, service, call).await;
        if let Err(error) = &answer {
            tracing::warn!(error = %error, "Spotify did not do what it was asked");
        }
        answer
    }

    async fn try_call<T, F: Future<Output = Result<T, SpotifyError>>>(
        &self,
        Account { connection, opened, .. }: &Account,
        service: Service,
        call: impl Fn(AccessToken) -> F,
    ) -> Result<T, SpotifyError> {
        let (limiter, now) = (self.limiter(), self.0.renewal().clock.now());
        // Whoever has to wait needs no token.
        limiter.rate_limit.check(service)?;
        let opened = match opened.expires_at <= now + EARLY_MS {
            true => self.0.newer_than(*connection, opened.version).await?,
            false => opened.clone(),
        };
        let first = limiter.call_within(service, PATIENCE, call(opened.access)).await;
        match first {
            Err(SpotifyError::Unauthorized) => {
                let opened = self.0.newer_than(*connection, opened.version).await?;
                limiter.call_within(service, PATIENCE, call(opened.access)).await
            }
            answer => answer,
        }
    }
}

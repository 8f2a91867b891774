//! The one way to a valid access token: one refresh at a time for each account, however many ask.
//! Tokens are replaced by compare-and-swap on their version.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    model::{ConnectionId, Millis, SpotifyError},
    server::{
        accounts::{budget::Urgency, limiter::Limiter, seal::Sealer},
        clock::Clock,
        spotify::{AccessToken, Service, Spotify, Tokens},
        store::{
            database::Database,
            entities::{connection, instant, millis},
        },
    },
};

/// Both tokens as they are sealed.
#[derive(Deserialize, Serialize)]
struct Pair {
    access: String,
    refresh: String,
}

/// Both tokens of an account, opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// For the Web API.
    pub access: AccessToken,
    /// When it expires.
    pub expires_at: Millis,
    /// Grows with every change of the tokens.
    pub version: i64,
    refresh: SecretString,
}

impl Opened {
    /// The refresh token.
    pub fn into_refresh(self) -> SecretString {
        self.refresh
    }
}

/// Seals both tokens for an account.
pub fn seal(
    sealer: &Sealer,
    access: &SecretString,
    refresh: &SecretString,
    account_id: &str,
) -> String {
    let pair = Pair {
        access: access.expose_secret().to_owned(),
        refresh: refresh.expose_secret().to_owned(),
    };
    let text = serde_json::to_string(&pair).expect("two strings are JSON");
    sealer.seal(&text.into(), account_id)
}

/// Opens an account's tokens; nothing if there are none or another key sealed them.
pub fn open(sealer: &Sealer, connection: &connection::Model) -> Option<Opened> {
    let text = sealer.open(connection.tokens.as_deref()?, &connection.account_id)?;
    let pair: Pair = serde_json::from_str(text.expose_secret()).ok()?;
    Some(Opened {
        access: pair.access.into(),
        refresh: pair.refresh.into(),
        expires_at: millis(connection.expires_at),
        version: connection.token_version,
    })
}

/// The account's tokens as they are, sealed with the current key; nothing if no key opens them.
pub fn reseal(sealer: &Sealer, connection: &connection::Model) -> Option<String> {
    let text = sealer.open(connection.tokens.as_deref()?, &connection.account_id)?;
    Some(sealer.seal(&text, &connection.account_id))
}

/// Renews access tokens. Cheap to clone.
#[derive(Clone)]
pub struct Refresher(Arc<Shared>);

/// What it takes to renew tokens.
#[derive(Clone)]
pub struct Renewal {
    /// Where tokens are kept.
    pub database: Database,
    /// The Spotify client.
    pub spotify: Spotify,
    /// Keeps it from asking too often.
    pub limiter: Limiter,
    /// Seals them.
    pub sealer: Sealer,
    /// The time.
    pub clock: Clock,
    /// Ends every refresh at once.
    pub cut_off: CancellationToken,
}

struct Shared {
    renewal: Renewal,
    /// Refreshes in flight: a rotated refresh token must not be lost with whoever asked for it.
    tasks: TaskTracker,
    /// One refresh at a time for each account. What Spotify granted and the database did not take is
    /// kept here until it does.
    accounts: Mutex<HashMap<ConnectionId, Arc<tokio::sync::Mutex<Option<Unsaved>>>>>,
}

/// What Spotify granted in exchange for the tokens of this version.
struct Unsaved {
    version: i64,
    granted: Tokens,
}

impl Refresher {
    /// A refresher that has renewed nothing yet.
    pub fn new(renewal: Renewal) -> Self {
        let (tasks, accounts) = (TaskTracker::new(), Mutex::default());
        Self(Arc::new(Shared { renewal, tasks, accounts }))
    }

    /// What it works with.
    pub fn renewal(&self) -> &Renewal {
        &self.0.renewal
    }

    /// Tokens newer than those of `version`: those that somebody else got meanwhile, or refreshed
    /// ones. Goes on even if nobody waits for it any more. Tokens that Spotify declared dead are
    /// dropped; any other failure keeps them.
    ///
    /// # Errors
    /// Spotify's, or the limiter's; `Failed` if the database does not answer; `InvalidGrant` if
    /// there is nothing to refresh with.
    pub async fn newer_than(
        &self,
        connection: ConnectionId,
        version: i64,
    ) -> Result<Opened, SpotifyError> {
        let shared = self.0.clone();
        let cut_off = self.0.renewal.cut_off.clone();
        let refreshing = async move { shared.newer_than(connection, version).await };
        let refreshing = cut_off.run_until_cancelled_owned(refreshing);
        let refreshed = self.0.tasks.spawn(refreshing).await.ok().flatten();
        refreshed.unwrap_or_else(|| Err(SpotifyError::Failed("a refresh was cut off".into())))
    }

    /// Waits until no refresh is in flight.
    pub async fn finished(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}

impl Shared {
    async fn newer_than(
        &self,
        connection: ConnectionId,
        version: i64,
    ) -> Result<Opened, SpotifyError> {
        let account = {
            let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
            accounts.entry(connection).or_default().clone()
        };
        let mut unsaved = account.lock().await;
        let row = self.read(connection).await?;
        let stored = open(&self.renewal.sealer, &row).ok_or(SpotifyError::InvalidGrant)?;
        if stored.version > version {
            return Ok(stored);
        }
        let granted = match unsaved.take().filter(|unsaved| unsaved.version == stored.version) {
            Some(unsaved) => Ok(unsaved.granted),
            None => {
                let Renewal { limiter, spotify, .. } = &self.renewal;
                let refreshing = spotify.refresh(&stored.refresh);
                limiter.call(Service::Accounts, Urgency::Urgent, refreshing).await
            }
        };
        match self.save(&row, &stored, granted.as_ref()).await {
            Ok(true) => granted.map(|granted| self.replaced(&stored, granted)),
            Ok(false) => {
                tracing::info!("Somebody else renewed a connection's tokens meanwhile");
                let row = self.read(connection).await?;
                open(&self.renewal.sealer, &row).ok_or(SpotifyError::InvalidGrant)
            }
            Err(error) => {
                tracing::error!(error = %error, "Refreshed tokens could not be saved yet");
                *unsaved = granted.ok().map(|granted| Unsaved { version: stored.version, granted });
                Err(SpotifyError::Failed("the database did not take the tokens".into()))
            }
        }
    }

    async fn read(&self, connection: ConnectionId) -> Result<connection::Model, SpotifyError> {
        let row =
            connection::Entity::find_by_id(connection.0).one(&self.renewal.database.reader).await;
        match row {
            Ok(row) => row.ok_or(SpotifyError::InvalidGrant),
            Err(error) => {
                tracing::error!(error = %error, "A connection could not be read");
                Err(SpotifyError::Failed("the database did not answer".into()))
            }
        }
    }

    /// Saves what a refresh led to, unless somebody saved newer tokens meanwhile: then false.
    async fn save(
        &self,
        row: &connection::Model,
        stored: &Opened,
        granted: Result<&Tokens, &SpotifyError>,
    ) -> Result<bool, DbErr> {
        let update = match granted {
            Ok(Tokens { access, refresh, expires_in_ms, .. }) => {
                // Spotify usually leaves the refresh token out: the old one stays good.
                let refresh = refresh.as_ref().unwrap_or(&stored.refresh);
                let tokens = seal(&self.renewal.sealer, access, refresh, &row.account_id);
                let expires_at = instant(self.renewal.clock.now() + *expires_in_ms);
                connection::Entity::update_many()
                    .col_expr(connection::Column::Tokens, Expr::value(tokens))
                    .col_expr(connection::Column::ExpiresAt, Expr::value(expires_at))
            }
            Err(SpotifyError::InvalidGrant) => connection::Entity::update_many()
                .col_expr(connection::Column::Tokens, Expr::value(None::<String>)),
            Err(_) => return Ok(true),
        };
        let saved = update
            .col_expr(connection::Column::TokenVersion, Expr::value(stored.version + 1))
            .filter(connection::Column::Id.eq(row.id))
            .filter(connection::Column::TokenVersion.eq(stored.version))
            .exec(&self.renewal.database.writer)
            .await?;
        Ok(saved.rows_affected == 1)
    }

    fn replaced(&self, stored: &Opened, granted: Tokens) -> Opened {
        Opened {
            access: granted.access,
            expires_at: self.renewal.clock.now() + granted.expires_in_ms,
            version: stored.version + 1,
            refresh: granted.refresh.unwrap_or_else(|| stored.refresh.clone()),
        }
    }
}

impl std::fmt::Debug for Refresher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refresher")
    }
}

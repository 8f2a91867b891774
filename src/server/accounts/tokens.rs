//! Tokens at rest: sealed, refreshed before they expire, replaced by who saw the last ones only.

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::model::SpotifyError;
use crate::server::{
    accounts::seal::Sealer,
    spotify::{AccessToken, Spotify, Tokens},
    store::{
        database::Database,
        entities::{connection, instant, millis},
    },
};

/// A token that lives less than this is refreshed before it is used.
pub const EARLY_MS: u64 = 60_000;

/// Both tokens as they are sealed.
#[derive(Deserialize, Serialize)]
struct Pair {
    access: String,
    refresh: String,
}

/// Both tokens, opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// For the Web API.
    pub access: AccessToken,
    /// When it expires, in Unix milliseconds.
    pub expires_at: u64,
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
    })
}

/// Refreshes an account's tokens and saves them, unless somebody saved newer ones meanwhile.
/// Tokens that Spotify declared dead are dropped; any other failure keeps them.
///
/// # Errors
/// Spotify's; the database's as `Failed`.
pub async fn refresh(
    database: &Database,
    spotify: &Spotify,
    sealer: &Sealer,
    connection: &connection::Model,
    opened: &Opened,
    now: impl Fn() -> u64,
) -> Result<(), SpotifyError> {
    let result = spotify.refresh(&opened.refresh).await;
    let update = match &result {
        Ok(Tokens { access, refresh, expires_in_ms, .. }) => {
            // Spotify usually leaves the refresh token out: the old one stays good.
            let refresh = refresh.as_ref().unwrap_or(&opened.refresh);
            let tokens = seal(sealer, access, refresh, &connection.account_id);
            connection::Entity::update_many()
                .col_expr(connection::Column::Tokens, Expr::value(tokens))
                .col_expr(
                    connection::Column::ExpiresAt,
                    Expr::value(instant(now() + expires_in_ms)),
                )
        }
        Err(SpotifyError::InvalidGrant) => connection::Entity::update_many()
            .col_expr(connection::Column::Tokens, Expr::value(None::<String>)),
        Err(_) => return result.map(drop),
    };
    let saved = update
        .col_expr(connection::Column::TokenVersion, Expr::value(connection.token_version + 1))
        .filter(connection::Column::Id.eq(connection.id))
        .filter(connection::Column::TokenVersion.eq(connection.token_version))
        .exec(&database.writer)
        .await;
    match saved {
        Ok(saved) if saved.rows_affected == 0 => {
            tracing::info!("Somebody else renewed a connection's tokens meanwhile");
            Ok(())
        }
        Ok(_) => result.map(drop),
        Err(error) => {
            tracing::error!(error = %error, "Refreshed tokens could not be saved");
            Err(SpotifyError::Failed("the database did not take the tokens".into()))
        }
    }
}

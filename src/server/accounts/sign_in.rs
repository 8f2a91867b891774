//! The way to Spotify's consent page and back.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::Rng;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use sha2::{Digest as _, Sha256};

use crate::server::{
    accounts::connections::{self, Attached},
    http::{caller::Host, state::AppState},
    spotify::Grant,
    store::{
        database::Database,
        entities::{instant, sign_in},
    },
};
use crate::{
    error::AppError,
    model::{SpotifyError, VisitorId, paths},
};

/// How long a person may take to agree.
const LIFETIME_MS: u64 = 10 * 60 * 1000;

/// Where Spotify sends people back to.
pub fn redirect_uri(public_url: &str) -> String {
    format!("{public_url}{}", paths::CALLBACK)
}

/// Remembers that the host was sent to Spotify; returns the consent page's address.
///
/// # Errors
/// If the database does not answer.
pub async fn begin(
    app: &AppState,
    host: &Host,
    public_url: &str,
    rng: &mut (impl Rng + Send),
) -> anyhow::Result<String> {
    let state = random_text(rng);
    let verifier = random_text(rng);
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let row = sign_in::ActiveModel {
        state_hash: Set(hash(&state)),
        visitor_id: Set(host.0.place.visitor_id),
        room_id: Set(host.0.room.id),
        verifier: Set(verifier),
        expires_at: Set(instant(app.clock.now() + LIFETIME_MS)),
    };
    sign_in::Entity::insert(row).exec_without_returning(&app.database.writer).await?;
    Ok(app.spotify.authorize_url(
        &app.consent_base(public_url),
        &redirect_uri(public_url),
        &state,
        &challenge,
    ))
}

/// Consumes the pending consent with this state, if it is the visitor's and not too old. Whoever
/// else comes with it finds nothing: a state is good for once, whatever comes of it.
///
/// # Errors
/// `SignInExpired` if there is none.
pub async fn take(
    database: &Database,
    visitor: Option<VisitorId>,
    state: &str,
    now: u64,
) -> Result<sign_in::Model, AppError> {
    let VisitorId(visitor_id) = visitor.ok_or(AppError::SignInExpired)?;
    let taken = sign_in::Entity::delete_many()
        .filter(sign_in::Column::StateHash.eq(hash(state)))
        .filter(sign_in::Column::VisitorId.eq(visitor_id))
        .exec_with_returning(&database.writer)
        .await
        .map_err(anyhow::Error::from)?
        .into_iter()
        .next();
    taken.filter(|row| row.expires_at > instant(now)).ok_or(AppError::SignInExpired)
}

/// Turns the code into tokens and connects the account to the room.
///
/// # Errors
/// What Spotify or the host left to be desired.
pub async fn complete(
    app: &AppState,
    pending: &sign_in::Model,
    code: &str,
    public_url: &str,
) -> Result<Attached, AppError> {
    let redirect_uri = redirect_uri(public_url);
    let grant = Grant { code, verifier: &pending.verifier, redirect_uri: &redirect_uri };
    let tokens = app.spotify.exchange(&grant).await.map_err(sign_in_error)?;
    if !tokens.has_every_scope() {
        return Err(AppError::ScopeMissing);
    }
    let account_id = app.spotify.account_id(&tokens.access).await.map_err(sign_in_error)?;
    let attached = connections::attach(
        &app.database,
        &app.sealer,
        VisitorId(pending.visitor_id),
        pending.room_id,
        &account_id,
        &tokens,
        app.clock.now(),
    );
    attached.await?.ok_or(AppError::RoomClosed)
}

fn sign_in_error(error: SpotifyError) -> AppError {
    tracing::warn!(error = %error, "A Spotify sign-in was not completed");
    error.of_sign_in()
}

/// 256 bits in 43 characters: also what PKCE asks of a verifier.
fn random_text(rng: &mut impl Rng) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rng.random::<[u8; 32]>())
}

fn hash(state: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(state))
}

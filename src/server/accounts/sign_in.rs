//! The way to Spotify's consent page and back.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::Rng;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use sha2::{Digest as _, Sha256};

use crate::server::{
    accounts::{budget::Urgency, limiter::Limiter},
    spotify::{Grant, LIBRARY_SCOPES, PLAYLIST_SCOPES, SCOPES, Service, Spotify, Tokens},
    store::{
        database::Database,
        entities::{instant, sign_in},
    },
};
use crate::{
    error::AppError,
    model::{Millis, RoomId, SpotifyError, VisitorId, paths},
};

pub use sign_in::Purpose;

/// How long a person may take to agree.
const LIFETIME_MS: u64 = 10 * 60 * 1000;
/// How long a sign-in waits for its turn at the accounts service: with two answers of Spotify's
/// after it, 10 s each at most, it ends before its request does, which lives for 30 s.
const PATIENCE: Duration = Duration::from_secs(8);

/// Where Spotify sends people back to.
pub fn redirect_uri(public_url: &str) -> String {
    format!("{public_url}{}", paths::CALLBACK)
}

/// A host who is about to be sent to Spotify.
#[derive(Debug)]
pub struct Consent<'a> {
    /// Who.
    pub visitor: VisitorId,
    /// The room to connect.
    pub room: RoomId,
    /// What they are to agree to.
    pub purpose: Purpose,
    /// Where browsers find Spotify's accounts service.
    pub accounts_url: &'a str,
    /// Where they find this server.
    pub public_url: &'a str,
}

impl Purpose {
    /// The permissions that it takes.
    fn scopes(self) -> Vec<&'static str> {
        match self {
            Self::Connect => SCOPES.to_vec(),
            Self::ChoosePlaylist => [&SCOPES[..], &LIBRARY_SCOPES].concat(),
            // With what may have been agreed to before: the new sign-in takes the old one's place.
            Self::SavePlaylist => [&SCOPES[..], &LIBRARY_SCOPES, &PLAYLIST_SCOPES[..1]].concat(),
        }
    }
}

/// Remembers that the host was sent to Spotify; returns the consent page's address.
pub async fn begin(
    database: &Database,
    spotify: &Spotify,
    consent: &Consent<'_>,
    now: Millis,
    rng: &mut (impl Rng + Send),
) -> anyhow::Result<String> {
    let state = random_text(rng);
    let verifier = random_text(rng);
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let row = sign_in::ActiveModel {
        state_hash: Set(hash(&state)),
        visitor_id: Set(consent.visitor.0),
        room_id: Set(consent.room.0),
        verifier: Set(verifier),
        expires_at: Set(instant(now + LIFETIME_MS)),
        purpose: Set(consent.purpose),
    };
    sign_in::Entity::insert(row).exec_without_returning(&database.writer).await?;
    let redirect_uri = redirect_uri(consent.public_url);
    let scopes = consent.purpose.scopes();
    Ok(spotify.authorize_url(consent.accounts_url, &redirect_uri, &scopes, &state, &challenge))
}

/// Consumes the pending consent with this state, if it is the visitor's and not too old. Nobody
/// else can use it, and it can be used only once, whatever comes of it.
///
/// # Errors
/// `SignInExpired` if there is none.
pub async fn take(
    database: &Database,
    visitor: Option<VisitorId>,
    state: &str,
    now: Millis,
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

/// Exchanges the code for the account ID, which never changes, and the account's tokens.
///
/// # Errors
/// If Spotify refuses it, or the host left a permission out.
pub async fn prove(
    spotify: &Spotify,
    limiter: &Limiter,
    pending: &sign_in::Model,
    code: &str,
    public_url: &str,
) -> Result<(String, Tokens), AppError> {
    let redirect_uri = redirect_uri(public_url);
    let grant = Grant { code, verifier: &pending.verifier, redirect_uri: &redirect_uri };
    let turn = limiter.admit_within(Service::Accounts, Urgency::Routine, PATIENCE).await;
    turn.map_err(sign_in_error)?;
    let tokens = limiter.rate_limit.heed(Service::Accounts, spotify.exchange(&grant).await);
    let tokens = tokens.map_err(sign_in_error)?;
    if !tokens.allow(&pending.purpose.scopes()) {
        return Err(AppError::ScopeMissing);
    }
    let looking_up = spotify.account_id(&tokens.access);
    let account_id = limiter.call(Service::WebApi, Urgency::Urgent, looking_up).await;
    let account_id = account_id.map_err(sign_in_error)?;
    Ok((account_id, tokens))
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

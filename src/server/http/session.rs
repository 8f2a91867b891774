//! The visitor behind a request.

use axum::{
    extract::Request,
    http::{HeaderValue, header::SET_COOKIE},
    middleware::Next,
    response::Response,
};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set};
use serde::{Deserialize, Serialize};
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};

use crate::model::VisitorId;
use crate::server::{
    http::state::AppState,
    store::{
        entities::{instant, visitor},
        session_store::{self, DatabaseStore},
    },
};

/// How long a browser that stays away is remembered: 180 days.
pub const LIFETIME_MS: u64 = 180 * DAY_MS;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const COOKIE: &str = "auxroom";
const KEY: &str = "visitor";

/// What the session holds.
#[derive(Clone, Deserialize, Serialize)]
struct Visit {
    visitor: i64,
    /// The hash of the id that this session had before, until the browser shows that it knows the
    /// new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    /// When the cookie was last sent: it is sent again once a day, not with every page.
    renewed_at: u64,
}

impl VisitorId {
    /// The visitor of this session; a stranger is none. Keeps sessions in use alive.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn of(app: &AppState, session: &Session) -> anyhow::Result<Option<Self>> {
        let Some(visit) = session.get::<Visit>(KEY).await? else { return Ok(None) };
        let (id, now) = (Self(visit.visitor), app.clock.now());
        if let Some(before) = &visit.replaces {
            app.sessions.forget(before).await?;
        }
        if visit.replaces.is_some() || now.saturating_sub(visit.renewed_at) > DAY_MS {
            let visit = Visit { replaces: None, renewed_at: now, ..visit };
            session.insert(KEY, visit).await?;
        }
        Ok(Some(id))
    }

    /// The visitor of this session; a stranger becomes one.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn or_new(app: &AppState, session: &Session) -> anyhow::Result<Self> {
        if let Some(visitor) = Self::of(app, session).await? {
            return Ok(visitor);
        }
        let now = app.clock.now();
        let row = visitor::ActiveModel { created_at: Set(instant(now)), ..Default::default() };
        let row = row.insert(&app.database.writer).await?;
        let visit = Visit { visitor: row.id, replaces: None, renewed_at: now };
        session.insert(KEY, visit).await?;
        Ok(Self(row.id))
    }
}

/// Gives the session another id and keeps its visitor: an id that somebody planted or saw before
/// a sign-in is worthless after it. The old one ends when the browser comes with the new one, which
/// it never learns if the answer is lost: that must not lose the host.
///
/// # Errors
/// If the database does not answer.
pub async fn change_id(session: &Session) -> anyhow::Result<()> {
    if let Some(visit) = session.get::<Visit>(KEY).await? {
        let replaces = session.id().map(|id| session_store::hash(&id));
        session.insert(KEY, Visit { replaces, ..visit }).await?;
    }
    session.cycle_id().await?;
    Ok(())
}

/// Loads and saves sessions around every request that touches them.
pub fn layer(app: &AppState) -> SessionManagerLayer<DatabaseStore> {
    let lifetime = i64::try_from(LIFETIME_MS).expect("180 days fit");
    SessionManagerLayer::new(app.sessions.clone())
        .with_name(COOKIE)
        .with_expiry(Expiry::OnInactivity(time::Duration::milliseconds(lifetime)))
        // Strict would keep the cookie back on the way home from Spotify.
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_secure(app.config.public_url.is_https())
}

/// Never tells a browser to forget its cookie: a request that was under way with the old id while
/// a sign-in changed it would otherwise take the new one away, and the room from its host.
pub async fn keep_cookie(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let removes = |value: &HeaderValue| value.as_bytes().starts_with(b"auxroom=;");
    if response.headers().get_all(SET_COOKIE).iter().any(removes) {
        let kept: Vec<_> = response
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .filter(|value| !removes(value))
            .cloned()
            .collect();
        response.headers_mut().remove(SET_COOKIE);
        for value in kept {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}

//! The visitor behind a request.

use axum::{
    extract::Request,
    http::{HeaderValue, header::SET_COOKIE},
    middleware::Next,
    response::Response,
};
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};

use crate::{
    error::AppError,
    model::VisitorId,
    server::{
        http::state::AppState,
        rooms::people,
        store::session_store::{DatabaseStore, LIFETIME_MS, Visit},
    },
};

/// The cookie is sent again once a day, not with every page.
const RENEWED_AFTER_MS: u64 = 24 * 60 * 60 * 1000;
const COOKIE: &str = "auxroom";
/// The one request that ends a session.
const FORGET: &str = "/api/visitors/forget";

/// The visitor of this session; nothing if it is a stranger's. Keeps sessions in use alive.
pub async fn visitor(app: &AppState, session: &Session) -> anyhow::Result<Option<VisitorId>> {
    let Some(visit) = session.get::<Visit>(Visit::KEY).await? else { return Ok(None) };
    let now = app.clock.now();
    let have_ended = match session.id().filter(|_| visit.ends_others) {
        Some(id) => app.sessions.end_other_sessions(visit.visitor, &id).await?,
        None => false,
    };
    if have_ended || now.since(visit.renewed_at) > RENEWED_AFTER_MS {
        let ends_others = visit.ends_others && !have_ended;
        let visit = Visit { ends_others, renewed_at: now, ..visit };
        session.insert(Visit::KEY, visit).await?;
    }
    Ok(Some(visit.visitor))
}

/// The visitor of this session; a stranger becomes one, who is stored at once: whatever they do next
/// would otherwise be done by somebody who cannot come back, if their session is not stored.
///
/// # Errors
/// `NotSaved` then.
pub async fn visitor_or_new(app: &AppState, session: &Session) -> Result<VisitorId, AppError> {
    if let Some(visitor) = visitor(app, session).await? {
        return Ok(visitor);
    }
    let now = app.clock.now();
    let visitor = people::new_visitor(&app.database, now).await?;
    let visit = Visit { visitor, ends_others: false, renewed_at: now };
    session.insert(Visit::KEY, visit).await.map_err(anyhow::Error::from)?;
    match session.save().await {
        Ok(()) => Ok(visitor),
        Err(error) => {
            tracing::error!(error = %error, "A new session could not be stored");
            Err(AppError::NotSaved)
        }
    }
}

/// Gives the session another id and keeps its visitor: an id that somebody planted or saw before
/// a sign-in is worthless after it. The visitor's other sessions, that of the old id among them,
/// end when the browser comes with the new one. If the answer is lost, it never does: the host then
/// keeps the old one.
pub async fn change_id(session: &Session) -> anyhow::Result<()> {
    if let Some(visit) = session.get::<Visit>(Visit::KEY).await? {
        session.insert(Visit::KEY, Visit { ends_others: true, ..visit }).await?;
    }
    session.cycle_id().await?;
    Ok(())
}

/// Ends a session whose visitor was forgotten, and which is deleted with them: the browser drops its
/// cookie.
pub async fn end(session: &Session) -> anyhow::Result<()> {
    Ok(session.flush().await?)
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
        .with_secure(app.site.public_url.is_https())
}

/// Never tells a browser to forget its cookie, unless its visitor asked for that: a request that
/// was under way with the old id while a sign-in changed it would otherwise take the new one away,
/// and the room from its host.
pub async fn keep_cookie(request: Request, next: Next) -> Response {
    let is_forgotten = request.uri().path() == FORGET;
    let mut response = next.run(request).await;
    if is_forgotten {
        return response;
    }
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

//! Songs and artists that a host does not want to hear.

use super::{App, authorise, commit, search};
use crate::{
    error::AppError,
    model::{CatalogueTrack, Outcome, VisitorId},
    server::rooms::{
        blocked::{self, Blocked},
        people::Member,
        queue::{self, EndedBy},
    },
};

/// More are not blocked in one room.
const MOST: usize = 500;

/// What a host sees.
#[derive(Debug)]
pub struct Listed {
    /// Who asks.
    pub host: Member,
    /// What is blocked.
    pub blocked: Vec<Blocked>,
    /// What can be blocked of the song that they named: the song, and each of its artists. Why not, if
    /// they named none.
    pub offered: Option<Result<Vec<Blocked>, AppError>>,
}

/// What is blocked, and what `song` offers to block, if the host named one.
///
/// # Errors
/// If the visitor is not the host.
pub async fn list(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    song: Option<&str>,
) -> Result<Listed, AppError> {
    let host = authorise::host(app, visitor, code).await?.0;
    let blocked = blocked::of_room(&app.database.reader, host.room).await;
    let blocked = blocked.map_err(anyhow::Error::from)?;
    let offered = match song.map(str::trim).filter(|song| !song.is_empty()) {
        None => None,
        Some(song) => Some(search::track(app, &host, song).await.map(|track| offers(&track))),
    };
    Ok(Listed { host, blocked, offered })
}

/// Blocks a song, or one of its artists. What waits of that waits no more.
///
/// # Errors
/// If the visitor is not the host; `Malformed` if `uri` is neither the song's nor one of its artists',
/// `TooManyBlocked` if there is no end to it.
pub async fn block(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    song: &str,
    uri: &str,
) -> Result<Outcome, AppError> {
    let host = authorise::host(app, visitor, code).await?.0;
    let track = search::track(app, &host, song).await?;
    let chosen = offers(&track).into_iter().find(|offered| offered.uri == uri.trim());
    let chosen = chosen.ok_or(AppError::Malformed)?;
    let now = app.now();
    commit(app, host.room, async |writing| {
        let db = &writing.transaction;
        if blocked::count(db, host.room).await? >= MOST {
            return Err(AppError::TooManyBlocked);
        }
        let waiting = blocked::waiting(db, host.room, &chosen.uri).await?;
        queue::end(db, &waiting, EndedBy::Forbidden, now).await?;
        blocked::add(db, host.room, chosen, now).await?;
        Ok(Outcome::Blocked)
    })
    .await
}

/// Blocks a song or an artist no more.
///
/// # Errors
/// If the visitor is not the host.
pub async fn unblock(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    uri: &str,
) -> Result<Outcome, AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    commit(app, room, async |writing| {
        blocked::remove(&writing.transaction, room, uri.trim()).await?;
        Ok(Outcome::Unblocked)
    })
    .await
}

/// What of a song can be blocked.
fn offers(track: &CatalogueTrack) -> Vec<Blocked> {
    let CatalogueTrack { item, artist_uris, .. } = track;
    let (uri, name) = (item.track.uri.clone(), item.track.name.clone());
    // Artists without a URI, which Spotify has now and then, are without one here: nothing to block.
    let is_complete = artist_uris.len() == item.track.artists.len();
    let artists = artist_uris.iter().zip(&item.track.artists).filter(|_| is_complete);
    let artists = artists.map(|(uri, name)| Blocked { uri: uri.clone(), name: name.clone() });
    std::iter::once(Blocked { uri, name }).chain(artists).collect()
}

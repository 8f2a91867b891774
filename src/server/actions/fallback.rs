//! Choosing the playlist that goes on when nobody asks for anything.

use rand::Rng;

use super::{
    App, authorise, commit, playlist,
    spotify::{self, Addresses},
};
use crate::{
    error::AppError,
    model::{CatalogueTrack, Outcome, Playlist, SpotifyError, VisitorId, parse_switch},
    server::{
        accounts::{access::Account, sign_in::Purpose},
        rooms::{
            fallback::{self, Chosen},
            people::Member,
        },
        spotify::{LIBRARY_SCOPES, Service},
    },
};

/// More playlists are not listed: four calls.
const MOST_PLAYLISTS: usize = 200;
/// More songs of a playlist are not kept: ten calls, and more than a day of music.
const MOST_SONGS: usize = 500;

/// What a host chooses from.
#[derive(Debug)]
pub struct Choice {
    /// Who asks.
    pub host: Member,
    /// The playlist that goes on now, if there is one, and how many songs it has.
    pub chosen: Option<(Chosen, usize)>,
    /// The playlists in the account's library, or why Spotify does not show them.
    pub playlists: Result<Vec<Playlist>, AppError>,
}

/// What the host can choose from.
///
/// # Errors
/// If the visitor is not the host.
pub async fn choice(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<Choice, AppError> {
    let host = authorise::host(app, visitor, code).await?.0;
    let chosen = fallback::chosen(&app.database.reader, host.room).await;
    let chosen = chosen.map_err(anyhow::Error::from)?;
    let playlists = match app.access.account(host.room).await {
        Ok(account) => playlists(app, &host, &account).await,
        Err(error) => Err(error),
    };
    Ok(Choice { host, chosen, playlists })
}

/// Where the host is asked whether their account may show its playlists.
///
/// # Errors
/// If the visitor is not the host.
pub async fn allow(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    addresses: &Addresses,
    rng: &mut (impl Rng + Send),
) -> Result<String, AppError> {
    let host = authorise::host(app, visitor, code).await?;
    spotify::begin(app, &host, Purpose::ChoosePlaylist, addresses, rng).await
}

/// Lets one of the playlists in the account's library go on.
///
/// # Errors
/// If the visitor is not the host; `Malformed` if the account has no such playlist, `PlaylistHidden` if
/// Spotify does not say what is in it, `PlaylistEmpty` if there is nothing to play in it.
pub async fn choose(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    playlist: &str,
    shuffled: &str,
) -> Result<Outcome, AppError> {
    let host = authorise::host(app, visitor, code).await?.0;
    let shuffled = parse_switch(shuffled).ok_or(AppError::Malformed)?;
    let account = app.access.account(host.room).await?;
    let listed = playlists(app, &host, &account).await?;
    let found = listed.into_iter().find(|listed| listed.id == playlist.trim());
    let Playlist { id, name, .. } = found.ok_or(AppError::Malformed)?;
    let songs = songs(app, &account, &id).await?;
    if songs.is_empty() {
        return Err(AppError::PlaylistEmpty);
    }
    let (chosen, now) = (Chosen { playlist_id: id, name, shuffled }, app.now());
    commit(app, host.room, async |writing| {
        Ok(fallback::choose(&writing.transaction, host.room, chosen, &songs, now).await?)
    })
    .await?;
    // What plays may end soon: that takes somebody who sees it.
    app.hub.wake(host.room);
    Ok(Outcome::FallbackChosen)
}

/// Lets no playlist go on any more.
///
/// # Errors
/// If the visitor is not the host.
pub async fn end(app: &App, visitor: Option<VisitorId>, code: &str) -> Result<Outcome, AppError> {
    let room = authorise::host(app, visitor, code).await?.0.room;
    commit(app, room, async |writing| Ok(fallback::forget(&writing.transaction, room).await?))
        .await?;
    Ok(Outcome::FallbackEnded)
}

/// The playlists in the account's library.
async fn playlists(app: &App, host: &Member, account: &Account) -> Result<Vec<Playlist>, AppError> {
    if !account.allows(&LIBRARY_SCOPES) {
        return Err(AppError::ScopeMissing);
    }
    app.host_limit.count(host.id)?;
    let spotify = app.access.spotify();
    let mut all = Vec::new();
    let mut next = Some(0);
    while let Some(offset) = next.filter(|_| all.len() < MOST_PLAYLISTS) {
        let ask = async |token| spotify.playlists(&token, offset).await;
        let (page, after) = app.access.call(account, Service::Playlists, ask).await.map_err(
            |error| match error {
                // It agreed before anybody asked to see its playlists.
                SpotifyError::Restricted => AppError::ScopeMissing,
                error => playlist::told(app, &error),
            },
        )?;
        all.extend(page);
        next = after;
    }
    Ok(all)
}

/// The songs of a playlist that can be played, each once.
async fn songs(
    app: &App,
    account: &Account,
    playlist: &str,
) -> Result<Vec<CatalogueTrack>, AppError> {
    let spotify = app.access.spotify();
    let mut songs: Vec<CatalogueTrack> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut next = Some(0);
    while let Some(offset) = next.filter(|_| songs.len() < MOST_SONGS) {
        let ask = async |token| spotify.playlist_songs(&token, playlist, offset).await;
        let (page, after) = app.access.call(account, Service::Playlists, ask).await.map_err(
            |error| match error {
                SpotifyError::Restricted | SpotifyError::NoDevice => AppError::PlaylistHidden,
                error => playlist::told(app, &error),
            },
        )?;
        let playable = page.into_iter().filter(|song| song.is_playable);
        songs.extend(playable.filter(|song| seen.insert(song.item.track.uri.clone())));
        next = after;
    }
    songs.truncate(MOST_SONGS);
    Ok(songs)
}

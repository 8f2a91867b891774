//! Saving what was played in a room as a playlist of the account that drives it.
//!
//! Neither making a playlist nor adding songs may be tried twice blindly. What is about to be done is
//! recorded first; whoever presses after a crash, or after an answer that did not come, looks at Spotify
//! before going on from there.

use chrono::DateTime;
use rand::Rng;

use super::{
    App, authorise,
    spotify::{self, Addresses},
    write,
};
use crate::{
    error::AppError,
    model::{Millis, Outcome, PlayId, RoomId, SpotifyError, VisitorId},
    server::{
        accounts::{access::Account, sign_in::Purpose},
        rooms::{
            people::Host,
            saved_playlist::{self, Claim, Progress},
        },
        spotify::{AccessToken, LONGEST_PAGE, MOST_AT_ONCE, OwnPlaylist, PLAYLIST_SCOPES, Service},
    },
    text::history as words,
};

/// So many times songs are added for one press: 2,000 songs. A request does not take for ever.
const MOST_BATCHES: usize = 20;

/// What became of a press.
#[derive(Debug)]
pub enum Saving {
    /// It is done.
    Done(Outcome),
    /// The account's owner has to agree to it first, at this address.
    NeedsConsent(String),
}

/// Where the room's playlist is on Spotify, if there is one.
///
/// # Errors
/// If the database does not answer.
pub async fn url(app: &App, room: RoomId) -> Result<Option<String>, AppError> {
    let row = saved_playlist::of_room(&app.database.reader, room).await?;
    Ok(row.and_then(|row| row.url))
}

/// Writes the songs that were played into a private playlist of the host's account, or adds those that
/// were played since.
///
/// # Errors
/// If the visitor is not the host; `NothingToSave` if no song was played; otherwise why Spotify did not
/// do it.
pub async fn save(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    addresses: &Addresses,
    rng: &mut (impl Rng + Send),
) -> Result<Saving, AppError> {
    let host = authorise::host(app, visitor, code).await?;
    let account = app.access.account(host.0.room).await?;
    app.host_limit.count(host.0.id)?;
    let songs = saved_playlist::songs(&app.database.reader, host.0.room, PlayId(0), None, 1).await;
    if songs?.is_empty() {
        return Err(AppError::NothingToSave);
    }
    if !account.allows(&PLAYLIST_SCOPES) {
        let there = spotify::begin(app, &host, Purpose::SavePlaylist, addresses, rng).await?;
        return Ok(Saving::NeedsConsent(there));
    }
    let marker = format!("Auxroom {:016x}", rng.random::<u64>());
    let (room, now) = (host.0.room, app.now());
    let claim = write(app, async |writing| {
        let tx = &writing.transaction;
        Ok(saved_playlist::claim(tx, room, account.connection, &marker, now).await?)
    });
    let claim = claim.await?.ok_or(AppError::AlreadySaving)?;
    let mut saver = Saver { app, account, host: &host, claim };
    let saved = saver.save().await;
    // Whoever presses again need not wait until the claim ends by itself. It may be lost already.
    let _ = saver.record(Progress::Released).await;
    saved.map(Saving::Done)
}

/// What a host reads whose playlists Spotify did not show or change. Nobody but them has to know of waits
/// that are for playlists alone.
pub(super) fn told(app: &App, error: &SpotifyError) -> AppError {
    let until = |service| app.limiter.rate_limit.until(service);
    let (whole, own) = (until(Service::WebApi), until(Service::Playlists));
    match error {
        SpotifyError::RateLimited { .. } if whole < own => AppError::PlaylistRateLimited(own),
        error => error.of_command(),
    }
}

/// Writes the playlist that it claimed.
struct Saver<'a> {
    app: &'a App,
    account: Account,
    host: &'a Host,
    claim: Claim,
}

impl Saver<'_> {
    async fn save(&mut self) -> Result<Outcome, AppError> {
        let playlist = match self.claim.row.playlist_id.clone() {
            Some(playlist) => playlist,
            None => self.make().await?,
        };
        self.settle(&playlist).await?;
        for _ in 0..MOST_BATCHES {
            let (uris, last) = self.songs(None).await?;
            let Some(last) = last else { return Ok(Outcome::PlaylistSaved) };
            self.add(&playlist, &uris, last).await?;
        }
        Ok(Outcome::PlaylistUnfinished)
    }

    /// The playlist: the one that an earlier press made and nobody confirmed, or a new one.
    async fn make(&mut self) -> Result<String, AppError> {
        let spotify = self.app.access.spotify();
        let marker = self.claim.row.marker.clone();
        let find = async |token| spotify.find_playlist(&token, &marker).await;
        let found = match self.claim.is_first {
            true => None,
            false => self.told(self.ask(find).await)?,
        };
        let code = self.host.0.code.as_str();
        let name = words::playlist(code, &date(self.app.now()));
        let about = words::about(code, &marker);
        let make = async |token| spotify.make_playlist(&token, &name, &about).await;
        let OwnPlaylist { id, url } = match found {
            Some(found) => found,
            None => self.told(self.ask(make).await)?,
        };
        self.record(Progress::Made { playlist: &id, url: url.as_deref() }).await?;
        Ok(id)
    }

    /// Finds out whether songs are in it of which an earlier press did not hear that they were added.
    async fn settle(&mut self, playlist: &str) -> Result<(), AppError> {
        let Some(pending) = self.claim.row.pending_play_id.map(PlayId) else { return Ok(()) };
        let (uris, _) = self.songs(Some(pending)).await?;
        if self.ends_with(playlist, &uris).await? {
            self.record(Progress::Added(pending)).await?;
        }
        Ok(())
    }

    /// Whether a playlist ends with these songs.
    async fn ends_with(&self, playlist: &str, uris: &[String]) -> Result<bool, AppError> {
        let (_, total) = self.items(playlist, 0, 1).await?;
        let Some(begin) = total.checked_sub(uris.len()) else { return Ok(false) };
        for (number, part) in uris.chunks(LONGEST_PAGE).enumerate() {
            let offset = begin + number * LONGEST_PAGE;
            if self.items(playlist, offset, part.len()).await?.0 != part {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn items(
        &self,
        playlist: &str,
        offset: usize,
        limit: usize,
    ) -> Result<(Vec<String>, usize), AppError> {
        let spotify = self.app.access.spotify();
        let items = async |token| spotify.playlist_items(&token, playlist, offset, limit).await;
        self.told(self.ask(items).await)
    }

    /// The next songs that are not in it, as many as can be added at once, and the last one's play.
    async fn songs(
        &self,
        up_to: Option<PlayId>,
    ) -> Result<(Vec<String>, Option<PlayId>), AppError> {
        let after = PlayId(self.claim.row.added_play_id);
        let (db, room) = (&self.app.database.reader, self.host.0.room);
        let most = u64::try_from(MOST_AT_ONCE).unwrap_or(u64::MAX);
        let songs = saved_playlist::songs(db, room, after, up_to, most).await?;
        let last = songs.last().map(|(play, _)| *play);
        Ok((songs.into_iter().map(|(_, uri)| uri).collect(), last))
    }

    async fn add(&mut self, playlist: &str, uris: &[String], last: PlayId) -> Result<(), AppError> {
        self.record(Progress::Adding(last)).await?;
        let spotify = self.app.access.spotify();
        let add = async |token| spotify.add_to_playlist(&token, playlist, uris).await;
        match self.ask(add).await {
            Ok(true) => self.record(Progress::Added(last)).await,
            Ok(false) => {
                self.record(Progress::Gone).await?;
                Err(AppError::PlaylistGone)
            }
            Err(error) => {
                if !error.may_have_happened() {
                    self.record(Progress::NotAdded).await?;
                }
                self.told(Err(error))
            }
        }
    }

    async fn ask<T, F: Future<Output = Result<T, SpotifyError>>>(
        &self,
        call: impl Fn(AccessToken) -> F,
    ) -> Result<T, SpotifyError> {
        self.app.access.call(&self.account, Service::Playlists, call).await
    }

    /// What the host reads.
    fn told<T>(&self, answer: Result<T, SpotifyError>) -> Result<T, AppError> {
        answer.map_err(|error| match error {
            SpotifyError::Restricted => AppError::PlaylistRefused,
            error => told(self.app, &error),
        })
    }

    /// Records how far it has come.
    async fn record(&mut self, progress: Progress<'_>) -> Result<(), AppError> {
        let (claim, now) = (&mut self.claim, self.app.now());
        let is_ours = write(self.app, async |writing| {
            Ok(claim.record(&writing.transaction, progress, now).await?)
        });
        is_ours.await?.then_some(()).ok_or(AppError::AlreadySaving)
    }
}

/// The day in UTC, as 2026-11-28.
fn date(Millis(unix_ms): Millis) -> String {
    let at = i64::try_from(unix_ms).ok().and_then(DateTime::from_timestamp_millis);
    at.unwrap_or_default().date_naive().to_string()
}

//! Songs of Spotify's catalogue, as the account that drives a room may play them.
//!
//! Guests type the same words and add what others found: an answer is kept for a minute, and asked for
//! once however many wait for it. It is kept for each account by itself, since countries differ.

use std::{hash::Hash, sync::Arc, time::Duration};

use moka::{future::Cache, policy::EvictionPolicy};

use super::access::{Access, Account};
use crate::{
    error::AppError,
    model::{CatalogueTrack, ConnectionId, SpotifyError, TrackId},
    server::{clock::Clock, spotify::Service},
};

/// How long an answer is good.
const KEPT_MS: u64 = 60_000;
/// Some 7 kB each.
const PAGES: u64 = 500;
/// Some 700 bytes each.
const TRACKS: u64 = 5_000;

/// What was searched for: whose account, which words, and from where on.
type Query = (ConnectionId, String, u32);

/// One page of what a search found.
#[derive(Clone, Debug)]
pub struct Page {
    /// The songs, the best first.
    pub tracks: Vec<CatalogueTrack>,
    /// Where the next page begins, if there is one.
    pub next: Option<u32>,
}

/// Looks songs up. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Catalogue {
    access: Access,
    pages: Cache<Query, Kept<Arc<Page>>>,
    tracks: Cache<(ConnectionId, TrackId), Kept<Option<CatalogueTrack>>>,
    clock: Clock,
}

/// An answer, and until when it is good, in milliseconds of `Clock::elapsed`. A failure is good for
/// those alone who waited for it.
#[derive(Clone, Debug)]
struct Kept<T> {
    answer: Result<T, SpotifyError>,
    stale_at_ms: u64,
}

impl Catalogue {
    /// One that has found nothing yet.
    pub fn new(access: Access, clock: Clock) -> Self {
        Self { access, pages: cache(PAGES), tracks: cache(TRACKS), clock }
    }

    /// What `words` find from `offset` on. `may_ask` is asked before Spotify is.
    ///
    /// # Errors
    /// Those of `may_ask`, or why Spotify could not be asked.
    pub async fn search(
        &self,
        account: &Account,
        words: &str,
        offset: u32,
        may_ask: impl FnOnce() -> Result<(), AppError>,
    ) -> Result<Arc<Page>, AppError> {
        let query = (account.connection, words.to_owned(), offset);
        if let Some(page) = self.fresh(&self.pages, &query).await {
            return Ok(page);
        }
        may_ask()?;
        let page = self.ask(&self.pages, query, async {
            let spotify = self.access.spotify();
            let search = async |token| spotify.search(&token, words, offset).await;
            let (tracks, next) = self.access.call(account, Service::Search, search).await?;
            self.keep(account, &tracks).await;
            Ok(Arc::new(Page { tracks, next }))
        });
        page.await.map_err(|error| self.told(Service::Search, &error))
    }

    /// The track with this ID, if there is one. `may_ask` is asked before Spotify is.
    ///
    /// # Errors
    /// As for a search.
    pub async fn track(
        &self,
        account: &Account,
        id: &TrackId,
        may_ask: impl FnOnce() -> Result<(), AppError>,
    ) -> Result<Option<CatalogueTrack>, AppError> {
        let key = (account.connection, id.clone());
        if let Some(track) = self.fresh(&self.tracks, &key).await {
            return Ok(track);
        }
        may_ask()?;
        let track = self.ask(&self.tracks, key, async {
            let spotify = self.access.spotify();
            let look_up = async |token| spotify.track(&token, id).await;
            self.access.call(account, Service::Tracks, look_up).await
        });
        track.await.map_err(|error| self.told(Service::Tracks, &error))
    }

    /// Adding a song that a search found costs no call.
    async fn keep(&self, account: &Account, tracks: &[CatalogueTrack]) {
        for track in tracks {
            let Some(id) = TrackId::of_uri(&track.item.track.uri) else { continue };
            let kept = self.kept(Ok(Some(track.clone())));
            self.tracks.insert((account.connection, id), kept).await;
        }
    }

    fn kept<T>(&self, answer: Result<T, SpotifyError>) -> Kept<T> {
        let kept_ms = if answer.is_ok() { KEPT_MS } else { 0 };
        Kept { answer, stale_at_ms: self.clock.elapsed_ms() + kept_ms }
    }

    /// What is kept and still good.
    async fn fresh<K: Key, T: Value>(&self, cache: &Cache<K, Kept<T>>, key: &K) -> Option<T> {
        let now_ms = self.clock.elapsed_ms();
        let kept = cache.get(key).await.filter(|kept| now_ms < kept.stale_at_ms)?;
        kept.answer.ok()
    }

    /// The answer to `ask`, which many may wait for together.
    async fn ask<K: Key, T: Value>(
        &self,
        cache: &Cache<K, Kept<T>>,
        key: K,
        ask: impl Future<Output = Result<T, SpotifyError>>,
    ) -> Result<T, SpotifyError> {
        let now_ms = self.clock.elapsed_ms();
        let answer = async { self.kept(ask.await) };
        let is_stale = |kept: &Kept<T>| kept.stale_at_ms <= now_ms;
        cache.entry(key).or_insert_with_if(answer, is_stale).await.into_value().answer
    }

    /// What a person reads who looked for a song in vain. The room says when it may be played on; nobody
    /// but whoever searches has to know of waits that are for searches alone.
    fn told(&self, service: Service, error: &SpotifyError) -> AppError {
        let until = |service| self.access.limiter().rate_limit.until(service);
        let (now, whole, own) = (self.clock.now(), until(service.whole()), until(service));
        match error {
            SpotifyError::RateLimited { .. } if whole < own => AppError::SearchRateLimited(own),
            // Nobody has to wait but for others who search.
            SpotifyError::RateLimited { .. } if own <= now => AppError::TooManySearches,
            error => error.of_command(),
        }
    }
}

trait Key: Eq + Hash + Send + Sync + 'static {}
impl<T: Eq + Hash + Send + Sync + 'static> Key for T {}

trait Value: Clone + Send + Sync + 'static {}
impl<T: Clone + Send + Sync + 'static> Value for T {}

fn cache<K: Key, T: Value>(most: u64) -> Cache<K, Kept<T>> {
    let cache = Cache::builder().max_capacity(most).eviction_policy(EvictionPolicy::lru());
    // What people looked for is not remembered for longer; which answers are good, `Kept` says.
    cache.time_to_live(Duration::from_millis(KEPT_MS)).build()
}

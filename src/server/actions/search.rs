//! Finding songs.

use std::{num::NonZeroU32, time::Duration};

use super::{App, admission, authorise, member_limit::MemberLimit};
use crate::{
    error::AppError,
    model::{CatalogueTrack, Found, Pasted, Refused, SearchResults, TrackId, VisitorId},
    server::{clock::Clock, rooms::people::Member},
    text,
};

/// Nobody types more to find a song.
const LONGEST_QUERY: usize = 200;
/// Where the last page begins that Spotify has.
const LAST_PAGE: u32 = 990;

/// Who types fast stops for words now and then; a script gets 30 answers a minute.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(10).expect("more than none");
const BETWEEN: Duration = Duration::from_secs(2);

/// How often each member may have Spotify asked for songs.
pub fn limit(clock: &Clock) -> MemberLimit {
    MemberLimit::new(AT_ONCE, BETWEEN, AppError::TooManySearches, clock)
}

/// The track that a member names by Spotify's URI or link.
///
/// # Errors
/// `NotATrack` or `ShortLink` if they name none, `TooManySearches` if they name too many in a short
/// time, or why Spotify could not be asked.
pub async fn track(app: &App, member: &Member, text: &str) -> Result<CatalogueTrack, AppError> {
    match Pasted::read(text) {
        Pasted::Track(id) => with_id(app, member, &id).await,
        Pasted::ShortLink => Err(AppError::ShortLink),
        Pasted::Other | Pasted::Words => Err(AppError::NotATrack),
    }
}

/// The songs that words find, from `offset` on, or that a link or URI names, as the visitor could add
/// them to the room's queue.
///
/// # Errors
/// If they are not in the room; otherwise as for `track`.
pub async fn search(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    query: &str,
    offset: &str,
) -> Result<SearchResults, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let offset = parse_offset(offset)?;
    let (tracks, next) = match Pasted::read(query) {
        Pasted::Track(id) => (vec![with_id(app, &member, &id).await?], None),
        Pasted::ShortLink => return Err(AppError::ShortLink),
        Pasted::Other => return Err(AppError::NotATrack),
        Pasted::Words => {
            let words = words(query);
            if words.is_empty() {
                return Ok(SearchResults::default());
            }
            let account = app.access.account(member.room).await?;
            let may_ask = || app.search_limit.count(member.id);
            let page = app.catalogue.search(&account, &words, offset, may_ask).await?;
            (page.tracks.clone(), page.next)
        }
    };
    let refusals = admission::refusals(app, &member, &tracks).await?;
    let tracks = tracks.into_iter().zip(refusals).map(found).collect();
    Ok(SearchResults { tracks, next })
}

async fn with_id(app: &App, member: &Member, id: &TrackId) -> Result<CatalogueTrack, AppError> {
    let account = app.access.account(member.room).await?;
    let may_ask = || app.search_limit.count(member.id);
    let track = app.catalogue.track(&account, id, may_ask).await?;
    track.ok_or(AppError::NotATrack)
}

fn found((track, refused): (CatalogueTrack, Option<Refused>)) -> Found {
    let entry = match refused {
        Some(Refused::Queued(entry)) => Some(entry),
        _ => None,
    };
    let refused = refused.map(|refused| text::queue::refused(refused).into_owned());
    Found { track: track.item.track, refused, entry }
}

/// What is searched for: the same for all who mean the same. What is too long to be typed is cut off.
fn words(query: &str) -> String {
    let parts = query.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    let cut: String = words.join(" ").chars().take(LONGEST_QUERY).collect();
    cut.trim_end().to_owned()
}

fn parse_offset(text: &str) -> Result<u32, AppError> {
    if text.is_empty() {
        return Ok(0);
    }
    let offset = text.parse().ok().filter(|offset| *offset <= LAST_PAGE);
    offset.ok_or(AppError::Malformed)
}

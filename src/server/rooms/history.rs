//! What was played in a room.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::roster;
use crate::{
    model::{MemberId, Millis, PlayId, RoomId},
    server::store::entities::{entry, millis, play},
};

pub use play::EndedBy;

/// How many plays a page of the history has.
pub const PAGE: usize = 50;

/// A play that goes on, or is over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Played {
    /// The play.
    pub play: PlayId,
    /// Spotify's URI of the track.
    pub uri: String,
    /// The title, if it was known.
    pub name: Option<String>,
    /// The artists' names.
    pub artists: Vec<String>,
    /// A cover.
    pub image_url: Option<String>,
    /// Its page on Spotify.
    pub url: Option<String>,
    /// What whoever asked for it is called, if anybody did who is not forgotten.
    pub by: Option<String>,
    /// Whether it is from the fallback playlist: nobody asked for anything then.
    pub is_fallback: bool,
    /// When it began, as far as it was seen.
    pub started_at: Millis,
    /// Why it is over; nothing while it goes on.
    pub ended_by: Option<EndedBy>,
    /// How many had voted to skip it when it was over.
    pub skip_votes: u32,
}

/// A page of what was played, the newest first, and whether there is an older one. `before` is the
/// last play of the page before this one.
///
/// # Errors
/// The database's.
pub async fn page(
    db: &impl ConnectionTrait,
    room: RoomId,
    before: Option<PlayId>,
) -> Result<(Vec<Played>, bool), DbErr> {
    let mut plays = play::Entity::find().filter(play::Column::RoomId.eq(room.0));
    if let Some(before) = before {
        plays = plays.filter(play::Column::Id.lt(before.0));
    }
    let one_more = u64::try_from(PAGE + 1).unwrap_or(u64::MAX);
    let mut rows = plays.order_by_desc(play::Column::Id).limit(one_more).all(db).await?;
    let has_older = rows.len() > PAGE;
    rows.truncate(PAGE);
    let asked_by = asked_by(db, &rows).await?;
    let names = match asked_by.is_empty() {
        true => HashMap::new(),
        false => roster::names(db, room).await?,
    };
    let asker = |row: &play::Model| asked_by.get(&row.entry_id?).copied();
    let played = |row: play::Model| Played {
        play: PlayId(row.id),
        by: asker(&row).flatten().and_then(|member| names.get(&member).cloned()),
        is_fallback: asker(&row) == Some(None),
        uri: row.uri,
        name: row.name,
        artists: row
            .artists
            .and_then(|artists| serde_json::from_str(&artists).ok())
            .unwrap_or_default(),
        image_url: row.image_url,
        url: row.url,
        started_at: millis(row.started_at),
        ended_by: row.ended_by,
        skip_votes: row.skip_votes.and_then(|votes| u32::try_from(votes).ok()).unwrap_or_default(),
    };
    Ok((rows.into_iter().map(played).collect(), has_older))
}

/// Who asked for each of the songs that were played; nobody for those of the fallback playlist.
async fn asked_by(
    db: &impl ConnectionTrait,
    plays: &[play::Model],
) -> Result<HashMap<i64, Option<MemberId>>, DbErr> {
    let entries: Vec<i64> = plays.iter().filter_map(|play| play.entry_id).collect();
    if entries.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, i64, bool)> = entry::Entity::find()
        .select_only()
        .columns([entry::Column::Id, entry::Column::MemberId, entry::Column::FromFallback])
        .filter(entry::Column::Id.is_in(entries))
        .into_tuple()
        .all(db)
        .await?;
    let asker = |(entry, member, is_fallback): (i64, i64, bool)| {
        (entry, (!is_fallback).then_some(MemberId(member)))
    };
    Ok(rows.into_iter().map(asker).collect())
}

//! The songs that people asked for, as they are stored.

mod handover;
mod lost;

use anyhow::Context as _;
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, OnConflict},
};

use super::fallback;
use crate::{
    model::{CatalogueTrack, EntryId, MemberId, Millis, RoomId},
    server::store::entities::{blocked, entry, entry_vote, from_column, instant, play, to_column},
};

pub use entry::EndedBy;
pub use handover::{begin_play, record_handover, release_handover, release_handovers};
pub use lost::{UNDO_MS, lost_since, note_read};

/// A song that waits: what the rules ask of it.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The entry.
    pub entry: EntryId,
    /// Who asked for it.
    pub by: MemberId,
    /// Spotify's URI of the track.
    pub uri: String,
}

/// The songs that wait in a room.
///
/// # Errors
/// The database's.
pub async fn waiting(db: &impl ConnectionTrait, room: RoomId) -> Result<Vec<Waiting>, DbErr> {
    let rows: Vec<(i64, i64, String)> = entry::Entity::waiting(room.0)
        .select_only()
        .columns([entry::Column::Id, entry::Column::MemberId, entry::Column::Uri])
        .into_tuple()
        .all(db)
        .await?;
    let waiting = |(entry, by, uri)| Waiting { entry: EntryId(entry), by: MemberId(by), uri };
    Ok(rows.into_iter().map(waiting).collect())
}

/// What was played in a room since an instant, and plays: each track's URI, and when it ended.
///
/// # Errors
/// The database's.
pub async fn played_since(
    db: &impl ConnectionTrait,
    room: RoomId,
    since: Millis,
) -> Result<Vec<(String, Option<Millis>)>, DbErr> {
    let ended = play::Column::EndedAt;
    let rows: Vec<(String, Option<i64>)> = play::Entity::find()
        .select_only()
        .columns([play::Column::Uri, ended])
        .filter(play::Column::RoomId.eq(room.0))
        .filter(ended.is_null().or(ended.gte(instant(since))))
        .into_tuple()
        .all(db)
        .await?;
    let played =
        |(uri, ended_at): (String, Option<i64>)| (uri, ended_at.map(|at| Millis(from_column(at))));
    Ok(rows.into_iter().map(played).collect())
}

/// Adds a song, with the vote of whoever asks for it.
///
/// # Errors
/// The database's.
pub async fn add(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    by: MemberId,
    track: &CatalogueTrack,
    now: Millis,
) -> anyhow::Result<EntryId> {
    let CatalogueTrack { item, artist_uris, .. } = track;
    let shown = item.track.clone();
    let row = entry::ActiveModel {
        room_id: Set(room.0),
        member_id: Set(by.0),
        uri: Set(shown.uri),
        name: Set(shown.name),
        artists: Set(serde_json::to_string(&shown.artists).context("names as JSON")?),
        artist_uris: Set(serde_json::to_string(artist_uris).context("URIs as JSON")?),
        album: Set(shown.album),
        image_url: Set(shown.image_url),
        duration_ms: Set(to_column(shown.duration_ms)),
        explicit: Set(shown.explicit),
        url: Set(shown.url),
        isrc: Set(item.isrc.clone()),
        added_at: Set(instant(now)),
        ..Default::default()
    };
    let entry = EntryId(row.insert(transaction).await?.id);
    vote(transaction, entry, by, true, now).await?;
    Ok(entry)
}

/// Counts a vote for a song, or withdraws it.
///
/// # Errors
/// The database's.
pub async fn vote(
    transaction: &impl ConnectionTrait,
    entry: EntryId,
    by: MemberId,
    on: bool,
    now: Millis,
) -> Result<(), DbErr> {
    if !on {
        entry_vote::Entity::delete_by_id((entry.0, by.0)).exec(transaction).await?;
        return Ok(());
    }
    let row = entry_vote::ActiveModel {
        entry_id: Set(entry.0),
        member_id: Set(by.0),
        created_at: Set(instant(now)),
    };
    entry_vote::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Who a song is from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// The member who asked for it.
    Member(MemberId),
    /// The fallback playlist.
    Playlist,
}

/// Who a song is from that waits in the room and was not handed to Spotify yet; nothing otherwise.
///
/// # Errors
/// The database's.
pub async fn source_of_waiting(
    db: &impl ConnectionTrait,
    room: RoomId,
    entry: EntryId,
) -> Result<Option<Source>, DbErr> {
    let row = entry::Entity::waiting(room.0)
        .filter(entry::Column::Id.eq(entry.0))
        .filter(entry::Column::SentAt.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| match row.from_fallback {
        true => Source::Playlist,
        false => Source::Member(MemberId(row.member_id)),
    }))
}

/// Ends the waiting of songs, and their votes with it.
///
/// # Errors
/// The database's.
pub async fn end(
    transaction: &impl ConnectionTrait,
    entries: &[EntryId],
    reason: EndedBy,
    now: Millis,
) -> Result<(), DbErr> {
    let ids = || entries.iter().map(|entry| entry.0);
    entry::Entity::update_many()
        .col_expr(entry::Column::EndedAt, Expr::value(instant(now)))
        .col_expr(entry::Column::EndedBy, Expr::value(reason))
        .filter(entry::Column::Id.is_in(ids()))
        .filter(entry::Column::EndedAt.is_null())
        .exec(transaction)
        .await?;
    if reason == EndedBy::Cleared {
        return Ok(()); // kept for a moment: the host may take it back
    }
    forget_votes(transaction, ids()).await
}

async fn forget_votes(
    transaction: &impl ConnectionTrait,
    entries: impl Iterator<Item = i64>,
) -> Result<(), DbErr> {
    entry_vote::Entity::delete_many()
        .filter(entry_vote::Column::EntryId.is_in(entries))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Has a song played before all others that wait.
///
/// # Errors
/// The database's.
pub async fn promote(
    transaction: &impl ConnectionTrait,
    entry: EntryId,
    now: Millis,
) -> Result<(), DbErr> {
    entry::Entity::update_many()
        .col_expr(entry::Column::PromotedAt, Expr::value(instant(now)))
        .filter(entry::Column::Id.eq(entry.0))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Ends the waiting of everything that waits in the room and was not handed to Spotify. How many
/// those were.
///
/// # Errors
/// The database's.
pub async fn clear(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    now: Millis,
) -> Result<u64, DbErr> {
    // What was cleared before cannot be taken back any more.
    let cleared = entry::Entity::find()
        .select_only()
        .column(entry::Column::Id)
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::EndedBy.eq(EndedBy::Cleared))
        .into_query();
    entry_vote::Entity::delete_many()
        .filter(entry_vote::Column::EntryId.in_subquery(cleared))
        .exec(transaction)
        .await?;
    let ended = entry::Entity::update_many()
        .col_expr(entry::Column::EndedAt, Expr::value(instant(now)))
        .col_expr(entry::Column::EndedBy, Expr::value(EndedBy::Cleared))
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::EndedAt.is_null())
        .filter(entry::Column::SentAt.is_null())
        .exec(transaction)
        .await?;
    Ok(ended.rows_affected)
}

/// Lets what was cleared since an instant wait again. How many songs those are.
///
/// # Errors
/// The database's.
pub async fn restore(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    since: Millis,
) -> Result<u64, DbErr> {
    let restored = entry::Entity::update_many()
        .col_expr(entry::Column::EndedAt, Expr::value(None::<i64>))
        .col_expr(entry::Column::EndedBy, Expr::value(None::<String>))
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::EndedBy.eq(EndedBy::Cleared))
        .filter(entry::Column::EndedAt.gte(instant(since)))
        .exec(transaction)
        .await?;
    Ok(restored.rows_affected)
}

/// The rooms in which songs wait.
///
/// # Errors
/// The database's.
pub async fn rooms_with_songs(db: &impl ConnectionTrait) -> Result<Vec<RoomId>, DbErr> {
    let rooms: Vec<i64> = entry::Entity::find()
        .select_only()
        .column(entry::Column::RoomId)
        .filter(entry::Column::EndedAt.is_null())
        .distinct()
        .order_by_asc(entry::Column::RoomId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rooms.into_iter().map(RoomId).collect())
}

/// Deletes what was asked for in a room, what is blocked there and the playlist: all of it goes with the
/// account, whose catalogue it is from.
///
/// # Errors
/// The database's.
pub async fn forget(transaction: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    entry::Entity::delete_many().filter(entry::Column::RoomId.eq(room.0)).exec(transaction).await?;
    blocked::Entity::delete_many()
        .filter(blocked::Column::RoomId.eq(room.0))
        .exec(transaction)
        .await?;
    fallback::forget(transaction, room).await
}

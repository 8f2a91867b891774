//! The playlist that goes on in a room when nobody asks for anything, as it is stored.

use anyhow::Context as _;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr,
    EntityTrait as _, ExprTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, sea_query::Expr,
};

use crate::{
    model::{CatalogueTrack, Millis, RoomId},
    server::store::entities::{entry, fallback, fallback_track, instant, member, play, to_column},
};

/// What a host chose.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Chosen {
    /// Spotify's ID of the playlist.
    pub playlist_id: String,
    /// What it is called.
    pub name: String,
    /// Whether its songs come in any order, rather than in its own.
    pub shuffled: bool,
}

/// What the host chose, if they did, and how many songs it has.
///
/// # Errors
/// The database's.
pub async fn chosen(
    db: &impl ConnectionTrait,
    room: RoomId,
) -> Result<Option<(Chosen, usize)>, DbErr> {
    let Some(row) = of_room(db, room).await? else { return Ok(None) };
    let tracks = fallback_track::Entity::find().filter(fallback_track::Column::RoomId.eq(room.0));
    let songs = usize::try_from(tracks.count(db).await?).unwrap_or(usize::MAX);
    let fallback::Model { playlist_id, name, shuffled, .. } = row;
    Ok(Some((Chosen { playlist_id, name, shuffled }, songs)))
}

/// The playlist that goes on in a room, if there is one.
///
/// # Errors
/// The database's.
pub async fn of_room(
    db: &impl ConnectionTrait,
    room: RoomId,
) -> Result<Option<fallback::Model>, DbErr> {
    fallback::Entity::find_by_id(room.0).one(db).await
}

/// Its songs, in its own order.
///
/// # Errors
/// The database's.
pub async fn tracks(
    db: &impl ConnectionTrait,
    room: RoomId,
) -> Result<Vec<fallback_track::Model>, DbErr> {
    let tracks = fallback_track::Entity::find().filter(fallback_track::Column::RoomId.eq(room.0));
    tracks.order_by_asc(fallback_track::Column::Id).all(db).await
}

/// The rooms with a playlist in which something has played since an instant, as far as was seen.
///
/// # Errors
/// The database's.
pub async fn rooms_playing_since(
    db: &impl ConnectionTrait,
    since: Millis,
) -> Result<Vec<RoomId>, DbErr> {
    let with_playlist =
        fallback::Entity::find().select_only().column(fallback::Column::RoomId).into_query();
    // Where it was when it was seen last, and when it would be over from there.
    let left_ms = Expr::col(play::Column::DurationMs).sub(Expr::col(play::Column::SeenProgressMs));
    let ends_at = Expr::col(play::Column::SeenAt).add(left_ms);
    let rooms: Vec<i64> = play::Entity::find()
        .select_only()
        .column(play::Column::RoomId)
        .filter(play::Column::EndedAt.is_null())
        .filter(play::Column::RoomId.in_subquery(with_playlist))
        .filter(ends_at.gte(instant(since)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rooms.into_iter().map(RoomId).collect())
}

/// Lets a playlist with these songs go on in a room, in place of any other.
///
/// # Errors
/// The database's.
pub async fn choose(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    chosen: Chosen,
    tracks: &[CatalogueTrack],
    now: Millis,
) -> anyhow::Result<()> {
    forget(transaction, room).await?;
    let Chosen { playlist_id, name, shuffled } = chosen;
    let row = fallback::ActiveModel {
        room_id: Set(room.0),
        playlist_id: Set(playlist_id),
        name: Set(name),
        shuffled: Set(shuffled),
        chosen_at: Set(instant(now)),
    };
    fallback::Entity::insert(row).exec_without_returning(transaction).await?;
    // SQLite takes so many values in one statement, and more.
    for some in tracks.chunks(100) {
        let rows: anyhow::Result<Vec<_>> = some.iter().map(|track| row_of(room, track)).collect();
        fallback_track::Entity::insert_many(rows?).exec_without_returning(transaction).await?;
    }
    Ok(())
}

fn row_of(room: RoomId, track: &CatalogueTrack) -> anyhow::Result<fallback_track::ActiveModel> {
    let CatalogueTrack { item, artist_uris, .. } = track;
    let shown = item.track.clone();
    Ok(fallback_track::ActiveModel {
        room_id: Set(room.0),
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
        taken_at: Set(None),
        ..Default::default()
    })
}

/// Puts a song of the playlist into the queue, on behalf of the room's host.
///
/// # Errors
/// The database's; without a host.
pub async fn take(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    track: fallback_track::Model,
    now: Millis,
) -> anyhow::Result<entry::Model> {
    let host = member::Entity::host_of(room.0).one(transaction).await?;
    let host = host.context("a room without a host")?;
    fallback_track::Entity::update_many()
        .col_expr(fallback_track::Column::TakenAt, Expr::value(instant(now)))
        .filter(fallback_track::Column::Id.eq(track.id))
        .exec(transaction)
        .await?;
    let row = entry::ActiveModel {
        room_id: Set(room.0),
        member_id: Set(host.id),
        uri: Set(track.uri),
        name: Set(track.name),
        artists: Set(track.artists),
        artist_uris: Set(track.artist_uris),
        album: Set(track.album),
        image_url: Set(track.image_url),
        duration_ms: Set(track.duration_ms),
        explicit: Set(track.explicit),
        url: Set(track.url),
        isrc: Set(track.isrc),
        from_fallback: Set(true),
        added_at: Set(instant(now)),
        ..Default::default()
    };
    Ok(row.insert(transaction).await?)
}

/// No playlist goes on in the room any more. A song of it that is with Spotify already is played still.
///
/// # Errors
/// The database's.
pub async fn forget(transaction: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    entry::Entity::delete_many()
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::FromFallback.eq(true))
        .filter(entry::Column::EndedAt.is_null())
        .filter(entry::Column::SentAt.is_null())
        .exec(transaction)
        .await?;
    fallback_track::Entity::delete_many()
        .filter(fallback_track::Column::RoomId.eq(room.0))
        .exec(transaction)
        .await?;
    fallback::Entity::delete_by_id(room.0).exec(transaction).await?;
    Ok(())
}

//! Songs and artists that a host does not want to hear, as they are stored.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};

use crate::{
    model::{EntryId, Millis, RoomId},
    server::store::entities::{blocked, entry, instant},
};

/// A song or an artist that is blocked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Blocked {
    /// Spotify's URI of it.
    pub uri: String,
    /// What people call it.
    pub name: String,
}

/// What is blocked in a room, by name.
///
/// # Errors
/// The database's.
pub async fn of_room(db: &impl ConnectionTrait, room: RoomId) -> Result<Vec<Blocked>, DbErr> {
    let rows = blocked::Entity::find()
        .filter(blocked::Column::RoomId.eq(room.0))
        .order_by_asc(blocked::Column::Name)
        .order_by_asc(blocked::Column::Uri);
    let blocked = |row: blocked::Model| Blocked { uri: row.uri, name: row.name };
    Ok(rows.all(db).await?.into_iter().map(blocked).collect())
}

/// The URIs of what is blocked in a room.
///
/// # Errors
/// The database's.
pub async fn uris(db: &impl ConnectionTrait, room: RoomId) -> Result<BTreeSet<String>, DbErr> {
    let uris = blocked::Entity::find()
        .select_only()
        .column(blocked::Column::Uri)
        .filter(blocked::Column::RoomId.eq(room.0))
        .into_tuple();
    Ok(uris.all(db).await?.into_iter().collect())
}

/// Blocks a song or an artist.
///
/// # Errors
/// The database's.
pub async fn add(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    Blocked { uri, name }: Blocked,
    now: Millis,
) -> Result<(), DbErr> {
    let row = blocked::ActiveModel {
        room_id: Set(room.0),
        uri: Set(uri),
        name: Set(name),
        blocked_at: Set(instant(now)),
    };
    blocked::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Blocks it no more; whether it was blocked.
///
/// # Errors
/// The database's.
pub async fn remove(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    uri: &str,
) -> Result<bool, DbErr> {
    let deleted = blocked::Entity::delete_by_id((room.0, uri.to_owned())).exec(transaction).await?;
    Ok(deleted.rows_affected > 0)
}

/// How many songs and artists are blocked in a room.
///
/// # Errors
/// The database's.
pub async fn count(db: &impl ConnectionTrait, room: RoomId) -> Result<usize, DbErr> {
    Ok(uris(db, room).await?.len())
}

/// The songs that wait in a room, were not handed to Spotify, and are this or by this artist.
///
/// # Errors
/// The database's.
pub async fn waiting(
    db: &impl ConnectionTrait,
    room: RoomId,
    uri: &str,
) -> Result<Vec<EntryId>, DbErr> {
    let rows: Vec<(i64, String, String)> = entry::Entity::waiting(room.0)
        .select_only()
        .columns([entry::Column::Id, entry::Column::Uri, entry::Column::ArtistUris])
        .filter(entry::Column::SentAt.is_null())
        .into_tuple()
        .all(db)
        .await?;
    let is_it = |(_, song, artists): &(i64, String, String)| {
        // Only ever written as a list.
        let artists: Vec<String> = serde_json::from_str(artists).unwrap_or_default();
        song == uri || artists.iter().any(|artist| artist == uri)
    };
    Ok(rows.into_iter().filter(is_it).map(|(id, ..)| EntryId(id)).collect())
}

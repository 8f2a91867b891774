//! Plays as they are stored: which one goes on, and how far its skip has come.
//!
//! A skip is decided, recorded and sent, in this order: the decision is a conditional UPDATE that
//! one caller wins, and what was recorded before a crash tells what may have been sent.

use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr,
    EntityTrait as _, PaginatorTrait as _, QueryFilter as _, sea_query::Expr,
};

use crate::{
    model::{ConnectionId, Millis, PlayId, RoomId, Track},
    server::store::{
        database::Database,
        entities::{connection, from_column, instant, millis, play, skip_vote, to_column},
    },
};

/// Where a track was when it was polled.
#[derive(Clone, Debug)]
pub struct Observed {
    /// Spotify's URI of the track.
    pub uri: String,
    /// When it was so.
    pub at: Millis,
    /// Where it was.
    pub progress_ms: u64,
    /// Whether it was playing.
    pub playing: bool,
    /// The track's length; 0 if nobody knows it.
    pub duration_ms: u64,
}

/// Whether this consent of this account drives the room.
///
/// # Errors
/// The database's.
pub async fn is_driven_by(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    connection: ConnectionId,
    authorized_at: Millis,
) -> Result<bool, DbErr> {
    let row = connection::Entity::find_by_id(connection.0)
        .filter(connection::Column::RoomId.eq(room.0))
        .filter(connection::Column::AuthorizedAt.eq(instant(authorized_at)));
    Ok(row.one(transaction).await?.is_some())
}

/// Begins a play, of this track if Spotify named one. A unique index refuses a second one that has not
/// ended.
///
/// # Errors
/// The database's.
pub async fn begin(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    observed: &Observed,
    track: Option<Box<Track>>,
) -> Result<play::Model, DbErr> {
    let artists = track.as_ref().and_then(|track| serde_json::to_string(&track.artists).ok());
    let (name, image_url, url) =
        track.map_or((None, None, None), |track| (Some(track.name), track.image_url, track.url));
    let row = play::ActiveModel {
        room_id: Set(room.0),
        uri: Set(observed.uri.clone()),
        started_at: Set(instant(observed.at.before(observed.progress_ms))),
        seen_at: Set(instant(observed.at)),
        seen_progress_ms: Set(to_column(observed.progress_ms)),
        seen_playing: Set(observed.playing),
        duration_ms: Set(to_column(observed.duration_ms)),
        name: Set(name),
        artists: Set(artists),
        image_url: Set(image_url),
        url: Set(url),
        ..Default::default()
    };
    row.insert(transaction).await
}

/// Ends a play, and its votes with it: how many they were is kept, and not whose.
///
/// # Errors
/// The database's.
pub async fn end(
    transaction: &impl ConnectionTrait,
    play: PlayId,
    reason: play::EndedBy,
    at: Millis,
) -> Result<(), DbErr> {
    let votes = skip_vote::Entity::find().filter(skip_vote::Column::PlayId.eq(play.0));
    let votes = i32::try_from(votes.count(transaction).await?).unwrap_or(i32::MAX);
    play::Entity::update_many()
        .col_expr(play::Column::EndedAt, Expr::value(instant(at)))
        .col_expr(play::Column::EndedBy, Expr::value(reason))
        .col_expr(play::Column::SkipVotes, Expr::value(votes))
        .filter(play::Column::Id.eq(play.0))
        .filter(play::Column::EndedAt.is_null())
        .exec(transaction)
        .await?;
    skip_vote::Entity::delete_many()
        .filter(skip_vote::Column::PlayId.eq(play.0))
        .exec(transaction)
        .await?;
    Ok(())
}

/// Records where a play that goes on is. Returns it, or nothing if it has ended.
///
/// # Errors
/// The database's.
pub async fn update(
    transaction: &impl ConnectionTrait,
    play: PlayId,
    observed: &Observed,
) -> Result<Option<play::Model>, DbErr> {
    let updated = play::Entity::update_many()
        .col_expr(play::Column::Uri, Expr::value(observed.uri.clone()))
        .col_expr(play::Column::SeenAt, Expr::value(instant(observed.at)))
        .col_expr(play::Column::SeenProgressMs, Expr::value(to_column(observed.progress_ms)))
        .col_expr(play::Column::SeenPlaying, Expr::value(observed.playing))
        .col_expr(play::Column::DurationMs, Expr::value(to_column(observed.duration_ms)))
        .filter(play::Column::Id.eq(play.0))
        .filter(play::Column::EndedAt.is_null())
        .exec_with_returning(transaction)
        .await?;
    Ok(updated.into_iter().next())
}

/// The URI of what is heard in a room at `now`, as far as it was seen: a play that was paused, or whose
/// end nobody has seen yet, is not.
///
/// # Errors
/// The database's.
pub async fn heard(
    db: &impl ConnectionTrait,
    room: RoomId,
    now: Millis,
) -> Result<Option<String>, DbErr> {
    let row = play::Entity::going_on(room.0).one(db).await?;
    let is_heard = |row: &play::Model| {
        let left_ms = from_column(row.duration_ms.saturating_sub(row.seen_progress_ms));
        // Nobody knows the length of some.
        let is_over = row.duration_ms > 0 && now >= millis(row.seen_at) + left_ms;
        row.seen_playing && !is_over
    };
    Ok(row.filter(is_heard).map(|row| row.uri))
}

/// Decides to skip a play: true for the one caller who wins.
///
/// # Errors
/// The database's.
pub async fn claim_skip(database: &Database, play: PlayId, at: Millis) -> Result<bool, DbErr> {
    let claimed = play::Entity::update_many()
        .col_expr(play::Column::SkipClaimedAt, Expr::value(instant(at)))
        .filter(play::Column::Id.eq(play.0))
        .filter(play::Column::EndedAt.is_null())
        .filter(play::Column::SkipClaimedAt.is_null())
        .exec(&database.writer)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Records that a decided skip is about to be sent: true if it may be. `previous` is the sending
/// recorded before: whoever does not know of the last one sends nothing.
///
/// # Errors
/// The database's.
pub async fn record_sending(
    database: &Database,
    play: PlayId,
    previous: Option<Millis>,
    at: Millis,
) -> Result<bool, DbErr> {
    let is_previous = match previous {
        Some(sent_at) => play::Column::SkipSentAt.eq(instant(sent_at)),
        None => play::Column::SkipSentAt.is_null(),
    };
    let recorded = play::Entity::update_many()
        .col_expr(play::Column::SkipSentAt, Expr::value(instant(at)))
        .filter(play::Column::Id.eq(play.0))
        .filter(play::Column::EndedAt.is_null())
        .filter(play::Column::SkipClaimedAt.is_not_null())
        .filter(is_previous)
        .exec(&database.writer)
        .await?;
    Ok(recorded.rows_affected == 1)
}

/// The rooms with a play whose skip was decided.
///
/// # Errors
/// The database's.
pub async fn rooms_with_decided_skip(database: &Database) -> Result<Vec<RoomId>, DbErr> {
    let plays = play::Entity::find()
        .filter(play::Column::EndedAt.is_null())
        .filter(play::Column::SkipClaimedAt.is_not_null())
        .all(&database.reader)
        .await?;
    Ok(plays.into_iter().map(|play| RoomId(play.room_id)).collect())
}

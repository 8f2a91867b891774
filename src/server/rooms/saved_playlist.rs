//! The playlist that what was played in a room is written into, as it is stored: what is about to be
//! done is recorded before it is done.

use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr,
    EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};

use crate::{
    model::{ConnectionId, Millis, PlayId, RoomId},
    server::store::entities::{instant, play, saved_playlist},
};

use saved_playlist::{Column, Entity, Model};

/// How long nobody else touches it: longer than a call of Spotify's takes. After a crash it can be
/// gone on with so much later.
pub const CLAIM_MS: u64 = 60_000;

/// The one who writes a room's playlist at the moment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claim {
    /// The row as it is now.
    pub row: Model,
    /// Whether nobody tried before: there cannot be a playlist yet.
    pub is_first: bool,
}

/// The room's playlist, if somebody had one made.
///
/// # Errors
/// The database's.
pub async fn of_room(db: &impl ConnectionTrait, room: RoomId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::RoomId.eq(room.0)).one(db).await
}

/// Claims the room's playlist for a while, the account's first one with this marker; nothing while
/// somebody else is at it.
///
/// # Errors
/// The database's.
pub async fn claim(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    account: ConnectionId,
    marker: &str,
    now: Millis,
) -> Result<Option<Claim>, DbErr> {
    let claimed_until = instant(now + CLAIM_MS);
    match of_room(transaction, room).await? {
        Some(row) if row.connection_id == account.0 => {
            let claimed = Entity::update_many()
                .col_expr(Column::ClaimedUntil, Expr::value(claimed_until))
                .filter(Column::Id.eq(row.id))
                .filter(Column::ClaimedUntil.lte(instant(now)))
                .exec_with_returning(transaction)
                .await?;
            Ok(claimed.into_iter().next().map(|row| Claim { row, is_first: false }))
        }
        other => {
            if other.is_some() {
                forget(transaction, room).await?;
            }
            let row = saved_playlist::ActiveModel {
                room_id: Set(room.0),
                connection_id: Set(account.0),
                marker: Set(marker.to_owned()),
                added_play_id: Set(0),
                claimed_until: Set(claimed_until),
                created_at: Set(instant(now)),
                ..Default::default()
            };
            Ok(Some(Claim { row: row.insert(transaction).await?, is_first: true }))
        }
    }
}

/// What is recorded of a playlist.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// Spotify has it.
    Made {
        /// Its ID.
        playlist: &'a str,
        /// Its page.
        url: Option<&'a str>,
    },
    /// The songs up to this play are about to be added.
    Adding(PlayId),
    /// They were not.
    NotAdded,
    /// The songs up to this play are in it.
    Added(PlayId),
    /// Spotify no longer has it: the next one is another.
    Gone,
    /// Others may go on.
    Released,
}

impl Claim {
    /// Records how far the playlist has come; false if somebody else claimed it since.
    ///
    /// # Errors
    /// The database's.
    pub async fn record(
        &mut self,
        transaction: &impl ConnectionTrait,
        progress: Progress<'_>,
        now: Millis,
    ) -> Result<bool, DbErr> {
        let own = Column::ClaimedUntil.eq(self.row.claimed_until);
        let pending = |play: Option<i64>| (Column::PendingPlayId, Expr::value(play));
        let change = match progress {
            Progress::Gone => {
                let row = Entity::delete_many().filter(Column::Id.eq(self.row.id)).filter(own);
                return Ok(row.exec(transaction).await?.rows_affected == 1);
            }
            Progress::Made { playlist, url } => {
                vec![(Column::PlaylistId, Expr::value(playlist)), (Column::Url, Expr::value(url))]
            }
            Progress::Adding(last) => vec![pending(Some(last.0))],
            Progress::NotAdded => vec![pending(None)],
            Progress::Added(last) => {
                vec![(Column::AddedPlayId, Expr::value(last.0)), pending(None)]
            }
            Progress::Released => vec![],
        };
        let until = match progress {
            Progress::Released => 0,
            _ => instant(now + CLAIM_MS),
        };
        let update = change
            .into_iter()
            .fold(Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
        let changed = update
            .col_expr(Column::ClaimedUntil, Expr::value(until))
            .filter(Column::Id.eq(self.row.id))
            .filter(own)
            .exec_with_returning(transaction)
            .await?;
        let Some(row) = changed.into_iter().next() else { return Ok(false) };
        self.row = row;
        Ok(true)
    }
}

/// Deletes what is stored about the room's playlist; the playlist stays with its owner.
///
/// # Errors
/// The database's.
pub async fn forget(transaction: &impl ConnectionTrait, room: RoomId) -> Result<(), DbErr> {
    let rows = Entity::delete_many().filter(Column::RoomId.eq(room.0));
    rows.exec(transaction).await.map(drop)
}

/// The songs that were played in the room after one play and, if it is given, up to another, the
/// oldest first: each with its URI. What is no song of Spotify's catalogue cannot be in a playlist.
///
/// # Errors
/// The database's.
pub async fn songs(
    db: &impl ConnectionTrait,
    room: RoomId,
    after: PlayId,
    up_to: Option<PlayId>,
    most: u64,
) -> Result<Vec<(PlayId, String)>, DbErr> {
    let mut plays = play::Entity::find()
        .select_only()
        .columns([play::Column::Id, play::Column::Uri])
        .filter(play::Column::RoomId.eq(room.0))
        .filter(play::Column::Id.gt(after.0))
        .filter(play::Column::Uri.starts_with("spotify:track:"));
    if let Some(last) = up_to {
        plays = plays.filter(play::Column::Id.lte(last.0));
    }
    let rows: Vec<(i64, String)> =
        plays.order_by_asc(play::Column::Id).limit(most).into_tuple().all(db).await?;
    Ok(rows.into_iter().map(|(play, uri)| (PlayId(play), uri)).collect())
}

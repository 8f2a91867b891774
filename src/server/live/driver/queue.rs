//! What people asked for in a room, as it is read from the store.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, Func},
};

use crate::{
    model::{EntryId, Item, MemberId, PlayId, RoomId, Track},
    server::{
        live::room::queue::{Ballot, Entry, Queue, QueuedSong, Sent, Turns},
        store::entities::{entry, entry_vote, from_column, member, millis},
    },
    text,
};

/// Turns older than this many songs decide nothing any more.
const TURNS: u64 = 500;

/// Reads what people asked for.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    room: RoomId,
    fallback: Option<&str>,
) -> Result<Queue, DbErr> {
    let turns = turns(db, room).await?;
    let rows = entry::Entity::waiting(room.0).all(db).await?;
    if rows.is_empty() {
        return Ok(Queue { turns, ..Queue::default() });
    }
    let names = names(db, &rows).await?;
    let mut ballots: HashMap<MemberId, Ballot> = HashMap::new();
    let mut counts: HashMap<i64, u32> = HashMap::new();
    for (entry, voters) in voters(db, &rows).await? {
        let mut count = 0;
        for member in voters.split(',').filter_map(|member| member.parse().ok()) {
            count += 1;
            ballots.entry(MemberId(member)).or_default().voted.push(EntryId(entry));
        }
        counts.insert(entry, count);
    }
    for row in rows.iter().filter(|row| !row.from_fallback) {
        ballots.entry(MemberId(row.member_id)).or_default().own.push(EntryId(row.id));
    }
    let song = |row: entry::Model| {
        if row.from_fallback {
            return fallback_song(row, fallback.unwrap_or_default());
        }
        let by = names.get(&row.member_id).cloned().flatten();
        let votes = counts.get(&row.id).copied().unwrap_or_default();
        queued_song(row, by, votes)
    };
    Ok(Queue { songs: rows.into_iter().map(song).collect(), turns, ballots })
}

/// Who votes for each of these songs: their keys, with commas between them. Where 200 people vote for 200
/// songs, one row for each song takes a third of the time of one for each vote.
async fn voters(
    db: &impl ConnectionTrait,
    rows: &[entry::Model],
) -> Result<Vec<(i64, String)>, DbErr> {
    let member = Expr::col(entry_vote::Column::MemberId).cast_as("TEXT");
    entry_vote::Entity::find()
        .select_only()
        .column(entry_vote::Column::EntryId)
        .expr_as(Func::cust("string_agg").arg(member).arg(","), "voters")
        .filter(entry_vote::Column::EntryId.is_in(rows.iter().map(|row| row.id)))
        .group_by(entry_vote::Column::EntryId)
        .order_by_asc(entry_vote::Column::EntryId)
        .into_tuple()
        .all(db)
        .await
}

/// What those are called who asked for something, of those who said so.
async fn names(
    db: &impl ConnectionTrait,
    rows: &[entry::Model],
) -> Result<HashMap<i64, Option<String>>, DbErr> {
    let members: Vec<(i64, Option<String>)> = member::Entity::find()
        .select_only()
        .columns([member::Column::Id, member::Column::Name])
        .filter(member::Column::Id.is_in(rows.iter().map(|row| row.member_id)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(members.into_iter().collect())
}

async fn turns(db: &impl ConnectionTrait, room: RoomId) -> Result<Turns, DbErr> {
    let mut members: Vec<i64> = entry::Entity::find()
        .select_only()
        .column(entry::Column::MemberId)
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::EndedBy.eq(entry::EndedBy::Played))
        .filter(entry::Column::FromFallback.eq(false))
        .order_by_desc(entry::Column::EndedAt)
        .limit(TURNS)
        .into_tuple()
        .all(db)
        .await?;
    members.reverse();
    let mut turns = Turns::default();
    members.into_iter().for_each(|member| turns.count(MemberId(member)));
    Ok(turns)
}

/// A song that nobody asked for, from the playlist of that name.
pub(super) fn fallback_song(row: entry::Model, playlist: &str) -> QueuedSong {
    queued_song(row, Some(text::fallback::the_playlist(playlist)), 0)
}

fn queued_song(row: entry::Model, by: Option<String>, votes: u32) -> QueuedSong {
    let track = Track {
        uri: row.uri,
        name: row.name,
        // Only ever written as a list.
        artists: serde_json::from_str(&row.artists).unwrap_or_default(),
        album: row.album,
        image_url: row.image_url,
        duration_ms: from_column(row.duration_ms),
        explicit: row.explicit,
        url: row.url,
    };
    QueuedSong {
        entry: Entry {
            id: EntryId(row.id),
            by: MemberId(row.member_id),
            added_at: millis(row.added_at),
            votes,
            promoted_at: row.promoted_at.map(millis),
            is_fallback: row.from_fallback,
        },
        item: Item { track, isrc: row.isrc },
        artist_uris: serde_json::from_str(&row.artist_uris).unwrap_or_default(),
        by: by.unwrap_or_else(|| text::queue::SOMEBODY.to_owned()),
        sent: row.sent_at.map(|at| Sent { at: millis(at), play: row.sent_play_id.map(PlayId) }),
    }
}

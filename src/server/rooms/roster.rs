//! Who is in a room, as its people see them.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _,
};

use super::names::Taken;
use crate::{
    model::{MemberId, Millis, Role, RoomId},
    server::store::entities::{entry, entry_vote, member, millis},
    text,
};

/// Somebody who is in a room.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Occupant {
    /// Their membership.
    pub member: MemberId,
    /// What they are there.
    pub role: Role,
    /// What the others read: nobody else in the room is called so.
    pub name: String,
    /// When they last joined.
    pub joined_at: Millis,
    /// How many songs they asked for, whatever became of them.
    pub songs: u64,
    /// How many of the songs that wait they voted for.
    pub votes: u64,
}

/// Everybody who is in the room, the host first, then by when they first came.
///
/// # Errors
/// The database's.
pub async fn present(db: &impl ConnectionTrait, room: RoomId) -> Result<Vec<Occupant>, DbErr> {
    let members = members(db, room).await?;
    let (songs, votes) = (songs(db, room).await?, votes(db, room).await?);
    let of = |counts: &HashMap<i64, i64>, member: i64| {
        counts.get(&member).and_then(|count| u64::try_from(*count).ok()).unwrap_or_default()
    };
    let names = names_of(&members);
    let present = members.into_iter().zip(names).filter(|(row, _)| row.left_at.is_none());
    let occupant = |(row, name): (member::Model, String)| Occupant {
        member: MemberId(row.id),
        role: row.role.into(),
        name,
        joined_at: millis(row.joined_at),
        songs: of(&songs, row.id),
        votes: of(&votes, row.id),
    };
    let mut present: Vec<_> = present.map(occupant).collect();
    present.sort_by_key(|occupant| occupant.role != Role::Host);
    Ok(present)
}

/// What everybody who ever was in the room is called there.
///
/// # Errors
/// The database's.
pub async fn names(
    db: &impl ConnectionTrait,
    room: RoomId,
) -> Result<HashMap<MemberId, String>, DbErr> {
    let members = members(db, room).await?;
    let names = names_of(&members);
    Ok(members.into_iter().map(|row| MemberId(row.id)).zip(names).collect())
}

async fn members(db: &impl ConnectionTrait, room: RoomId) -> Result<Vec<member::Model>, DbErr> {
    member::Entity::find()
        .filter(member::Column::RoomId.eq(room.0))
        .order_by_asc(member::Column::Id)
        .all(db)
        .await
}

/// What each of a room's members is called. Whoever said no name is counted among those who ever came,
/// so that the number stays theirs.
fn names_of(members: &[member::Model]) -> Vec<String> {
    let mut taken = Taken::default();
    members.iter().flat_map(|row| &row.name).for_each(|name| taken.insert(name));
    let mut guests = 0;
    let mut name = |row: &member::Model| {
        let unnamed = match row.role {
            member::Role::Host => text::people::HOST.to_owned(),
            member::Role::Guest => {
                guests += 1;
                text::people::guest(guests)
            }
        };
        row.name.clone().unwrap_or_else(|| {
            let name = taken.tell_apart(&unnamed);
            taken.insert(&name);
            name
        })
    };
    members.iter().map(&mut name).collect()
}

async fn songs(db: &impl ConnectionTrait, room: RoomId) -> Result<HashMap<i64, i64>, DbErr> {
    let counts: Vec<(i64, i64)> = entry::Entity::find()
        .select_only()
        .column(entry::Column::MemberId)
        .column_as(entry::Column::Id.count(), "songs")
        .filter(entry::Column::RoomId.eq(room.0))
        .filter(entry::Column::FromFallback.eq(false))
        .group_by(entry::Column::MemberId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts.into_iter().collect())
}

async fn votes(db: &impl ConnectionTrait, room: RoomId) -> Result<HashMap<i64, i64>, DbErr> {
    let waiting = entry::Entity::waiting(room.0).select_only().column(entry::Column::Id);
    let counts: Vec<(i64, i64)> = entry_vote::Entity::find()
        .select_only()
        .column(entry_vote::Column::MemberId)
        .column_as(entry_vote::Column::EntryId.count(), "votes")
        .filter(entry_vote::Column::EntryId.in_subquery(waiting.into_query()))
        .group_by(entry_vote::Column::MemberId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts.into_iter().collect())
}

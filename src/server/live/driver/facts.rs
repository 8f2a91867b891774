//! A room as it is read from the store.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::{Dependencies, lost, queue, requests};
use crate::{
    model::{ConnectionId, MemberId, PlayId, RoomId, VisitorId},
    server::{
        accounts::tokens,
        live::room::{
            Connection, CurrentPlay, DecidedSkip, Facts, Fallback, Observation, Presence, SignIn,
            Token, queue::Rules,
        },
        rooms::{blocked, fallback},
        spotify::AccessToken,
        store::entities::{connection, from_column, member, millis, play, room, skip_vote},
    },
};

/// What was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) facts: Facts,
    /// The token of the account that drives the room.
    pub(super) token: Option<(Token, AccessToken)>,
    /// Spotify's ID of the device that the host chose last.
    pub(super) device: Option<String>,
}

/// Reads a room. Its revision comes first: what changes while the rest is read is announced.
pub(super) async fn read(dependencies: &Dependencies, room: RoomId) -> anyhow::Result<Read> {
    let db = &dependencies.database.reader;
    let Some(row) = room::Entity::find_by_id(room.0).one(db).await? else {
        let facts = Facts { closed: true, ..Facts::default() };
        return Ok(Read { facts, token: None, device: None });
    };
    let connections = connection::Entity::of_room(room.0).all(db).await?;
    let play = play::Entity::going_on(room.0).one(db).await?;
    let voters = match &play {
        Some(play) => voters(db, play.id).await?,
        None => HashSet::new(),
    };
    let members = member::Entity::present(room.0).all(db).await?;
    let fallback = fallback::of_room(db, room).await?;
    let name = fallback.as_ref().map(|fallback| fallback.name.as_str());
    let mut queue = queue::read(db, room, name).await?;
    let rules = Rules { songs: row.settings().songs, blocked: blocked::uris(db, room).await? };
    let now = dependencies.clock.now();
    lost::note(&mut queue, db, room, &members, &rules, now).await?;
    let presence = |row: member::Model| {
        let (member, role) = (MemberId(row.id), row.role.into());
        let (voted, name) = (voters.contains(&row.id), row.name);
        (VisitorId(row.visitor_id), Presence { member, role, voted, name, is_here: false })
    };
    let (connection, token) = driving(dependencies, &connections);
    let device = row.device_id.clone();
    let facts = Facts {
        revision: from_column(row.revision),
        settings: row.settings(),
        closed: row.closed_at.is_some(),
        code: row.code,
        members: Arc::new(members.into_iter().map(presence).collect::<HashMap<_, _>>()),
        connection,
        play: play.map(current),
        queue: Arc::new(queue),
        blocked: Arc::new(rules.blocked),
        fallback: fallback.map(|fallback| Fallback {
            name: fallback.name,
            chosen_at: millis(fallback.chosen_at),
        }),
    };
    Ok(Read { facts, token, device })
}

async fn voters(
    db: &impl sea_orm::ConnectionTrait,
    play: i64,
) -> Result<HashSet<i64>, sea_orm::DbErr> {
    let votes = skip_vote::Entity::find().filter(skip_vote::Column::PlayId.eq(play));
    Ok(votes.all(db).await?.into_iter().map(|vote| vote.member_id).collect())
}

/// The account that drives the room, among those that ever did: one for each Spotify application.
fn driving(
    dependencies: &Dependencies,
    rows: &[connection::Model],
) -> (Connection, Option<(Token, AccessToken)>) {
    let client_id = dependencies.spotify.client_id();
    let Some(row) = rows.iter().find(|row| row.client_id == client_id) else {
        let is_other = !rows.is_empty();
        return (if is_other { Connection::OtherApplication } else { Connection::None }, None);
    };
    let sign_in =
        SignIn { connection: ConnectionId(row.id), authorized_at: millis(row.authorized_at) };
    match tokens::open(&dependencies.sealer, row) {
        Some(opened) => {
            let access = requests::known(sign_in.connection, opened);
            (Connection::Usable(sign_in, access.0), Some(access))
        }
        None => {
            if row.tokens.is_some() {
                tracing::error!(
                    "The secret key does not open stored tokens: start with the key that sealed \
                     them, or the host has to reconnect"
                );
            }
            (Connection::Unusable(sign_in), None)
        }
    }
}

/// A play as the room's rules know it.
pub(super) fn current(row: play::Model) -> CurrentPlay {
    CurrentPlay {
        id: PlayId(row.id),
        uri: row.uri,
        began_at: millis(row.started_at),
        is_from_queue: row.entry_id.is_some(),
        observed: Observation {
            at: millis(row.seen_at),
            progress_ms: from_column(row.seen_progress_ms),
            playing: row.seen_playing,
            duration_ms: from_column(row.duration_ms),
        },
        skip: row.skip_claimed_at.map(|claimed_at| DecidedSkip {
            claimed_at: millis(claimed_at),
            sent_at: row.skip_sent_at.map(millis),
        }),
    }
}

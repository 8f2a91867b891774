//! All that is known of a room: what the database says, and what Spotify said last.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

use super::published::MemberState;
use crate::{
    model::{Kind, Pending, Playback, Player, Skip, Snapshot, Status, StatusKind},
    server::{
        store::{
            database::Database,
            entities::{connection, member, millis, play, room, skip_vote},
        },
    },
    text,
};

/// Spotify may take this long to show what it received.
pub(super) const PENDING_MS: u64 = 8_000;

/// All that is known of a room.
#[derive(Clone, Debug)]
pub(super) struct Knowledge {
    pub(super) room: Option<room::Model>,
    /// Who is in the room, by the visitor's key.
    pub(super) members: Arc<HashMap<i64, MemberState>>,
    pub(super) connection: Option<connection::Model>,
    /// Whether the room has an account of another application instead.
    pub(super) other_application: bool,
    /// The play that goes on, as far as is known.
    pub(super) play: Option<play::Model>,
    /// What Spotify said last, and when.
    pub(super) player: Option<Player>,
    pub(super) looked_at: Option<u64>,
    /// The URI of the play that ended last, and when.
    pub(super) ended: Option<(String, u64)>,
    /// A command that Spotify received, and when.
    pub(super) pending: Option<(Pending, u64)>,
    pub(super) trouble: Option<Trouble>,
}

/// What stands in the way, besides a missing sign-in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Trouble {
    pub(super) kind: StatusKind,
    pub(super) retry_at: Option<u64>,
    /// Whether a command met it; otherwise a look did.
    pub(super) by_command: bool,
}

impl Knowledge {
    /// What the database says; nothing of Spotify.
    pub(super) async fn read(
        database: &Database,
        client_id: &str,
        room_id: i64,
    ) -> anyhow::Result<Self> {
        let db = &database.reader;
        let room = room::Entity::find_by_id(room_id).one(db).await?;
        let (ours, others): (Vec<_>, Vec<_>) = connection::Entity::of_room(room_id)
            .all(db)
            .await?
            .into_iter()
            .partition(|row| row.client_id == client_id);
        let connection = ours.into_iter().next();
        let other_application = connection.is_none() && !others.is_empty();
        let play = play::Entity::going_on(room_id).one(db).await?;
        let mut members: HashMap<i64, MemberState> = member::Entity::present(room_id)
            .all(db)
            .await?
            .into_iter()
            .map(|place| (place.visitor_id, MemberState { place, voted: false }))
            .collect();
        if let Some(play) = &play {
            let votes = skip_vote::Entity::find().filter(skip_vote::Column::PlayId.eq(play.id));
            let voters: HashSet<i64> =
                votes.all(db).await?.into_iter().map(|vote| vote.member_id).collect();
            members
                .values_mut()
                .for_each(|member| member.voted = voters.contains(&member.place.id));
        }
        Ok(Self {
            room,
            members: Arc::new(members),
            connection,
            other_application,
            play,
            player: None,
            looked_at: None,
            ended: None,
            pending: None,
            trouble: None,
        })
    }

    /// Takes over what the database says now. Whether another sign-in drives the room.
    pub(super) async fn reread(
        &mut self,
        database: &Database,
        client_id: &str,
    ) -> anyhow::Result<bool> {
        let room_id = self.room.as_ref().map_or(0, |room| room.id);
        let Self { room, members, mut connection, other_application, play, .. } =
            Self::read(database, client_id, room_id).await?;
        // Tokens that did not open before do not open now.
        if let (Some(row), Some(before)) = (&mut connection, &self.connection)
            && (row.id, row.token_version) == (before.id, before.token_version)
        {
            row.tokens = row.tokens.take().filter(|_| before.tokens.is_some());
        }
        let sign_in = |row: &Option<connection::Model>| {
            row.as_ref().map(|row| (row.id, row.authorized_at, row.tokens.is_some()))
        };
        let other_sign_in = sign_in(&connection) != sign_in(&self.connection);
        if other_sign_in {
            (self.player, self.looked_at, self.ended) = (None, None, None);
            (self.pending, self.trouble) = (None, None);
        }
        (self.room, self.members, self.connection, self.play) = (room, members, connection, play);
        self.other_application = other_application;
        Ok(other_sign_in)
    }

    /// Whether the room is over.
    pub(super) fn is_closed(&self) -> bool {
        self.room.as_ref().is_none_or(|room| room.closed_at.is_some())
    }

    /// Whether an answer of Spotify's can be expected soon.
    pub(super) fn can_be_asked(&self) -> bool {
        let signed_in = self.connection.as_ref().is_some_and(|row| row.tokens.is_some());
        signed_in && self.trouble.is_none()
    }

    /// The play that votes are for: one that Spotify names right now.
    pub(super) fn play_id(&self) -> Option<u64> {
        let item = self.player.as_ref().and_then(|player| player.item.as_ref());
        let play = self.play.as_ref().filter(|_| item.is_some());
        play.map(|play| millis(play.id))
    }

    /// The command that Spotify may still show, and until when.
    pub(super) fn pending(&self, now: u64) -> Option<(Pending, u64)> {
        let (what, since) = self.pending?;
        Some((what, since + PENDING_MS)).filter(|(_, until)| now < *until)
    }

    /// Until when Spotify must not be asked.
    pub(super) fn not_before(&self) -> Option<u64> {
        self.trouble.filter(|trouble| trouble.kind == StatusKind::RateLimited)?.retry_at
    }

    /// The state as members see it.
    pub(super) fn snapshot(&self, version: u64, now: u64) -> Snapshot {
        let settings = self.room.as_ref().map(room::Model::settings).unwrap_or_default();
        let votes = self.members.values().filter(|member| member.voted).count();
        let needed = settings.votes_to_skip.get();
        let votes =
            if self.play_id().is_some() { u32::try_from(votes).unwrap_or(u32::MAX) } else { 0 };
        Snapshot {
            version,
            code: self.room.as_ref().map(|room| room.code.clone()).unwrap_or_default(),
            votes_to_skip: needed,
            guest_can_pause: settings.guest_can_pause,
            members: u32::try_from(self.members.len()).unwrap_or(u32::MAX),
            playback: self.playback(now),
            skip: Skip { votes, needed },
            status: self.status(),
        }
    }

    fn playback(&self, now: u64) -> Option<Playback> {
        let player = self.player.as_ref()?;
        let as_of = self.looked_at.unwrap_or(now);
        Some(Playback {
            play: self.play_id(),
            // An item that Spotify leaves out for a moment is not what its kind says.
            kind: match (&player.item, player.kind) {
                (None, Kind::Track) => Kind::Unknown,
                (_, kind) => kind,
            },
            track: player.item.as_ref().map(|item| item.track.clone()),
            is_playing: player.is_playing,
            progress_ms: player.progress_ms,
            as_of,
            pending: self.pending(now).map(|(what, _)| what),
        })
    }

    fn status(&self) -> Status {
        match (&self.connection, self.trouble) {
            (None, _) if self.other_application => text::status(StatusKind::OtherApplication, None),
            (None, _) => text::status(StatusKind::NotConnected, None),
            (Some(connection), _) if connection.tokens.is_none() => {
                text::status(StatusKind::Reconnect, None)
            }
            (Some(_), Some(trouble)) => text::status(trouble.kind, trouble.retry_at),
            (Some(_), None) if self.looked_at.is_some() && self.player.is_none() => {
                text::status(StatusKind::NothingPlaying, None)
            }
            (Some(_), None) => text::status(StatusKind::Ok, None),
        }
    }
}

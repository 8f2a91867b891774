//! Whether songs may be added to a room's queue, by its rules and what it has played.

use sea_orm::{ConnectionTrait, DbErr};

use super::App;
use crate::{
    error::AppError,
    model::{CatalogueTrack, Millis, Refused, Role, RoomId, SongRules},
    server::{
        live::room::queue::{Played, Programme, Rules, Waiting, Wanted},
        rooms::{blocked, people::Member, plays, queue},
    },
};

/// Why each of these tracks cannot be added by a member now; nothing for those that can.
///
/// # Errors
/// The database's.
pub(super) async fn refusals(
    app: &App,
    member: &Member,
    tracks: &[CatalogueTrack],
) -> Result<Vec<Option<Refused>>, AppError> {
    let (rules, now) = (member.settings.songs, app.now());
    let programme = Programmed::read(&app.database.reader, member.room, rules, now).await;
    let programme = programme.map_err(anyhow::Error::from)?;
    let refusal = |track| programme.may_add(track, member, now).err();
    Ok(tracks.iter().map(refusal).collect())
}

/// What the rules ask the store.
pub(super) struct Programmed {
    rules: Rules,
    waiting: Vec<Waiting>,
    played: Vec<Played>,
    plays: Option<String>,
}

impl Programmed {
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        room: RoomId,
        songs: SongRules,
        now: Millis,
    ) -> Result<Self, DbErr> {
        let waiting = queue::waiting(db, room).await?.into_iter();
        let waiting = waiting.map(|queue::Waiting { entry, by, uri }| Waiting { entry, by, uri });
        let repeats_ms = u64::from(songs.no_repeat_minutes.unwrap_or_default()) * 60_000;
        let played = queue::played_since(db, room, now.before(repeats_ms)).await?.into_iter();
        Ok(Self {
            rules: Rules { songs, blocked: blocked::uris(db, room).await? },
            waiting: waiting.collect(),
            played: played.map(|(uri, ended_at)| Played { uri, ended_at }).collect(),
            plays: plays::heard(db, room, now).await?,
        })
    }

    /// Whether a member may add the track now.
    pub(super) fn may_add(
        &self,
        track: &CatalogueTrack,
        member: &Member,
        now: Millis,
    ) -> Result<(), Refused> {
        let (queue, plays) = (&self.waiting, self.plays.as_deref());
        let programme = Programme { queue, played: &self.played, plays, now };
        self.rules.may_add(&wanted(track), member.id, member.role == Role::Host, programme)
    }
}

fn wanted(track: &CatalogueTrack) -> Wanted {
    let CatalogueTrack { item, artist_uris, is_playable } = track;
    Wanted {
        uri: item.track.uri.clone(),
        artists: artist_uris.clone(),
        duration_ms: item.track.duration_ms,
        is_explicit: item.track.explicit,
        is_playable: *is_playable,
    }
}

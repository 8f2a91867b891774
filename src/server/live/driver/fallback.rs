//! The next song of the fallback playlist is put into the queue.

use super::queue::fallback_song;
use crate::{
    model::{Millis, RoomId},
    server::{
        chance,
        live::room::queue::{
            Played, Programme, QueuedSong, Rules, Wanted,
            fallback::{self as rule, Candidate},
        },
        rooms::{blocked, fallback, queue},
        store::{
            database::Database,
            entities::{entry, fallback_track, from_column, millis, room},
        },
    },
};

/// Puts the next song into the queue that the rules allow; nothing if there is none, or somebody's song
/// waits.
pub(super) async fn refill(
    database: &Database,
    room: RoomId,
    now: Millis,
) -> anyhow::Result<Option<QueuedSong>> {
    use sea_orm::EntityTrait as _;

    let transaction = database.begin().await?;
    let Some(chosen) = fallback::of_room(&transaction, room).await? else { return Ok(None) };
    let Some(row) = room::Entity::find_by_id(room.0).one(&transaction).await? else {
        return Ok(None);
    };
    if entry::Entity::waiting(room.0).one(&transaction).await?.is_some() {
        return Ok(None);
    }
    let songs = row.settings().songs;
    let rules = Rules { songs, blocked: blocked::uris(&transaction, room).await? };
    let repeats_ms = u64::from(songs.no_repeat_minutes.unwrap_or_default()) * 60_000;
    let played = queue::played_since(&transaction, room, now.before(repeats_ms)).await?;
    let played: Vec<_> =
        played.into_iter().map(|(uri, ended_at)| Played { uri, ended_at }).collect();
    let programme = Programme { queue: &[], played: &played, plays: None, now };
    let mut tracks = fallback::tracks(&transaction, room).await?;
    let candidate = |track: &fallback_track::Model| Candidate {
        taken_at: track.taken_at.map(millis),
        is_allowed: rules.may_play(&wanted(track), programme).is_ok(),
    };
    let candidates: Vec<_> = tracks.iter().map(candidate).collect();
    let Some(place) = rule::next(&candidates, chosen.shuffled, &mut chance::rng()) else {
        return Ok(None);
    };
    let row = fallback::take(&transaction, room, tracks.swap_remove(place), now).await?;
    transaction.commit().await?;
    Ok(Some(fallback_song(row, &chosen.name)))
}

fn wanted(track: &fallback_track::Model) -> Wanted {
    Wanted {
        uri: track.uri.clone(),
        // Only ever written as a list.
        artists: serde_json::from_str(&track.artist_uris).unwrap_or_default(),
        duration_ms: from_column(track.duration_ms),
        is_explicit: track.explicit,
        // What cannot be played was left out when the playlist was read.
        is_playable: true,
    }
}

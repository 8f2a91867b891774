//! Songs that people asked for and nobody heard, as they are read from the store.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    model::{Loss, MemberId, Millis, Refused, RoomId},
    server::{
        live::room::queue::{LostSong, Queue, Rules, TOLD_MS},
        rooms::queue::{self, EndedBy},
        store::entities::{entry, from_column, member, millis},
    },
};

/// Notes what these members lost and have not read, by their ballots.
pub(super) async fn note(
    queue: &mut Queue,
    db: &impl ConnectionTrait,
    room: RoomId,
    members: &[member::Model],
    rules: &Rules,
    now: Millis,
) -> Result<(), DbErr> {
    let since = now.before(TOLD_MS + queue::UNDO_MS);
    let rows = queue::lost_since(db, room, since).await?;
    let members: HashMap<_, _> = members.iter().map(|member| (member.id, member)).collect();
    for row in rows {
        let Some(member) = members.get(&row.member_id) else { continue };
        let Some(song) = lost_song(row, rules) else { continue };
        let has_read = member.told_until.is_some_and(|until| song.from <= millis(until));
        if !has_read && !is_own_doing(member, song.loss) {
            queue.ballots.entry(MemberId(member.id)).or_default().lost.push(song);
        }
    }
    Ok(())
}

/// Whether it was this member, as the host, who took the song out.
fn is_own_doing(member: &member::Model, loss: Loss) -> bool {
    let by_hand = matches!(loss, Loss::Removed | Loss::Cleared | Loss::Blocked);
    member.role == member::Role::Host && by_hand
}

fn lost_song(row: entry::Model, rules: &Rules) -> Option<LostSong> {
    // Only ever written as a list.
    let artists: Vec<String> = serde_json::from_str(&row.artist_uris).unwrap_or_default();
    let ended_at = millis(row.ended_at?);
    let (loss, from) = match row.ended_by? {
        EndedBy::Removed => (Loss::Removed, ended_at),
        EndedBy::Cleared => (Loss::Cleared, ended_at + queue::UNDO_MS),
        EndedBy::Dropped => (Loss::Dropped, ended_at),
        // By which rule is not stored: what people need to know is what is so now.
        EndedBy::Forbidden => {
            let length_ms = from_column(row.duration_ms);
            let loss = match rules.forbids(&row.uri, &artists, length_ms, row.explicit) {
                Some(Refused::Blocked) => Loss::Blocked,
                Some(Refused::Explicit) => Loss::Explicit,
                Some(Refused::TooLong { .. }) => Loss::TooLong,
                _ => Loss::Forbidden,
            };
            (loss, ended_at)
        }
        EndedBy::Played | EndedBy::Withdrawn => return None,
    };
    Some(LostSong { name: row.name, loss, from })
}

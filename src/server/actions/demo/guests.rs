//! Five guests, and what they do next.

use std::time::Duration;

use rand::{Rng, rngs::StdRng, seq::IndexedRandom as _};
use tokio_util::sync::CancellationToken;

use crate::{
    error::AppError,
    model::{EntryId, PlayId, RoomCode, RoomId, Snapshot, VisitorId, You},
    server::{
        actions::{App, playback, queue, rooms, search},
        rooms::{membership, people},
    },
};

const NAMES: [&str; 5] = ["Mara", "Teo", "Wanda", "Iko", "Jules"];
/// What they look for: words of the simulation's songs.
const WORDS: [&str; 12] = [
    "the", "night", "paper", "hours", "neon", "la", "midnight", "small", "quiet", "golden", "de",
    "rain",
];
/// How long they stay.
const STAY: Duration = Duration::from_secs(15 * 60);
/// Between two acts, in milliseconds.
const SHORTEST_PAUSE_MS: u64 = 2_000;
const LONGEST_PAUSE_MS: u64 = 6_000;
/// Nobody asks for more songs than an evening needs.
const LONGEST_QUEUE: usize = 12;

/// Simulated guests of one room.
pub(super) struct Guests {
    app: App,
    room: RoomId,
    code: RoomCode,
    rng: StdRng,
    /// Who has not come yet: by name, and as who they were here before.
    coming: Vec<(&'static str, Option<VisitorId>)>,
    here: Vec<VisitorId>,
}

/// What a guest does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Act {
    /// Looks for songs with these words, and asks for one.
    Ask(&'static str),
    /// Votes for a song that waits.
    Vote(EntryId),
    /// Votes to skip what plays.
    Skip(PlayId),
    /// Listens.
    Listen,
}

impl Guests {
    /// Guests who are about to come. Those who were in the room before come back.
    pub(super) async fn invited(
        app: App,
        room: RoomId,
        code: RoomCode,
        rng: StdRng,
    ) -> Result<Self, AppError> {
        let known = membership::without_browser(&app.database.reader, room, &NAMES).await?;
        let before = |name: &str| known.iter().find(|known| known.0 == name).map(|known| known.1);
        let coming = NAMES.iter().rev().map(|name| (*name, before(name))).collect();
        Ok(Self { app, room, code, rng, coming, here: Vec::new() })
    }

    /// Lets the next one in.
    pub(super) async fn one_more_comes(&mut self) -> Result<(), AppError> {
        let Some((name, before)) = self.coming.pop() else { return Ok(()) };
        let visitor = match before {
            Some(visitor) => visitor,
            None => people::new_visitor(&self.app.database, self.app.now()).await?,
        };
        rooms::join(&self.app, visitor, self.room, Some(&name.parse()?)).await?;
        self.here.push(visitor);
        Ok(())
    }

    /// Acts until the time is over, nobody is left, or the server stops.
    pub(super) async fn party(&mut self, shutdown: &CancellationToken) {
        let ends_at = self.app.clock.elapsed() + STAY;
        while !self.here.is_empty() && self.app.clock.elapsed() < ends_at {
            let pause_ms = self.rng.random_range(SHORTEST_PAUSE_MS..=LONGEST_PAUSE_MS);
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = self.app.clock.sleep(Duration::from_millis(pause_ms)) => {}
            }
            if self.coming.is_empty() {
                self.somebody_acts().await;
            } else if self.one_more_comes().await.is_err() {
                // Nobody more is let in: those who are here go on.
                self.coming.clear();
            }
        }
        for visitor in std::mem::take(&mut self.here) {
            // Whoever is out already need not leave.
            let _ = rooms::leave(&self.app, Some(visitor), self.code.as_str()).await;
        }
    }

    async fn somebody_acts(&mut self) {
        let Some(visitor) = self.here.choose(&mut self.rng).copied() else { return };
        let refused = self.acts(visitor).await.err();
        // Spotify or the rules may say no to anybody, but for who is out.
        if let Some(
            AppError::RoomClosed | AppError::RoomNotFound | AppError::NotMember | AppError::Removed,
        ) = refused
        {
            self.here.retain(|here| *here != visitor);
        }
    }

    async fn acts(&mut self, visitor: VisitorId) -> Result<(), AppError> {
        let (app, who, code) = (&self.app, Some(visitor), self.code.as_str());
        let state = app.hub.state(self.room).await?;
        if state.closed {
            return Err(AppError::RoomClosed);
        }
        let you = state.you(visitor, app.now()).ok_or(AppError::NotMember)?;
        match next_act(&mut self.rng, &state.snapshot, &you) {
            Act::Ask(words) => {
                let found = search::search(app, who, code, words, "").await?;
                let songs: Vec<_> =
                    found.tracks.iter().filter(|found| found.refused.is_none()).collect();
                if let Some(song) = songs.choose(&mut self.rng) {
                    queue::add(app, who, code, &song.track.uri).await?;
                }
            }
            Act::Vote(entry) => {
                queue::vote(app, who, code, &entry.to_string(), "true").await?;
            }
            Act::Skip(play) => {
                playback::vote_skip(app, who, code, &play.to_string(), "true").await?;
            }
            Act::Listen => {}
        }
        Ok(())
    }
}

/// What a guest does who sees this. A short queue is filled, a long one is voted on; now and then
/// somebody has had enough of a song.
fn next_act(rng: &mut impl Rng, now: &Snapshot, you: &You) -> Act {
    let votable =
        |entry: &EntryId| !you.voted_entries.contains(entry) && !you.own_entries.contains(entry);
    let votable: Vec<_> = now.queue.iter().map(|song| song.entry).filter(votable).collect();
    let skippable = now.current_play().filter(|play| you.voted_play != Some(*play));
    let asks_in_ten = match now.queue.len() {
        0..4 => 7,
        4..LONGEST_QUEUE => 3,
        _ => 0,
    };
    if rng.random_range(0..16) == 0
        && let Some(play) = skippable
    {
        return Act::Skip(play);
    }
    if rng.random_range(0..10) < asks_in_ten {
        return WORDS.choose(rng).map_or(Act::Listen, |words| Act::Ask(words));
    }
    votable.choose(rng).map_or(Act::Listen, |entry| Act::Vote(*entry))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;
    use crate::model::{
        Kind, Millis, Playback, QueueEntry, Role, Skip, SongRules, Status, StatusKind, Track, Why,
    };

    /// A room with so many songs waiting.
    fn room(songs: i64) -> Snapshot {
        let track = Track {
            uri: "spotify:track:any".to_owned(),
            name: "Any".to_owned(),
            artists: Vec::new(),
            album: None,
            image_url: None,
            duration_ms: 200_000,
            explicit: false,
            url: None,
        };
        let entry = |id| QueueEntry {
            entry: EntryId(id),
            track: track.clone(),
            by: "Anna".to_owned(),
            votes: 1,
            why: Why::Age,
        };
        let playback = Playback {
            play: Some(PlayId(7)),
            kind: Kind::Track,
            track: Some(track.clone()),
            is_playing: true,
            progress_ms: 0,
            as_of: Millis(0),
            pending: None,
        };
        Snapshot {
            version: 1,
            code: "ABC234".to_owned(),
            votes_to_skip: 2,
            skip_share: None,
            guest_can_pause: false,
            members: 6,
            playback: Some(playback),
            skip: Skip { votes: 0, needed: 2, people: None },
            status: Status { kind: StatusKind::Ok, text: String::new(), retry_at: None },
            rules: SongRules::default(),
            queue: (1..=songs).map(entry).collect(),
            fallback: None,
        }
    }

    fn you(voted: &[i64], own: &[i64], voted_play: Option<PlayId>) -> You {
        let ids = |ids: &[i64]| ids.iter().copied().map(EntryId).collect();
        You {
            now: Millis(0),
            role: Role::Guest,
            voted_play,
            name: None,
            voted_entries: ids(voted),
            own_entries: ids(own),
            lost: Vec::new(),
        }
    }

    /// What is done a thousand times: questions, votes, skips, and nothing.
    fn done(now: &Snapshot, you: &You) -> ([usize; 4], Vec<EntryId>) {
        let mut rng = StdRng::seed_from_u64(7);
        let (mut counts, mut voted) = ([0; 4], Vec::new());
        for _ in 0..1_000 {
            let kind = match next_act(&mut rng, now, you) {
                Act::Ask(_) => 0,
                Act::Vote(entry) => {
                    voted.push(entry);
                    1
                }
                Act::Skip(_) => 2,
                Act::Listen => 3,
            };
            counts[kind] += 1;
        }
        voted.sort_unstable();
        voted.dedup();
        (counts, voted)
    }

    #[test]
    fn demo_guests_fill_a_short_queue_and_vote_on_a_long_one() {
        let nobody = you(&[], &[], None);
        let ([asks, votes, skips, listens], _) = done(&room(0), &nobody);
        assert!(asks > 600 && votes == 0 && listens > 200, "{asks} {votes} {listens}");
        assert!((30..100).contains(&skips), "{skips}: now and then");
        let ([asks, votes, ..], voted) = done(&room(6), &nobody);
        assert!(asks > 200 && votes > 550 && voted.len() == 6, "{asks} {votes}");
        let ([asks, votes, ..], _) = done(&room(12), &nobody);
        assert!(asks == 0 && votes > 800, "{asks} {votes}");
    }

    #[test]
    fn demo_guests_vote_once_for_what_others_asked_for() {
        let ([_, votes, skips, listens], voted) =
            done(&room(12), &you(&[1, 2, 3, 4], &[5, 6, 7, 8, 9, 10], Some(PlayId(7))));
        assert_eq!((voted, skips, listens), (vec![EntryId(11), EntryId(12)], 0, 0));
        assert_eq!(votes, 1_000);
    }
}

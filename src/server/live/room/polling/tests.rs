use super::*;
use crate::{
    model::ConnectionId,
    server::live::room::{
        Connection, Event, Facts, SignIn, Token,
        samples::{self, player},
    },
};

const T0: Millis = Millis(1_800_000_000_000);

/// A room, and the plays that its store has given keys to.
struct Recorded {
    room: Room,
    last: i64,
}

impl Recorded {
    fn new() -> Self {
        let connection = ConnectionId(1);
        let sign_in = SignIn { connection, authorized_at: T0 };
        let token = Token { connection, version: 1, expires_at: T0 + 3_600_000 };
        let facts = Facts { connection: Connection::Usable(sign_in, token), ..Facts::default() };
        Self { room: Room::new(facts, Millis(0), T0), last: 0 }
    }

    /// The room polls and hears that this plays, and the store takes what it makes of that: the play
    /// that goes on then.
    fn hears(&mut self, uri: &str, progress_ms: u64, after_ms: u64) -> i64 {
        let now = T0 + after_ms;
        self.room.timers.next_poll = now;
        self.room.handle(Event::Timer, now);
        let effects: Vec<_> = std::iter::from_fn(|| self.room.poll_effect()).collect();
        let poll =
            |effect: &Effect| if let Effect::Poll(job, _) = effect { Some(*job) } else { None };
        let job = effects.iter().find_map(poll).expect("a poll");
        self.room.handle(Event::Polled(job, Ok(Some(player(uri, progress_ms, true)))), now);
        for effect in std::iter::from_fn(|| self.room.poll_effect()).collect::<Vec<_>>() {
            if let Effect::SavePlay { job, change, .. } = effect {
                let saved = self.saved(change);
                self.room.handle(Event::Saved(job, Ok(Some(saved))), now);
            }
        }
        self.last
    }

    fn saved(&mut self, change: PlayChange) -> CurrentPlay {
        let (PlayChange::Begin { uri, observed }
        | PlayChange::Replace { uri, observed, .. }
        | PlayChange::Update { uri, observed, .. }) = change.clone();
        self.last += i64::from(change.begins());
        samples::play(self.last, &uri, observed)
    }
}

#[test]
fn old_answers_begin_no_play_however_many_songs_they_are_behind() {
    let mut room = Recorded::new();
    assert_eq!(room.hears("a", 60_000, 0), 1);
    assert_eq!(room.hears("b", 500, 9_000), 2);
    assert_eq!(room.hears("c", 500, 10_000), 3);

    assert_eq!(room.hears("a", 70_500, 11_000), 3, "two songs ago");
    assert_eq!(room.hears("b", 3_500, 12_000), 3, "one song ago");
    assert_eq!(room.hears("c", 3_500, 13_000), 3, "what plays");
    assert_eq!(room.hears("a", 500, 22_000), 4, "it plays again");
}

#[test]
fn old_answer_after_a_start_does_not_end_a_song_that_had_just_begun_to_repeat() {
    let mut room = Recorded::new();
    let observed =
        Observation { at: T0.before(400), progress_ms: 800, playing: true, duration_ms: 180_000 };
    let play = samples::play(7, "a", observed);
    room.room.facts.play = Some(play);
    room.last = 7;

    assert_eq!(room.hears("a", 180_000, 0), 7, "as it was before it began again");
    assert_eq!(room.hears("a", 2_200, 1_000), 7);
    assert_eq!(room.room.facts.play.as_ref().map(|play| play.observed), Some(observed));
}

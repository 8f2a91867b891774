use super::*;
use crate::{
    model::ConnectionId,
    server::live::room::{Connection, Event, Facts, SignIn, Token},
};

const T0: Millis = Millis(1_800_000_000_000);

/// A watched room whose account plays nothing, as its first poll has just told.
fn silent_room() -> Room {
    let connection = ConnectionId(1);
    let sign_in = SignIn { connection, authorized_at: T0 };
    let token = Token { connection, version: 1, expires_at: T0 + 3_600_000 };
    let connection = Connection::Usable(sign_in, token);
    let mut room = Room::new(Facts { connection, ..Facts::default() }, Millis(0), T0);
    room.handle(Event::Watchers(1), T0);
    let job = polls(&mut room)[0];
    room.handle(Event::Polled(job, Ok(None)), T0);
    polls(&mut room);
    room
}

/// The polls that the room wants.
fn polls(room: &mut Room) -> Vec<JobId> {
    let effects = std::iter::from_fn(|| room.poll_effect());
    let poll = |effect| if let Effect::Poll(job, _) = effect { Some(job) } else { None };
    effects.filter_map(poll).collect()
}

#[test]
fn skip_that_is_refused_at_once_costs_no_poll() {
    let mut room = silent_room();
    room.handle(Event::Timer, T0 + pace::IDLE_MS);
    assert_eq!(polls(&mut room).len(), 1, "one is in flight");

    for id in 1..=5 {
        room.handle(Event::Command(CommandId(id), Command::Skip, None), T0 + pace::IDLE_MS);
    }

    let effects: Vec<_> = std::iter::from_fn(|| room.poll_effect()).collect();
    let refused = |id| Effect::Reply(CommandId(id), Err(AppError::NothingPlaying));
    assert_eq!(effects, (1..=5).map(refused).collect::<Vec<_>>());
}

use super::{super::JobId, *};
use crate::{
    model::{ConnectionId, Kind, Player},
    server::live::room::{
        Connection, Event, Facts, Observation, SignIn, StoreFailed, Token, samples,
    },
};

const T0: Millis = Millis(1_800_000_000_000);

/// A watched room, whose first poll has just told what its account plays.
fn room(player: Option<Player>) -> Room {
    room_of(facts(), player)
}

/// A room with an account.
fn facts() -> Facts {
    let connection = ConnectionId(1);
    let sign_in = SignIn { connection, authorized_at: T0 };
    let token = Token { connection, version: 1, expires_at: T0 + 3_600_000 };
    Facts { connection: Connection::Usable(sign_in, token), ..Facts::default() }
}

fn room_of(facts: Facts, player: Option<Player>) -> Room {
    let mut room = Room::new(facts, Millis(0), T0);
    room.handle(Event::Watchers(1), T0);
    let Some(Effect::Poll(job, _)) = room.poll_effect() else { panic!("no first poll") };
    room.handle(Event::Polled(job, Ok(player)), T0);
    effects(&mut room);
    room
}

/// An advertisement: there is no play to record.
fn advertisement(is_playing: bool) -> Option<Player> {
    Some(Player { is_playing, progress_ms: 0, repeats: false, kind: Kind::Ad, item: None })
}

/// What the room wants done, but for what it shows.
fn effects(room: &mut Room) -> Vec<Effect> {
    let effects = std::iter::from_fn(|| room.poll_effect());
    effects.filter(|effect| !matches!(effect, Effect::Publish(_))).collect()
}

fn sent(effects: &[Effect]) -> Vec<(JobId, Command)> {
    let sent = |effect: &Effect| match effect {
        Effect::Send(job, _, command) => Some((*job, *command)),
        _ => None,
    };
    effects.iter().filter_map(sent).collect()
}

fn replies(effects: &[Effect]) -> Vec<(u64, Result<Outcome, AppError>)> {
    let reply = |effect: &Effect| match effect {
        Effect::Reply(id, outcome) => Some((id.0, *outcome)),
        _ => None,
    };
    effects.iter().filter_map(reply).collect()
}

/// The host presses these, one after the other, at `now`.
fn press(room: &mut Room, commands: &[Command], now: Millis) -> Vec<Effect> {
    press_as(Role::Host, room, commands, now)
}

fn press_as(role: Role, room: &mut Room, commands: &[Command], now: Millis) -> Vec<Effect> {
    for (id, command) in (1..).zip(commands) {
        room.handle(Event::Command(CommandId(id), role, *command, None), now);
    }
    effects(room)
}

#[test]
fn skip_that_is_refused_at_once_costs_no_poll() {
    let mut room = room(None);
    let now = T0 + pace::IDLE_MS;
    room.handle(Event::Timer, now);
    assert!(matches!(effects(&mut room)[..], [Effect::Poll(..)]), "one is in flight");

    let wanted = press(&mut room, &[Command::Skip; 5], now);

    let refused = |id| Effect::Reply(CommandId(id), Err(AppError::NothingPlaying));
    assert_eq!(wanted, (1..=5).map(refused).collect::<Vec<_>>());
}

#[test]
fn command_that_many_want_is_sent_once_and_answered_to_all() {
    let mut room = room(advertisement(true));

    let wanted = press(&mut room, &[Command::Pause; 50], T0 + 100);
    let [(job, Command::Pause)] = sent(&wanted)[..] else { panic!("{wanted:?}") };
    room.handle(Event::Sent(job, Ok(())), T0 + 200);
    let answered = effects(&mut room);
    let later = press(&mut room, &[Command::Pause; 3], T0 + 300);

    let paused = |id| (id, Ok(Outcome::Paused));
    assert_eq!(replies(&wanted), []);
    assert_eq!(replies(&answered), (1..=50).map(paused).collect::<Vec<_>>());
    assert_eq!((replies(&later), sent(&later)), ((1..=3).map(paused).collect(), vec![]));
}

#[test]
fn command_that_spotify_does_already_is_not_sent() {
    for (is_playing, command) in [(true, Command::Play), (false, Command::Pause)] {
        let mut room = room(advertisement(is_playing));

        let wanted = press(&mut room, &[command], T0 + 1_000);

        assert_eq!(wanted, [Effect::Reply(CommandId(1), Ok(Outcome::Already))]);
    }
}

#[test]
fn commands_are_sent_once_a_second_after_a_few() {
    let mut room = room(advertisement(true));
    let pressed = [Command::Pause, Command::Play].repeat(3);
    let mut now = T0 + 100;
    let mut wanted = press(&mut room, &pressed, now);

    let mut sent_at_ms = vec![];
    while sent_at_ms.len() < pressed.len() {
        match wanted.iter().find(|effect| matches!(effect, Effect::Send(..) | Effect::Poll(..))) {
            Some(Effect::Send(job, ..)) => {
                sent_at_ms.push(now.since(T0));
                room.handle(Event::Sent(*job, Ok(())), now);
            }
            Some(Effect::Poll(job, _)) => {
                room.handle(Event::Polled(*job, Ok(advertisement(true))), now);
            }
            _ => {
                now = room.next_timeout().expect("a timer");
                room.handle(Event::Timer, now);
            }
        }
        wanted = effects(&mut room);
    }

    assert_eq!(sent_at_ms, [100, 100, 100, 1_100, 2_100, 3_100]);
}

#[test]
fn commands_that_are_too_many_to_wait_are_refused() {
    let mut room = room(advertisement(true));
    let pressed = [Command::Pause, Command::Play].repeat(6);

    let wanted = press(&mut room, &pressed, T0 + 100);

    // One is in flight, and eight wait; the eleventh wants what the last of them does.
    let refused = |id| (id, Err(AppError::TooManyAtOnce));
    assert_eq!(replies(&wanted), [refused(10), refused(12)]);
}

#[test]
fn command_that_waits_for_a_poll_has_one_made_a_second_where_none_can_be_saved() {
    let observed =
        Observation { at: T0, progress_ms: 60_000, playing: false, duration_ms: 180_000 };
    let facts = Facts { play: Some(samples::play(1, "a", observed)), ..facts() };
    let mut room = room_of(facts.clone(), None);
    let mut now = T0 + 5_000;
    let mut wanted = VecDeque::from(press(&mut room, &[Command::Play], now));

    let mut polls = 0;
    while now < T0 + 10_000 {
        match wanted.pop_front() {
            Some(Effect::Poll(job, _)) => {
                polls += 1;
                now += 50;
                let moved = samples::player("a", 90_000, false);
                room.handle(Event::Polled(job, Ok(Some(moved))), now);
            }
            Some(Effect::SavePlay { job, .. }) => {
                room.handle(Event::Saved(job, Err(StoreFailed)), now);
            }
            Some(Effect::Reload) => room.handle(Event::Reloaded(Ok(facts.clone().into())), now),
            Some(_) => {}
            None => {
                now = room.next_timeout().expect("a timer").max(now + 1);
                room.handle(Event::Timer, now);
            }
        }
        wanted.extend(effects(&mut room));
    }

    assert!((1..=6).contains(&polls), "{polls} polls in five seconds");
}

#[test]
fn command_behind_one_that_hangs_is_given_up() {
    let mut room = room(advertisement(true));
    press(&mut room, &[Command::Pause, Command::Play], T0);

    room.handle(Event::Timer, T0 + (PATIENCE_MS - 1));
    assert_eq!(replies(&effects(&mut room)), []);
    assert_eq!(room.next_timeout(), Some(T0 + PATIENCE_MS));
    room.handle(Event::Timer, T0 + PATIENCE_MS);

    assert_eq!(replies(&effects(&mut room)), [(2, Err(AppError::SpotifyUnreachable))]);
}

#[test]
fn commands_of_guests_are_few_and_leave_the_host_theirs() {
    let mut room = room(advertisement(true));
    let pressed = [Command::Pause, Command::Play].repeat(5);

    let guests = press_as(Role::Guest, &mut room, &pressed, T0);
    let host = press(&mut room, &[Command::Pause, Command::Play], T0);

    // The last of the three that count is to pause, and whoever wants that too is told with it.
    let refused = |id| (id, Err(AppError::TooManyAtOnce));
    assert_eq!(replies(&guests), [4, 6, 8, 10].map(refused));
    assert_eq!(replies(&host), [], "they wait for their turn");
}

#[test]
fn commands_of_guests_are_at_most_three_in_any_minute() {
    let may = |room: &mut Room, most, ms| {
        (0..most).filter(|_| room.accept_guests_command(T0 + ms)).count()
    };
    let mut room = room(advertisement(true));

    let counts = [(1, 0), (9, 30_000), (9, 59_999), (9, 60_000), (9, 89_999), (9, 90_000)]
        .map(|(most, ms)| may(&mut room, most, ms));

    assert_eq!(counts, [1, 2, 0, 1, 0, 2]);
}

#[test]
fn commands_of_guests_are_not_held_up_by_a_clock_that_is_set_back() {
    let mut room = room(advertisement(true));
    while room.accept_guests_command(T0) {}

    room.handle(Event::Timer, T0.before(3_600_000));

    let now = T0.before(3_600_000 - 60_000);
    assert!(!room.accept_guests_command(now.before(1)) && room.accept_guests_command(now));
}

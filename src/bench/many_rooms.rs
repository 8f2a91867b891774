//! 500 rooms of 10 guests.

use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    audience::Audience,
    busy::Busy,
    calls,
    listeners::Listeners,
    options::Plan,
    party::{Room, Visitor},
    processes::Processes,
    report::{Report, per_second},
    say,
    votes::{self, Voter},
};

/// Guests of each room.
pub const GUESTS: usize = 10;
/// The largest number of votes that a room can ask for: no vote skips.
const VOTES_TO_SKIP: usize = 100;
/// Rooms that are opened at the same time.
const OPENING: usize = 16;
/// So often do all guests of a room vote, and withdraw their votes.
const ROUNDS: usize = 5;

/// Adds everything about `count` rooms at the same time to the report.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(
    processes: &Processes,
    plan: &Plan,
    count: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    say(&format!("{count} rooms, whose guests join"))?;
    let opening = stream::iter(0..count).map(async |_| {
        let room = Room::open(processes, VOTES_TO_SKIP).await?;
        let guests = room.guests(GUESTS).await?;
        anyhow::Ok((room, guests))
    });
    let rooms: Vec<_> = opening.buffer_unordered(OPENING).try_collect().await?;
    let (mut audience, mut listeners) = (Audience::new(), Listeners::default());
    let everybody =
        rooms[1..].iter().flat_map(|(room, guests)| guests.iter().map(move |guest| (guest, room)));
    listeners.admit(everybody).await?;
    let (room, guests) = &rooms[0];
    audience.admit(guests, room).await?;
    audience.everybody(|snapshot| snapshot.playback.is_some()).await?;

    add_rest(processes, plan, count, report).await?;
    add_votes(processes, room, (guests, &mut audience), count, report).await?;
    listeners.all_listen()
}

/// Watches the server while nothing happens in any room.
async fn add_rest(
    processes: &Processes,
    plan: &Plan,
    count: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    say(&format!("{count} rooms at rest"))?;
    tokio::time::sleep(plan.settling).await;
    calls::forget(processes).await?;
    let mut busy = Busy::new(processes);
    let mark = busy.mark()?;
    tokio::time::sleep(plan.rest).await;
    busy.add_since(&mark)?;
    let calls = calls::times(processes).await?.len();
    let share = busy.server_share() * 100.0;
    report.add(
        format!("{count} rooms of {GUESTS} guests at rest: server CPU"),
        format!("{share:.1} % of one core"),
        "at most 20 % of one core",
        share <= 20.0,
    );
    let calls = per_second(calls, plan.rest) * 60.0 / count as f64;
    report.add(
        format!("{count} rooms of {GUESTS} guests at rest: Spotify calls per room and minute"),
        format!("{calls:.1}"),
        "at most 8",
        calls <= 8.0,
    );
    Ok(())
}

async fn add_votes(
    processes: &Processes,
    room: &Room,
    (guests, audience): (&[Visitor], &mut Audience),
    count: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    say("votes in one of the rooms")?;
    let mut voters = Vec::new();
    for guest in guests {
        voters.push(Voter::new(guest, room).await?);
    }
    let latencies = votes::one_after_another(processes, audience, &mut voters, ROUNDS).await?;
    let figure = format!(
        "A vote in one of {count} rooms is sent → its {GUESTS} guests have the snapshot, p99"
    );
    report.add_votes(figure, &latencies, 25.0);
    Ok(())
}

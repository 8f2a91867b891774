//! A room with 5,000 guests.

use std::time::Duration;

use crate::{
    audience::Audience,
    busy::Busy,
    options::Plan,
    party::{Room, Visitor},
    processes::Processes,
    report::{Report, kilobytes, percentile_ms},
    say,
    votes::{self, Voter},
};

/// The largest number of votes that a room can ask for: no vote skips.
const VOTES_TO_SKIP: usize = 100;
/// How many open their streams at once in a room that is cold.
const FIRST: usize = 200;
/// How long everything that follows an opening may take before memory is read.
const SETTLING: Duration = Duration::from_secs(2);

/// Adds everything about a room with `count` guests to the report. They join through the server's
/// own door, a number of them at a time, while nobody listens: that takes seconds, and leaves the
/// database as any server would have it.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(
    processes: &mut Processes,
    plan: &Plan,
    count: usize,
    report: &mut Report,
) -> anyhow::Result<()> {
    say(&format!("a room with {count} guests, who join"))?;
    let room = Room::open(processes, VOTES_TO_SKIP).await?;
    let guests = room.guests(count).await?;
    add_first_snapshots(processes, &room, plan, &guests, report).await?;

    say("everybody reconnecting")?;
    processes.restart_server().await?;
    let empty = processes.resident_memory()?;
    let mut audience = Audience::new();
    add_reconnecting(processes, &room, (&guests, &mut audience), report).await?;
    audience.everybody(|snapshot| snapshot.playback.is_some()).await?;
    tokio::time::sleep(SETTLING).await;
    let bytes = processes.resident_memory()?.saturating_sub(empty);
    let each = kilobytes(usize::try_from(bytes)? / count);
    report.add(
        format!("Resident memory of the server for each of {count} live guests in one room"),
        format!("{each:.1} kB"),
        "at most 30 kB",
        each <= 30.0,
    );
    add_votes(processes, &room, plan, (&guests, &mut audience), report).await?;

    say("SIGTERM")?;
    let took = processes.stop_server().await?.as_secs_f64();
    report.add(
        format!("SIGTERM with {count} open streams → the process has ended"),
        format!("{took:.2} s"),
        "at most 2 s",
        took <= 2.0,
    );
    Ok(())
}

/// Lets 200 of the guests open their streams at once, right after each of several starts.
async fn add_first_snapshots(
    processes: &mut Processes,
    room: &Room,
    plan: &Plan,
    guests: &[Visitor],
    report: &mut Report,
) -> anyhow::Result<()> {
    let first = FIRST.min(guests.len());
    say(&format!("first snapshots of {first} guests"))?;
    let mut waits = Vec::new();
    for _ in 0..plan.openings {
        processes.restart_server().await?;
        waits.extend(Audience::new().admit(&guests[..first], room).await?);
    }
    let most = percentile_ms(&waits, 99);
    report.add(
        format!(
            "First snapshot, p99 of {first} streams opening at once after a start, in a room with \
             {} members",
            guests.len()
        ),
        format!("{most:.0} ms (median {:.0} ms)", percentile_ms(&waits, 50)),
        "at most 200 ms",
        most <= 200.0,
    );
    Ok(())
}

async fn add_reconnecting(
    processes: &Processes,
    room: &Room,
    (guests, audience): (&[Visitor], &mut Audience),
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut busy = Busy::new(processes);
    let mark = busy.mark()?;
    let waits = audience.admit(guests, room).await?;
    busy.add_since(&mark)?;
    let last = percentile_ms(&waits, 100) / 1000.0;
    let half = percentile_ms(&waits, 50) / 1000.0;
    report.add(
        format!("{} guests of one room reconnect at once → all have a snapshot", guests.len()),
        format!("{last:.2} s (median {half:.2} s{})", busy.remark()),
        "at most 2 s",
        last <= 2.0,
    );
    Ok(())
}

async fn add_votes(
    processes: &Processes,
    room: &Room,
    plan: &Plan,
    (guests, audience): (&[Visitor], &mut Audience),
    report: &mut Report,
) -> anyhow::Result<()> {
    say("votes in front of everybody")?;
    let mut voters = Vec::new();
    for guest in guests.iter().take(plan.large_voters) {
        voters.push(Voter::new(guest, room).await?);
    }
    let latencies = votes::one_after_another(processes, audience, &mut voters, 1).await?;
    let count = guests.len();
    let figure = format!("A vote is sent → all {count} guests of one room have the snapshot, p99");
    report.add_votes(figure, &latencies, 120.0);
    Ok(())
}

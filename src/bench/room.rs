//! A room as on a good evening: up to 200 guests.

use std::time::{Duration, Instant};

use crate::{
    audience::Audience,
    busy::Busy,
    calls,
    listeners::Listeners,
    options::Plan,
    pages,
    party::{Room, Visitor},
    processes::Processes,
    report::{Report, kilobytes, per_second},
    say,
    votes::{self, Voter},
};

const CROWDS: [usize; 3] = [1, 20, 200];
/// The largest number of votes that a room can ask for.
const VOTES_TO_SKIP: usize = 100;
const CONNECTIONS: usize = 16;
const VOTE: &str = "A vote is sent → all 200 guests have the snapshot, p99";

/// Adds everything about one room to the report.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(
    processes: &Processes,
    plan: &Plan,
    report: &mut Report,
) -> anyhow::Result<()> {
    let room = Room::open(processes, VOTES_TO_SKIP).await?;
    let (mut guests, mut audience) = (Vec::new(), Audience::new());
    add_calls(processes, &room, plan, (&mut guests, &mut audience), report).await?;
    let mut memory = processes.resident_memory()?;

    let mut voters = Vec::new();
    for guest in &guests {
        voters.push(Voter::new(guest, &room).await?);
    }
    say("votes one after another")?;
    let few = &mut voters[..VOTES_TO_SKIP - 1];
    let latencies =
        votes::one_after_another(processes, &mut audience, few, plan.vote_rounds).await?;
    report.add_votes(format!("{VOTE}; one after another"), &latencies, 25.0);
    say("votes all at once")?;
    let latencies = votes::at_once(processes, &mut audience, &mut voters, plan.bursts).await?;
    report.add_votes(format!("{VOTE}; all 200 voting at once"), &latencies, 100.0);
    memory = memory.max(processes.resident_memory()?);

    add_pages(processes, &room, plan, (&guests, &audience), report).await?;
    let memory = kilobytes(usize::try_from(memory)?) / 1000.0;
    report.add(
        "Resident memory of the server with 200 live guests",
        format!("{memory:.1} MB"),
        "at most 60 MB",
        memory <= 60.0,
    );
    add_weight(report, &guests[0], &room, processes).await?;
    drop((voters, audience));
    add_joining(processes, &room, plan, &guests, report).await
}

async fn add_calls(
    processes: &Processes,
    room: &Room,
    plan: &Plan,
    (guests, audience): (&mut Vec<Visitor>, &mut Audience),
    report: &mut Report,
) -> anyhow::Result<()> {
    let windows = Duration::from_secs(60).div_duration_f64(plan.calls);
    let mut calls = Vec::new();
    for crowd in CROWDS {
        say(&format!("Spotify calls with {crowd} guests"))?;
        let further = room.guests(crowd - guests.len()).await?;
        audience.admit(&further, room).await?;
        guests.extend(further);
        audience.everybody(|snapshot| snapshot.playback.is_some()).await?;
        calls.push(calls::count(processes, plan.calls).await? as f64 * windows);
    }
    report.add(
        "Spotify calls per minute, mid-track, with 1, 20 and 200 live guests",
        calls.iter().map(f64::to_string).collect::<Vec<_>>().join(", "),
        "at most 8, the same for all three",
        calls.iter().all(|count| *count <= 8.0 && *count == calls[0]),
    );
    Ok(())
}

async fn add_pages(
    processes: &Processes,
    room: &Room,
    plan: &Plan,
    (guests, audience): (&[Visitor], &Audience),
    report: &mut Report,
) -> anyhow::Result<()> {
    say("pages")?;
    let members = &guests[..CONNECTIONS];
    let snapshot = audience.snapshot()?;
    let (rounds, lap) = (plan.page_rounds, plan.lap);
    let throughput = pages::throughput(processes, members, room, snapshot, rounds, lap).await?;
    report.add(
        format!(
            "Room page for a member, {CONNECTIONS} connections: pages per second and core of the \
             server's CPU time, and pages per second as a share of `/healthz`"
        ),
        format!(
            "{:.0}; {:.1} % ({:.0}/s of {:.0}/s)",
            throughput.page_per_core,
            throughput.share * 100.0,
            throughput.page,
            throughput.health,
        ),
        "a share of at least 15 %",
        throughput.share >= 0.15,
    );
    say("searches that are answered from memory")?;
    let searches = pages::searches(processes, members, room, lap).await?;
    report.add(
        format!("Search whose answer is kept, {CONNECTIONS} connections: answers per second"),
        format!("{searches:.0}/s"),
        format!("at least as many as room pages: {:.0}/s", throughput.page),
        searches >= throughput.page,
    );
    Ok(())
}

async fn add_weight(
    report: &mut Report,
    member: &Visitor,
    room: &Room,
    processes: &Processes,
) -> anyhow::Result<()> {
    let weight = pages::weigh(member, room, &processes.site).await?;
    let scripts = kilobytes(weight.scripts);
    report.add(
        "WASM and JavaScript, precompressed as brotli",
        format!("{scripts:.1} kB"),
        "at most 320 kB",
        scripts <= 320.0,
    );
    let usable = kilobytes(weight.html + weight.css);
    report.add(
        "Room page before any script: HTML as the server compresses it, and precompressed CSS",
        format!("{usable:.1} kB ({:.1} + {:.1})", kilobytes(weight.html), kilobytes(weight.css)),
        "at most 14 kB",
        usable <= 14.0,
    );
    Ok(())
}

/// Lets one guest after another join while all `guests` listen.
async fn add_joining(
    processes: &Processes,
    room: &Room,
    plan: &Plan,
    guests: &[Visitor],
    report: &mut Report,
) -> anyhow::Result<()> {
    say("guests who join one after another")?;
    let mut listeners = Listeners::default();
    listeners.admit(guests.iter().map(|guest| (guest, room))).await?;
    let mut door = room.door(usize::MAX).await?;
    let mut busy = Busy::new(processes);
    let (mark, since) = (busy.mark()?, Instant::now());
    let mut count = 0;
    while since.elapsed() < plan.joining {
        door.admit().await?;
        count += 1;
    }
    let joins = per_second(count, since.elapsed());
    busy.add_since(&mark)?;
    listeners.all_listen()?;
    report.add(
        format!("Guests who join one after another while {} listen", guests.len()),
        format!("{joins:.0}/s{}", busy.remark()),
        "at least 500/s",
        joins >= 500.0,
    );
    Ok(())
}

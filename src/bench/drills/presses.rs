//! A guest who presses pause and play in turn.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use futures::{StreamExt as _, stream::FuturesUnordered};

use super::scene::{self, Party, Scene, Seen};
use crate::{
    calls::{self, Call},
    http::Connection,
    options::Plan,
    party::Visitor,
    processes::Processes,
    report::Report,
    say,
};

const BETWEEN_PRESSES: Duration = Duration::from_millis(20);
const MINUTE: Duration = Duration::from_secs(60);
const BUTTONS: [&str; 2] = ["pause", "play"];
const OF_THE_HOST: usize = 4;
/// A little more than the pace at which the room sends commands.
const BETWEEN_THE_HOSTS: Duration = Duration::from_millis(1_100);

/// What was answered to the guest.
#[derive(Default)]
struct Answers {
    all: Cell<usize>,
    refused: Cell<usize>,
}

/// What Spotify heard of the room.
struct Minute {
    calls: usize,
    commands: usize,
}

/// What came of the attack.
struct Outcome {
    during: Seen,
    first: Minute,
    later: Minute,
    host_waited: Duration,
}

/// Adds to the report what 50 presses a second do to people, and to Spotify.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(
    processes: &Processes,
    plan: &Plan,
    report: &mut Report,
) -> anyhow::Result<()> {
    say("rooms beside a guest who pauses and plays")?;
    let mut scene = Scene::open(processes, plan).await?;
    scene.attacked.room.let_guests_pause(scene::VOTES_TO_SKIP).await?;
    let before = scene.watch().await?;
    let guest = scene.attacked.room.guests(1).await?.pop().context("a guest")?;
    let code = scene.attacked.room.code.clone();
    let answers = Answers::default();
    calls::forget(processes).await?;
    let outcome = tokio::select! {
        outcome = watch(processes, &mut scene) => outcome?,
        ended = press(&guest, &code, &answers) => return ended.context("presses never end"),
    };
    add(report, &before, &outcome, &answers);
    Ok(())
}

async fn watch(processes: &Processes, scene: &mut Scene<'_>) -> anyhow::Result<Outcome> {
    let since = Instant::now();
    let during = scene.watch().await?;
    tokio::time::sleep_until((since + MINUTE).into()).await;
    let first = heard(processes, &scene.attacked).await?;
    calls::forget(processes).await?;
    tokio::time::sleep(MINUTE).await;
    let later = heard(processes, &scene.attacked).await?;
    let mut host_waited = Duration::ZERO;
    for press in 0..OF_THE_HOST {
        let sent = Instant::now();
        let status =
            press_once(&scene.attacked.room.host, &scene.attacked.room.code, press).await?;
        ensure!(status < 400, "the host was answered {status}");
        host_waited = host_waited.max(sent.elapsed());
        tokio::time::sleep(BETWEEN_THE_HOSTS).await;
    }
    Ok(Outcome { during, first, later, host_waited })
}

async fn heard(processes: &Processes, party: &Party) -> anyhow::Result<Minute> {
    let log = calls::log(processes).await?;
    let of_room = |call: &&Call| call.account.as_ref() == Some(&party.room.account);
    let of_room: Vec<_> = log.iter().filter(of_room).collect();
    let commands = of_room.iter().filter(|call| call.method == "PUT").count();
    Ok(Minute { calls: of_room.len(), commands })
}

/// Presses at an even pace, whether or not what was pressed before is answered already.
async fn press(guest: &Visitor, code: &str, answers: &Answers) -> anyhow::Result<()> {
    let mut open = FuturesUnordered::new();
    let mut ticks = tokio::time::interval(BETWEEN_PRESSES);
    let mut turn = 0;
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                open.push(press_once(guest, code, turn));
                turn += 1;
            }
            Some(status) = open.next() => {
                answers.all.set(answers.all.get() + 1);
                answers.refused.set(answers.refused.get() + usize::from(status? == 429));
            }
        }
    }
}

/// Presses pause or play as a page with scripts does; the status of the answer.
async fn press_once(who: &Visitor, code: &str, turn: usize) -> anyhow::Result<u16> {
    let endpoint = format!("/api/playback/{}", BUTTONS[turn % BUTTONS.len()]);
    let mut connection = Connection::open(who.server()).await?;
    connection.send(&who.post(&endpoint, &format!("code={code}"))).await?;
    Ok(connection.any_answer().await?.head.status)
}

fn add(report: &mut Report, before: &Seen, outcome: &Outcome, answers: &Answers) {
    let Outcome { during, first, later, host_waited } = outcome;
    let (all, refused) = (answers.all.get(), answers.refused.get());
    let attack = "A guest who presses pause and play 50 times a second";
    scene::add(report, attack, before, during);
    report.add(
        format!("{attack}: Spotify calls in that room in a minute"),
        format!(
            "{} ({} commands) in the first, {} ({}) in the next; {refused} of {all} presses refused",
            first.calls, first.commands, later.calls, later.commands
        ),
        "at most 12",
        first.calls.max(later.calls) <= 12,
    );
    let waited = host_waited.as_secs_f64() * 1_000.0;
    report.add(
        format!("{attack}: {OF_THE_HOST} presses of the host are carried out, the slowest"),
        format!("{waited:.0} ms"),
        "at most 2000 ms",
        waited <= 2_000.0,
    );
}

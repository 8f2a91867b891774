//! Guesses of room codes.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use rand::Rng as _;

use super::scene::{self, Scene, Seen};
use crate::{
    http::{Connection, request},
    options::Plan,
    processes::Processes,
    report::{Report, per_second},
    say,
};

const A_SECOND: u32 = 200;
const MINUTE: Duration = Duration::from_secs(60);
/// Connections to the proxy's server, each of which guesses at an even pace.
const CONNECTIONS: u32 = 40;
/// Half of the guesses come from one network, the others from so many.
const NETWORKS: u32 = 200;
const LETTERS: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
/// What all networks together are promised to learn: so many answers at once, and so many a second.
const AT_ONCE: f64 = 600.0;
const LEARNT_A_SECOND: f64 = 10.0;

/// Guesses so far.
#[derive(Default)]
struct Count {
    guesses: Cell<usize>,
    /// Those that were answered with something other than 429.
    learnt: Cell<usize>,
}

/// Adds to the report what 200 guesses a second do to people, and how many are answered.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(
    processes: &Processes,
    plan: &Plan,
    report: &mut Report,
) -> anyhow::Result<()> {
    say("rooms beside guesses of codes")?;
    let mut scene = Scene::open(processes, plan).await?;
    let before = scene.watch().await?;
    let (count, since) = (Count::default(), Instant::now());
    let guessing = futures::future::try_join_all(
        (0..CONNECTIONS).map(|place| guess(processes, place, &count)),
    );
    let people = async {
        let during = scene.watch().await?;
        tokio::time::sleep_until((since + MINUTE).into()).await;
        anyhow::Ok(during)
    };
    let during: Seen = tokio::select! {
        during = people => during?,
        ended = guessing => return ended.map(drop).context("guesses never end"),
    };
    let elapsed = since.elapsed();

    let Count { guesses, learnt } = count;
    let speed = per_second(guesses.get(), elapsed);
    let attack = format!("{speed:.0} guesses of codes a second, half from one network");
    scene::add(report, &attack, &before, &during);
    let most = AT_ONCE + LEARNT_A_SECOND * elapsed.as_secs_f64();
    let learnt = learnt.get();
    report.add(
        format!("{attack}, half from {NETWORKS}: answers other than 429 in the first minute"),
        format!("{learnt} of {}", guesses.get()),
        format!("at most {most:.0}: 600 at once, and 600 a minute"),
        learnt as f64 <= most,
    );
    Ok(())
}

/// Tries one code after another, each on one of three ways.
async fn guess(processes: &Processes, place: u32, count: &Count) -> anyhow::Result<()> {
    let server = processes.server;
    let mut connection = Connection::open(server).await?;
    let mut due = Instant::now() + Duration::from_secs(place.into()) / A_SECOND;
    for turn in 0_u32.. {
        tokio::time::sleep_until(due.into()).await;
        due += Duration::from_secs(CONNECTIONS.into()) / A_SECOND;
        let network = match place % 2 {
            0 => "203.0.113.7".to_owned(),
            _ => format!("198.18.{}.7", (turn * CONNECTIONS + place) / 2 % NETWORKS),
        };
        let from = ("X-Forwarded-For", &*network);
        let letter = || char::from(LETTERS[rand::rng().random_range(0..LETTERS.len())]);
        let code: String = (0..6).map(|_| letter()).collect();
        let request = match turn % 3 {
            0 => request(server, "GET", &format!("/room/{code}"), &[from], ""),
            1 => request(server, "GET", &format!("/api/rooms/view?code={code}"), &[from], ""),
            _ => request(server, "POST", "/api/rooms/join", &[from, FORM], &format!("code={code}")),
        };
        connection.send(&request).await?;
        let status = connection.any_answer().await?.head.status;
        count.guesses.set(count.guesses.get() + 1);
        count.learnt.set(count.learnt.get() + usize::from(status != 429));
    }
    Ok(())
}

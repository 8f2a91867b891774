//! Sockets that connect and say nothing, or half a line.

use std::{
    cell::Cell,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use futures::future::join_all;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::scene::{self, Scene};
use crate::{options::Plan, processes::Processes, report::Report, say};

const SOCKETS: usize = 2_000;
/// One in so many sends this.
const TALKS: usize = 4;
const HALF_A_LINE: &[u8] = b"GET /room/ABC";
/// Before an attacker tries again who was not let in.
const PAUSE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Count {
    /// The sockets that are open.
    open: Cell<usize>,
    /// How often the server hung up.
    hung_up: Cell<usize>,
    /// How long a socket was open at most, of those.
    longest: Cell<Duration>,
}

/// Adds to the report what 2,000 of them do to people.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(
    processes: &Processes,
    plan: &Plan,
    report: &mut Report,
) -> anyhow::Result<()> {
    say("rooms beside silent sockets")?;
    let mut scene = Scene::open(processes, plan).await?;
    let before = scene.watch().await?;
    let count = Count::default();
    let holding = join_all((0..SOCKETS).map(|place| hold(processes.server, place, &count)));
    let people = async {
        let all_open = async {
            while count.open.get() < SOCKETS {
                tokio::time::sleep(PAUSE).await;
            }
        };
        let all_open = timeout(PATIENCE, all_open).await;
        ensure!(all_open.is_ok(), "only {} sockets could be opened", count.open.get());
        scene.watch().await
    };
    let during = tokio::select! {
        during = people => during?,
        _ = holding => bail!("they hold them for ever"),
    };
    let attack = format!("{SOCKETS} silent sockets, a quarter of them after half a line");
    scene::add(report, &attack, &before, &during);
    let (count, longest) = (count.hung_up.get(), count.longest.get().as_secs_f64());
    report.add(
        format!("{attack}: the server hangs up on each, the latest"),
        format!("after {longest:.1} s ({count} times; they came back)"),
        "at most 11 s",
        count > 0 && longest <= 11.0,
    );
    Ok(())
}

/// Holds a socket open, and opens another one each time the server hangs up.
async fn hold(server: SocketAddr, place: usize, Count { open, hung_up, longest }: &Count) {
    loop {
        let Ok(mut socket) = TcpStream::connect(server).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let since = Instant::now();
        open.set(open.get() + 1);
        if place.is_multiple_of(TALKS) {
            // If the server has hung up already, reading tells.
            let _ = socket.write_all(HALF_A_LINE).await;
        }
        let mut unread = [0; 256];
        while matches!(socket.read(&mut unread).await, Ok(1..)) {}
        open.set(open.get() - 1);
        hung_up.set(hung_up.get() + 1);
        longest.set(longest.get().max(since.elapsed()));
    }
}

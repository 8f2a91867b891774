//! Members who open event streams and never read them.

use std::{cell::Cell, convert::Infallible, net::SocketAddr, time::Duration};

use anyhow::Context as _;
use futures::future::try_join_all;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::scene::{self, Scene, Seen};
use crate::{
    options::Plan,
    processes::Processes,
    report::{Report, kilobytes},
    say,
};

const READERS: u32 = 500;
/// A room takes 500 people, and its other guests are among them.
const STREAMS_OF_EACH: u32 = 2;
/// How long each stream stays open before another one takes its place. After 30 s of data that
/// nobody takes the server ends it.
const KEPT: Duration = Duration::from_secs(20);
/// The system makes of it what it allows at least.
const RECEIVE_BUFFER_BYTES: u32 = 1_024;
const SETTLING: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(10);

/// Adds to the report what 500 of them do to people, and to the server.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(
    processes: &Processes,
    plan: &Plan,
    report: &mut Report,
) -> anyhow::Result<()> {
    say("rooms beside readers who do not read")?;
    let mut scene = Scene::open(processes, plan).await?;
    let before = scene.watch().await?;
    let room = &scene.attacked.room;
    let members = room.guests(usize::try_from(READERS / STREAMS_OF_EACH)?).await?;
    let requests: Vec<_> = members.iter().map(|member| member.events(room)).collect();
    let (empty, opened) = (processes.resident_memory()?, Cell::new(0));
    let readers = (0..READERS).zip(requests.iter().cycle());
    let reading = try_join_all(
        readers.map(|(place, request)| read_nothing(processes.server, request, place, &opened)),
    );
    let people = async {
        while opened.get() < READERS {
            tokio::time::sleep(PAUSE).await;
        }
        tokio::time::sleep(SETTLING).await;
        let first = processes.resident_memory()?;
        anyhow::Ok((first, scene.watch().await?, processes.resident_memory()?))
    };
    let (first, during, last): (u64, Seen, u64) = tokio::select! {
        measured = people => measured?,
        ended = reading => return ended.map(drop).context("they never end"),
    };

    let attack = format!("{READERS} readers who do not read their room's events");
    scene::add(report, &attack, &before, &during);
    let each = |bytes: u64| anyhow::Ok(kilobytes(usize::try_from(bytes / u64::from(READERS))?));
    let (took, grown) = (each(first.saturating_sub(empty))?, each(last.saturating_sub(first))?);
    report.add(
        format!("{attack}: further resident memory of the server for each, while others vote"),
        format!("{grown:.1} kB, after {took:.1} kB when they opened ({} in all)", opened.get()),
        "at most 16 kB",
        grown <= 16.0,
    );
    Ok(())
}

/// Opens one stream after another and reads none of them.
async fn read_nothing(
    server: SocketAddr,
    request: &[u8],
    place: u32,
    opened: &Cell<u32>,
) -> anyhow::Result<Infallible> {
    // The first ones end one after another.
    let mut kept = KEPT * place / READERS;
    loop {
        let stream = open(server, request).await?;
        opened.set(opened.get() + 1);
        tokio::time::sleep(kept).await;
        drop(stream);
        kept = KEPT;
    }
}

/// Asks for the events, and returns once some have come, which nobody reads.
async fn open(server: SocketAddr, request: &[u8]) -> anyhow::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER_BYTES)?;
    let mut stream = socket.connect(server).await?;
    stream.write_all(request).await?;
    timeout(PATIENCE, stream.readable()).await.context("no event came")??;
    Ok(stream)
}

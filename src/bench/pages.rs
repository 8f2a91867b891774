//! How many pages a second the server draws, and what they weigh.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use futures::future::try_join_all;

use crate::{
    busy::Busy,
    http::{Connection, ask, request},
    news::Snapshot,
    party::{Room, Visitor},
    processes::Processes,
    report::median,
};

/// What a load generator of this kind achieved, per second: medians of all rounds.
pub struct Throughput {
    /// Room pages.
    pub page: f64,
    /// Room pages, per second of CPU time that the server used.
    pub page_per_core: f64,
    /// Answers of `/healthz`.
    pub health: f64,
    /// The median of each round's share of one in the other.
    pub share: f64,
}

/// Loads the room's page, as each of `members`, and `/healthz` in turn, each for `lap` in each of
/// `rounds`.
///
/// # Errors
/// If an answer is not what it should be.
pub async fn throughput(
    processes: &Processes,
    members: &[Visitor],
    room: &Room,
    snapshot: &Snapshot,
    rounds: usize,
    lap: Duration,
) -> anyhow::Result<Throughput> {
    let server = processes.server;
    let pages: Vec<_> =
        members.iter().map(|member| member.get(&format!("/room/{}", room.code), &[])).collect();
    let health = vec![request(server, "GET", "/healthz", &[], ""); members.len()];
    let playback = snapshot.playback.as_ref();
    let track = playback.and_then(|playback| playback.track.as_ref()).context("nothing plays")?;
    for page in &pages {
        let page = ask(server, page).await?;
        let text = std::str::from_utf8(&page.body)?;
        ensure!(text.contains(&track.name), "a room page without its snapshot");
    }
    load(server, &pages, b"</html>", lap / 2).await?;
    let [mut page, mut page_per_core, mut alive, mut share] = [const { Vec::new() }; 4];
    for _ in 0..rounds {
        let mut busy = Busy::new(processes);
        let mark = busy.mark()?;
        let pages = load(server, &pages, b"</html>", lap).await?;
        busy.add_since(&mark)?;
        let healths = load(server, &health, b"ok", lap).await?;
        page.push(pages);
        page_per_core.push(pages / busy.server_share());
        alive.push(healths);
        share.push(pages / healths);
    }
    Ok(Throughput {
        page: median(page),
        page_per_core: median(page_per_core),
        health: median(alive),
        share: median(share),
    })
}

/// Searches for the same words per second, all but the first of which are answered from memory: the
/// members search in one room, each over a connection of their own.
///
/// # Errors
/// If an answer is not what it should be.
pub async fn searches(
    processes: &Processes,
    members: &[Visitor],
    room: &Room,
    lap: Duration,
) -> anyhow::Result<f64> {
    let search = |member: &Visitor| member.get(&room.search("paper"), &[]);
    let searches: Vec<_> = members.iter().map(search).collect();
    let found = ask(processes.server, &searches[0]).await?;
    ensure!(std::str::from_utf8(&found.body)?.contains("spotify:track:"), "nothing found");
    load(processes.server, &searches, b"}", lap).await
}

/// Answers per second, when every request is sent again and again over a connection of its own.
///
/// # Errors
/// If an answer does not end with `end`.
pub async fn load(
    server: SocketAddr,
    requests: &[Vec<u8>],
    end: &[u8],
    lap: Duration,
) -> anyhow::Result<f64> {
    let mut connections = Vec::new();
    for _ in requests {
        connections.push(Connection::open(server).await?);
    }
    let since = Instant::now();
    let loops = connections.into_iter().zip(requests).map(async |(mut connection, request)| {
        let mut count = 0_u32;
        while since.elapsed() < lap {
            connection.send(request).await?;
            let answer = connection.answer().await?;
            ensure!(answer.head.status == 200, "answered {}", answer.head.status);
            ensure!(answer.body.ends_with(end), "an answer without its end");
            count += 1;
        }
        anyhow::Ok(count)
    });
    let counts = try_join_all(loops).await?;
    Ok(f64::from(counts.iter().sum::<u32>()) / since.elapsed().as_secs_f64())
}

/// What a guest's phone downloads, as brotli, in bytes.
pub struct Weight {
    /// The room's page, as the server compresses it.
    pub html: usize,
    /// The style sheet.
    pub css: usize,
    /// WASM and JavaScript.
    pub scripts: usize,
}

/// Weighs the room's page, and what is precompressed in `site`.
///
/// # Errors
/// If the page is not compressed, or the site not built.
pub async fn weigh(member: &Visitor, room: &Room, site: &Path) -> anyhow::Result<Weight> {
    let page = member.get(&format!("/room/{}", room.code), &[("Accept-Encoding", "br")]);
    let page = ask(member.server(), &page).await?;
    ensure!(page.head.header("content-encoding") == Some("br"), "the page is not compressed");
    let mut weight = Weight { html: page.body.len(), css: 0, scripts: 0 };
    for file in fs::read_dir(site.join("pkg"))? {
        let file = file?;
        let size = usize::try_from(file.metadata()?.len())?;
        let name = file.file_name();
        match name.to_string_lossy().rsplit('.').take(2).collect::<Vec<_>>()[..] {
            ["br", "css"] => weight.css += size,
            ["br", "js" | "wasm"] => weight.scripts += size,
            // Type declarations, which no browser asks for.
            _ => {}
        }
    }
    ensure!(weight.css > 0 && weight.scripts > 0, "the site is not precompressed");
    Ok(weight)
}

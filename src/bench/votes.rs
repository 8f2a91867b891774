//! How long a vote takes from its sender to everybody in the room.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::future::try_join_all;
use serde_json::json;
use tokio::task::unconstrained;

use crate::{
    audience::Audience,
    busy::Busy,
    http::Connection,
    news::{News, Snapshot},
    party::{Room, Visitor, control},
    processes::Processes,
};

/// Longer than everybody takes to vote at once.
const SKIP_TAKES: Duration = Duration::from_millis(1_500);
/// Between one vote and the next.
const PAUSE: Duration = Duration::from_millis(50);

/// How long it took until everybody saw what was done, and how busy both sides were meanwhile.
pub struct Latencies<'a> {
    /// From the sending of each vote, say, until everybody had a snapshot that counts it.
    pub samples: Vec<Duration>,
    /// In the same time.
    pub busy: Busy<'a>,
}

impl<'a> Latencies<'a> {
    /// Nothing measured yet.
    pub fn new(processes: &'a Processes) -> Self {
        Self { samples: Vec::new(), busy: Busy::new(processes) }
    }
}

/// A guest about to vote, over a connection that is open.
pub struct Voter {
    connection: Connection,
    /// Votes and withdrawals, up to the number of the play.
    form: [String; 2],
    visitor: Visitor,
}

impl Voter {
    /// Connects.
    ///
    /// # Errors
    /// If the server does not listen.
    pub async fn new(visitor: &Visitor, room: &Room) -> anyhow::Result<Self> {
        let form = ["false", "true"].map(|on| format!("code={}&on={on}&play=", room.code));
        let mut connection = Connection::open(visitor.server()).await?;
        // One that asks nothing is closed after ten seconds.
        connection.send(&visitor.get("/healthz", &[])).await?;
        connection.answer().await?;
        Ok(Self { connection, form, visitor: visitor.clone() })
    }

    /// Votes, or withdraws the vote; returns when it was sent, and the server has answered.
    async fn vote(&mut self, play: u64, on: bool) -> anyhow::Result<Instant> {
        let form = format!("{}{play}", self.form[usize::from(on)]);
        let request = self.visitor.post("/api/playback/vote-skip", &form);
        let sent = Instant::now();
        self.connection.send(&request).await?;
        self.connection.answer().await?;
        Ok(sent)
    }
}

/// Votes one after another, with a pause between them, up to one vote short of a skip and back
/// down by withdrawals, `rounds` times.
///
/// # Errors
/// If a vote is refused or does not arrive.
pub async fn one_after_another<'a>(
    processes: &'a Processes,
    audience: &mut Audience,
    voters: &mut [Voter],
    rounds: usize,
) -> anyhow::Result<Latencies<'a>> {
    let play = play_of(audience)?;
    let mut latencies = Latencies::new(processes);
    for _ in 0..rounds {
        for on in [true, false] {
            for voter in &mut *voters {
                tokio::time::sleep(PAUSE).await;
                let before = audience.snapshot()?.skip.votes;
                let expected = if on { before + 1 } else { before - 1 };
                let mark = latencies.busy.mark()?;
                let sent = voter.vote(play, on).await?;
                let arrived = audience.everybody(|snapshot| snapshot.skip.votes == expected);
                latencies.samples.push(arrived.await? - sent);
                latencies.busy.add_since(&mark)?;
            }
        }
    }
    Ok(latencies)
}

/// Lets everybody vote at the same moment, `rounds` times.
///
/// So many votes skip the track. The skip's call to Spotify is slowed down: what it changes comes
/// after what is measured.
///
/// # Errors
/// If a vote is refused or does not arrive.
pub async fn at_once<'a>(
    processes: &'a Processes,
    audience: &mut Audience,
    voters: &mut [Voter],
    rounds: usize,
) -> anyhow::Result<Latencies<'a>> {
    let mut latencies = Latencies::new(processes);
    for _ in 0..rounds {
        let play = play_of(audience)?;
        let delay_ms = u64::try_from(SKIP_TAKES.as_millis())?;
        let fault = json!({ "on": "POST /v1/me/player/next", "delay_ms": delay_ms });
        control(processes, "/control/faults", &fault).await?;
        let mark = latencies.busy.mark()?;
        let votes = voters.iter_mut().map(|voter| voter.vote(play, true));
        let sent = unconstrained(try_join_all(votes)).await?;
        latencies.samples.extend(until_everybody_knows(audience, play, &sent).await?);
        latencies.busy.add_since(&mark)?;

        let is_next = |snapshot: &Snapshot| {
            let next = snapshot.playback.as_ref().and_then(|playback| playback.play);
            next.is_some_and(|next| next != play)
        };
        audience.everybody(is_next).await?;
        // Until nothing more is expected to change.
        tokio::time::sleep(SKIP_TAKES).await;
    }
    Ok(latencies)
}

/// A guest's vote counts from the snapshot on that comes with the guest's own `you`; everybody has
/// it once they have that one or a newer one.
async fn until_everybody_knows(
    audience: &mut Audience,
    play: u64,
    sent: &[Instant],
) -> anyhow::Result<Vec<Duration>> {
    let mut told = vec![false; sent.len()];
    let mut counted: Vec<Option<u64>> = vec![None; sent.len()];
    let mut received: Vec<Vec<(u64, Instant)>> = vec![Vec::new(); audience.len()];
    loop {
        let arrival = audience.next().await?;
        match arrival.news {
            News::You(you) => told[arrival.guest] = you.voted_play == Some(play),
            News::Snapshot(snapshot) => {
                received[arrival.guest].push((snapshot.version, arrival.at));
                if told[arrival.guest] {
                    counted[arrival.guest].get_or_insert(snapshot.version);
                }
            }
        }
        if counted.contains(&None) {
            continue;
        }
        let latencies = counted.iter().flatten().zip(sent);
        let latencies: Option<Vec<_>> = latencies
            .map(|(version, sent)| Some(everybody_had(&received, *version)? - *sent))
            .collect();
        if let Some(latencies) = latencies {
            return Ok(latencies);
        }
    }
}

/// When the last guest received this version or a newer one; none while one is missing.
fn everybody_had(received: &[Vec<(u64, Instant)>], version: u64) -> Option<Instant> {
    let mut last = None;
    for received in received {
        let (_, at) = received.iter().find(|(newer, _)| *newer >= version)?;
        last = last.max(Some(*at));
    }
    last
}

fn play_of(audience: &Audience) -> anyhow::Result<u64> {
    let playback = audience.snapshot()?.playback.as_ref();
    playback.and_then(|playback| playback.play).context("nothing plays")
}

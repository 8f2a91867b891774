//! Guests who follow their room's events.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use auxroom::model::{Snapshot, You};
use bytes::{Bytes, BytesMut};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{error::Elapsed, timeout},
};

use crate::{http::Connection, party::Visitor};

/// Longer than anything takes that is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Something that a guest was told.
pub struct Arrival {
    /// When it was read.
    pub at: Instant,
    /// The guest's place in the audience.
    pub guest: usize,
    /// What it says.
    pub news: News,
}

/// An event.
#[derive(Clone)]
pub enum News {
    /// The room's state.
    Snapshot(Arc<Snapshot>),
    /// What differs for this guest.
    You(You),
}

/// All open streams.
pub struct Audience {
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    sender: mpsc::UnboundedSender<Arrival>,
    readers: JoinSet<anyhow::Result<()>>,
    /// The newest snapshot of every guest.
    latest: Vec<Option<Arc<Snapshot>>>,
    parsed: Arc<Parsed>,
}

/// The snapshot read last: the others in the room get the same bytes, which need no second parsing.
#[derive(Default)]
struct Parsed(Mutex<Option<(Bytes, Arc<Snapshot>)>>);

impl Audience {
    /// Nobody.
    pub fn new() -> Self {
        let (sender, arrivals) = mpsc::unbounded_channel();
        Self {
            arrivals,
            sender,
            readers: JoinSet::new(),
            latest: Vec::new(),
            parsed: Arc::default(),
        }
    }

    /// Opens the stream of one more guest; returns once their first snapshot is there.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn admit(&mut self, guest: &Visitor, code: &str) -> anyhow::Result<()> {
        let mut connection = Connection::open(guest.server()).await?;
        connection.send(&guest.get(&format!("/room/{code}/events"), &[])).await?;
        let head = connection.head().await?;
        ensure!(head.status == 200, "no events: {}", head.status);
        let place = self.latest.len();
        self.latest.push(None);
        self.readers.spawn(follow(connection, place, self.sender.clone(), self.parsed.clone()));
        while self.latest[place].is_none() {
            self.next().await?;
        }
        Ok(())
    }

    /// How many guests follow.
    pub fn len(&self) -> usize {
        self.latest.len()
    }

    /// What a guest is told next.
    ///
    /// # Errors
    /// If a stream ended, or nothing comes.
    pub async fn next(&mut self) -> anyhow::Result<Arrival> {
        let arrival = tokio::select! {
            biased;
            Some(ended) = self.readers.join_next() => {
                ended??;
                bail!("a stream of events ended");
            }
            arrival = timeout(PATIENCE, self.arrivals.recv()) => arrival,
        };
        let arrival = arrival.map_err(|_: Elapsed| anyhow::anyhow!("no event came"))?;
        let arrival = arrival.context("the audience holds a sender")?;
        if let News::Snapshot(snapshot) = &arrival.news {
            self.latest[arrival.guest] = Some(snapshot.clone());
        }
        Ok(arrival)
    }

    /// Waits until the newest snapshot of every guest is `right`; returns when the last one came.
    /// None was so before.
    ///
    /// # Errors
    /// If a stream ended, or it does not come to that.
    pub async fn everybody(
        &mut self,
        right: impl Fn(&Snapshot) -> bool,
    ) -> anyhow::Result<Instant> {
        let mut missing: Vec<bool> = self
            .latest
            .iter()
            .map(|latest| !latest.as_ref().is_some_and(|snapshot| right(snapshot)))
            .collect();
        let mut last = Instant::now();
        while missing.contains(&true) {
            let arrival = self.next().await?;
            if let News::Snapshot(snapshot) = &arrival.news
                && missing[arrival.guest]
                && right(snapshot)
            {
                missing[arrival.guest] = false;
                last = arrival.at;
            }
        }
        Ok(last)
    }

    /// The snapshot that the first guest has.
    ///
    /// # Errors
    /// If nobody is here.
    pub fn snapshot(&self) -> anyhow::Result<&Snapshot> {
        self.latest.first().and_then(Option::as_deref).context("an empty audience")
    }
}

async fn follow(
    mut connection: Connection,
    guest: usize,
    arrivals: mpsc::UnboundedSender<Arrival>,
    parsed: Arc<Parsed>,
) -> anyhow::Result<()> {
    let mut unread = BytesMut::new();
    while let Some(chunk) = connection.chunk().await? {
        let at = Instant::now();
        unread.extend_from_slice(&chunk);
        let Some(end) = unread.windows(2).rposition(|pair| pair == b"\n\n") else { continue };
        for news in events(&unread.split_to(end + 2).freeze(), &parsed)? {
            if arrivals.send(Arrival { at, guest, news }).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn events(whole: &Bytes, parsed: &Parsed) -> anyhow::Result<Vec<News>> {
    let mut found = Vec::with_capacity(2);
    for event in std::str::from_utf8(whole)?.split_terminator("\n\n") {
        let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
        let Some(data) = field("data: ") else { continue };
        found.push(match field("event: ") {
            Some("snapshot") => News::Snapshot(parsed.snapshot(&whole.slice_ref(data.as_bytes()))?),
            Some("you") => News::You(serde_json::from_str(data)?),
            Some("alive") => continue,
            other => bail!("an unexpected event: {other:?} {data}"),
        });
    }
    Ok(found)
}

impl Parsed {
    fn snapshot(&self, data: &Bytes) -> anyhow::Result<Arc<Snapshot>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, snapshot)) = last.as_ref().filter(|(bytes, _)| bytes == data) {
            return Ok(snapshot.clone());
        }
        let snapshot = Arc::new(serde_json::from_slice(data)?);
        *last = Some((data.clone(), Arc::clone(&snapshot)));
        Ok(snapshot)
    }
}

//! Guests who follow their room's events.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use bytes::BytesMut;
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{error::Elapsed, timeout},
};

use crate::{
    http::Connection,
    news::{News, Parsed, Snapshot},
    party::{Room, Visitor},
};

/// Longer than anything that is waited for takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// Something that a guest was told.
pub struct Arrival {
    /// When it was read.
    pub at: Instant,
    /// The guest's index in the audience.
    pub guest: usize,
    /// What it says.
    pub news: News,
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

    /// Opens the streams of further guests, all at the same moment. Returns how long each of them
    /// waited for the first snapshot.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn admit(
        &mut self,
        guests: &[Visitor],
        room: &Room,
    ) -> anyhow::Result<Vec<Duration>> {
        let since = Instant::now();
        for guest in guests {
            let (server, request) = (guest.server(), guest.events(room));
            let place = self.latest.len();
            self.latest.push(None);
            let (sender, parsed) = (self.sender.clone(), self.parsed.clone());
            self.readers.spawn(async move {
                let mut connection = Connection::open(server).await?;
                connection.send(&request).await?;
                let head = connection.head().await?;
                ensure!(head.status == 200, "no events: {}", head.status);
                follow(connection, place, sender, parsed).await
            });
        }
        let mut waits = Vec::with_capacity(guests.len());
        while waits.len() < guests.len() {
            let arrival = self.receive().await?;
            if self.take_in(&arrival).is_none() && matches!(arrival.news, News::Snapshot(_)) {
                waits.push(arrival.at - since);
            }
        }
        Ok(waits)
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
        let arrival = self.receive().await?;
        self.take_in(&arrival);
        Ok(arrival)
    }

    async fn receive(&mut self) -> anyhow::Result<Arrival> {
        let arrival = tokio::select! {
            biased;
            Some(ended) = self.readers.join_next() => {
                ended??;
                bail!("a stream of events ended");
            }
            arrival = timeout(PATIENCE, self.arrivals.recv()) => arrival,
        };
        let arrival = arrival.map_err(|_: Elapsed| anyhow::anyhow!("no event came"))?;
        arrival.context("the audience holds a sender")
    }

    /// Keeps what arrived as the guest's newest snapshot, and returns the one before.
    fn take_in(&mut self, arrival: &Arrival) -> Option<Arc<Snapshot>> {
        let latest = &mut self.latest[arrival.guest];
        match &arrival.news {
            News::Snapshot(snapshot) => latest.replace(snapshot.clone()),
            News::You(_) => latest.clone(),
        }
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
        let is_right = |latest: &Option<Arc<Snapshot>>| latest.as_deref().is_some_and(&right);
        let mut missing: Vec<bool> = self.latest.iter().map(|latest| !is_right(latest)).collect();
        let mut left = missing.iter().filter(|missing| **missing).count();
        let mut last = Instant::now();
        while left > 0 {
            let arrival = self.next().await?;
            if missing[arrival.guest] && is_right(&self.latest[arrival.guest]) {
                missing[arrival.guest] = false;
                left -= 1;
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
    let (mut unread, mut latest) = (BytesMut::new(), None);
    while let Some(chunk) = connection.chunk().await? {
        let at = Instant::now();
        unread.extend_from_slice(&chunk);
        let Some(end) = unread.windows(2).rposition(|pair| pair == b"\n\n") else { continue };
        for news in parsed.events(&unread.split_to(end + 2).freeze(), &mut latest)? {
            if arrivals.send(Arrival { at, guest, news }).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

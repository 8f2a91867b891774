//! Guests whose streams are read and not looked at: they are there, and cost next to nothing.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    http::Connection,
    party::{Room, Visitor},
};

/// Streams being opened at the same time: few enough for any server's backlog.
const OPENING: usize = 64;
const PATIENCE: Duration = Duration::from_secs(30);

/// Open streams; they close when this is dropped.
#[derive(Default)]
pub struct Listeners(JoinSet<anyhow::Result<()>>);

impl Listeners {
    /// Opens the streams of all `guests` of their rooms; returns once each has had its first event.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn admit(
        &mut self,
        guests: impl IntoIterator<Item = (&Visitor, &Room)>,
    ) -> anyhow::Result<()> {
        let opening = stream::iter(guests).map(|(guest, room)| open(guest, room));
        let mut opened = opening.buffer_unordered(OPENING);
        while let Some(mut connection) = opened.try_next().await? {
            self.0.spawn(async move {
                while connection.chunk().await?.is_some() {}
                bail!("a stream of events ended")
            });
        }
        Ok(())
    }

    /// # Errors
    /// If a stream has ended.
    pub fn all_listen(&mut self) -> anyhow::Result<()> {
        match self.0.try_join_next() {
            Some(ended) => ended?,
            None => Ok(()),
        }
    }
}

async fn open(guest: &Visitor, room: &Room) -> anyhow::Result<Connection> {
    let opened = timeout(PATIENCE, async {
        let mut connection = Connection::open(guest.server()).await?;
        connection.send(&guest.events(room)).await?;
        let head = connection.head().await?;
        ensure!(head.status == 200, "no events: {}", head.status);
        connection.chunk().await?.context("a stream without events")?;
        Ok(connection)
    });
    opened.await.context("no event came")?
}

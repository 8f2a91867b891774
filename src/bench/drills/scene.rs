//! What people in two rooms see of an attack.

use std::{
    cell::Cell,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::ensure;

use crate::{
    audience::Audience,
    http::ask,
    options::Plan,
    party::{Room, Visitor},
    processes::Processes,
    report::{Report, percentile_ms},
    votes::{self, Voter},
};

/// The largest number of votes that a room can ask for: no vote skips.
pub const VOTES_TO_SKIP: usize = 100;
const GUESTS: usize = 10;
/// In each of the rooms somebody loads its page so often, over a new connection.
const BETWEEN_PAGES: Duration = Duration::from_millis(20);

/// Two rooms of ten guests who follow their events.
pub struct Scene<'a> {
    /// The room that is attacked.
    pub attacked: Party,
    other: Party,
    processes: &'a Processes,
    plan: &'a Plan,
}

/// A room and who is in it.
pub struct Party {
    /// The room.
    pub room: Room,
    /// Its guests.
    pub guests: Vec<Visitor>,
    audience: Audience,
    voters: Vec<Voter>,
}

/// What people saw, in the room that is attacked and in the other one.
pub struct Seen {
    attacked: Waits,
    other: Waits,
}

/// How long the people in a room waited.
struct Waits {
    pages: Vec<Duration>,
    votes: Vec<Duration>,
}

impl<'a> Scene<'a> {
    /// Opens the rooms and lets the guests in.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn open(processes: &'a Processes, plan: &'a Plan) -> anyhow::Result<Self> {
        let (attacked, other) = (Party::open(processes).await?, Party::open(processes).await?);
        Ok(Self { attacked, other, processes, plan })
    }

    /// Lets people in both rooms vote and load pages for a while.
    ///
    /// # Errors
    /// If the server does not do what it should.
    pub async fn watch(&mut self) -> anyhow::Result<Seen> {
        let Self { attacked, other, processes, plan } = self;
        let rounds = plan.drill_rounds;
        let (attacked, other) =
            tokio::try_join!(attacked.watch(processes, rounds), other.watch(processes, rounds))?;
        Ok(Seen { attacked, other })
    }
}

impl Party {
    async fn open(processes: &Processes) -> anyhow::Result<Self> {
        let room = Room::open(processes, VOTES_TO_SKIP).await?;
        let guests = room.guests(GUESTS).await?;
        let mut audience = Audience::new();
        audience.admit(&guests, &room).await?;
        audience.everybody(|snapshot| snapshot.playback.is_some()).await?;
        let mut voters = Vec::new();
        for guest in &guests {
            voters.push(Voter::new(guest, &room).await?);
        }
        Ok(Self { room, guests, audience, voters })
    }

    /// Lets everybody vote one after another, and meanwhile somebody load the page again and again.
    async fn watch(&mut self, processes: &Processes, rounds: usize) -> anyhow::Result<Waits> {
        let page = format!("/room/{}", self.room.code);
        let requests: Vec<_> = self.guests.iter().map(|guest| guest.get(&page, &[])).collect();
        let is_over = Cell::new(false);
        let voting = async {
            let (audience, voters) = (&mut self.audience, &mut self.voters);
            let votes = votes::one_after_another(processes, audience, voters, rounds).await?;
            is_over.set(true);
            Ok(votes.samples)
        };
        let (votes, pages) = tokio::try_join!(voting, load(processes.server, &requests, &is_over))?;
        Ok(Waits { pages, votes })
    }
}

/// Loads one page after another; how long each took from when it was due.
async fn load(
    server: SocketAddr,
    requests: &[Vec<u8>],
    is_over: &Cell<bool>,
) -> anyhow::Result<Vec<Duration>> {
    let mut waits = Vec::new();
    let mut due = Instant::now();
    for request in requests.iter().cycle() {
        tokio::time::sleep_until(due.into()).await;
        if is_over.get() {
            break;
        }
        // One that the client itself begins late, because the one before took so long, waited too.
        let page = ask(server, request).await?;
        ensure!(page.body.ends_with(b"</html>"), "a page without its end");
        waits.push(due.elapsed());
        due += BETWEEN_PAGES;
    }
    Ok(waits)
}

/// Adds what people saw `during` an attack, beside what they saw `before` it.
pub fn add(report: &mut Report, attack: &str, before: &Seen, during: &Seen) {
    let mut add = |figure, before: &[Duration], during: &[Duration], target_ms: f64| {
        let [before, now] = [before, during].map(|waits| percentile_ms(waits, 99));
        report.add(
            format!("{attack}: {figure}, p99"),
            format!(
                "{now:.1} ms (median {:.1} ms, {} times), {:.1} times the {before:.1} ms without",
                percentile_ms(during, 50),
                during.len(),
                now / before,
            ),
            format!("at most {target_ms} ms"),
            now <= target_ms,
        );
    };
    let (Seen { attacked: was, other: other_was }, Seen { attacked, other }) = (before, during);
    add("a member's room page", &was.pages, &attacked.pages, 50.0);
    // As in a large room: there may be as many streams.
    add("a vote in the room → its ten guests who read", &was.votes, &attacked.votes, 120.0);
    add("a member's page of another room", &other_was.pages, &other.pages, 50.0);
    add("a vote in another room → its ten guests", &other_was.votes, &other.votes, 25.0);
}

//! What is measured, for how long, and on which server.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, bail};

/// The command line.
pub struct Options {
    /// How long and how often things are measured.
    pub plan: Plan,
    /// Guests of the large room.
    pub guests: usize,
    /// Rooms at the same time.
    pub rooms: usize,
    /// The server's program; by default the one that was built with this benchmark.
    pub server: Option<PathBuf>,
    /// The parts of the report that were asked for.
    pub parts: Vec<Part>,
}

/// A part of the report; each has a server with a new database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A room with up to 200 guests.
    Room,
    /// A room with 200 guests in which 200 songs wait.
    Queue,
    /// A room with 5,000 guests.
    Large,
    /// 500 rooms of 10 guests.
    Rooms,
    /// Attacks, each of which has a server of its own.
    Drills,
}

/// How long and how often things are measured.
#[derive(Clone, Copy)]
pub struct Plan {
    /// How long calls to Spotify are counted, for each of three crowds: a part of a minute.
    pub calls: Duration,
    /// How often votes are cast and withdrawn one after another.
    pub vote_rounds: usize,
    /// How often all guests vote at once.
    pub bursts: usize,
    /// How often pages and `/healthz` take turns.
    pub page_rounds: usize,
    /// How long each of their turns takes.
    pub lap: Duration,
    /// How long guests join one after another.
    pub joining: Duration,
    /// How often streams are opened in a cold room.
    pub openings: usize,
    /// How many guests of the large room vote.
    pub large_voters: usize,
    /// How long many rooms are left alone before they are watched, until their pace is steady.
    pub settling: Duration,
    /// How long many rooms are watched at rest.
    pub rest: Duration,
    /// How often ten guests vote and withdraw their votes, before and during each attack.
    pub drill_rounds: usize,
}

const FULL: Plan = Plan {
    calls: Duration::from_secs(60),
    vote_rounds: 2,
    bursts: 5,
    page_rounds: 7,
    lap: Duration::from_millis(1_500),
    joining: Duration::from_secs(5),
    openings: 5,
    large_voters: 50,
    settling: Duration::from_secs(20),
    rest: Duration::from_secs(60),
    drill_rounds: 25,
};
const QUICK: Plan = Plan {
    calls: Duration::from_secs(20),
    vote_rounds: 1,
    bursts: 2,
    page_rounds: 3,
    lap: Duration::from_millis(700),
    joining: Duration::from_secs(2),
    openings: 2,
    large_voters: 10,
    settling: Duration::from_secs(15),
    rest: Duration::from_secs(20),
    drill_rounds: 12,
};

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// If it cannot be understood.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut options =
            Self { plan: FULL, guests: 5_000, rooms: 500, server: None, parts: Vec::new() };
        while let Some(option) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{option} needs a value"));
            match &*option {
                "--quick" => options.plan = QUICK,
                "--guests" => options.guests = value()?.parse()?,
                "--rooms" => options.rooms = value()?.parse()?,
                "--server" => options.server = Some(value()?.into()),
                "--only" => options.parts.push(match &*value()? {
                    "room" => Part::Room,
                    "queue" => Part::Queue,
                    "large" => Part::Large,
                    "rooms" => Part::Rooms,
                    "drills" => Part::Drills,
                    other => bail!("no part {other}, only room, queue, large, rooms and drills"),
                }),
                // What cargo adds.
                "--bench" => {}
                other => bail!("there is no option {other}: see script/bench --help"),
            }
        }
        if options.parts.is_empty() {
            options.parts = vec![Part::Room, Part::Queue, Part::Large, Part::Rooms, Part::Drills];
        }
        Ok(options)
    }
}

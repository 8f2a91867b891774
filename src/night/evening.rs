//! The evening itself: what the host, the machine and Spotify do, every few seconds.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::Context as _;
use auxroom::server::clock::Clock;
use serde_json::{Value, json};
use simulator::Heard;
use tempfile::TempDir;
use tokio::{task::JoinSet, time::sleep};

use crate::{
    calls,
    dice::Dice,
    faults::{self, Kind},
    guests::{Guest, Place, exchange},
    heard,
    http::{ask, request},
    ledger::Ledger,
    party::{self, Room, control},
    processes::Processes,
};

const GUESTS: i64 = 30;
const VOTES_TO_SKIP: usize = 3;
const DATABASE: &str = "night.db";
const PLAYLIST: &str = "Saturday Night";
/// So many tracks are heard between two kills.
const TRACKS_PER_KILL: usize = 20;
const TICK: Duration = Duration::from_secs(2);
/// A tick that takes this much longer shows that the machine had other things to do.
const STALL_MS: u64 = 4_000;
/// How much longer music may be missing after something went wrong.
const AFTERWARDS_MS: u64 = 30_000;
/// A host who hears nothing for so long presses "Play".
const PRESSES_AFTER_MS: u64 = 45_000;
const PRESSES_EVERY_MS: u64 = 60_000;
/// The simulator keeps only the latest requests.
const COUNTS_EVERY_MS: u64 = 600_000;
/// A debug build, in a time that runs faster, needs minutes.
const STARTS_WITHIN: Duration = Duration::from_secs(3_600);

/// Everything that is there.
pub(crate) struct Evening {
    pub(crate) processes: Processes,
    pub(crate) place: Arc<Place>,
    pub(crate) room: Room,
    pub(crate) seed: u64,
    pub(crate) began_ms: u64,
    pub(crate) kills: usize,
    /// When the host pressed "Play".
    pub(crate) pressed_ms: Vec<u64>,
    folder: TempDir,
    clock: Clock,
    dice: Dice,
    guests: JoinSet<()>,
    kills_at: Option<u64>,
    trouble_at: u64,
    /// What ends a trouble, and when.
    relief: Vec<(u64, Option<Value>)>,
    counts_at: u64,
}

impl Evening {
    /// A room with a playlist to fall back on, on which the first song plays.
    pub(crate) async fn begins(seed: u64) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let database = format!("sqlite://{}/{DATABASE}?mode=rwc", folder.path().display());
        let settings = [("DATABASE_URL", &*database), ("RUST_LOG", "info")];
        let server = Path::new(env!("CARGO_BIN_EXE_auxroom"));
        let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("public");
        let simulator = server.with_file_name("simulator");
        let processes = Processes::of(server, &simulator, &site, &settings, STARTS_WITHIN).await?;
        let mut room = Room::open(&processes, VOTES_TO_SKIP).await?;
        falls_back(&processes, &mut room).await?;
        let path = format!("/control/accounts/{}", room.account);
        control(&processes, &path, &json!({ "coming": [] })).await?;
        control(&processes, &path, &json!({ "play": { "item": "0" } })).await?;
        let place = Arc::new(Place {
            server: processes.server,
            code: room.code.clone(),
            titles: titles(&processes).await?,
            ledger: Mutex::new(Ledger::default()),
            clock: Clock::system(),
            began: tokio::time::Instant::now(),
        });
        let guest = |number: i64| {
            let dice = Dice::new(seed, number.unsigned_abs());
            Guest::new(place.clone(), dice, number).takes_part()
        };
        let guests = (1..=GUESTS).map(guest).collect();
        let (clock, mut dice) = (Clock::system(), Dice::new(seed, 0));
        let began_ms = clock.now().0;
        calls::forget(&processes).await?;
        Ok(Self {
            processes,
            place,
            room,
            seed,
            began_ms,
            kills: 0,
            pressed_ms: Vec::new(),
            folder,
            trouble_at: began_ms + faults::pause_s(&mut dice) * 1_000,
            counts_at: began_ms + COUNTS_EVERY_MS,
            clock,
            dice,
            guests,
            kills_at: None,
            relief: Vec::new(),
        })
    }

    /// Lets it go on for so long.
    ///
    /// # Errors
    /// If a process does not do what it must at all.
    pub(crate) async fn lasts(&mut self, time: Duration) -> anyhow::Result<()> {
        let until_ms = self.began_ms + u64::try_from(time.as_millis())?;
        while self.clock.now().0 < until_ms {
            let before_ms = self.clock.now().0;
            sleep(TICK).await;
            let now_ms = self.clock.now().0;
            if now_ms > before_ms + STALL_MS + 2_000 {
                self.place.ledger().excuse(before_ms, now_ms + STALL_MS, "a busy machine");
            }
            self.spotify_troubles(now_ms).await?;
            self.listens(now_ms).await?;
            if self.kills_at.is_some_and(|at| at <= now_ms) {
                self.kills().await?;
            }
            if self.counts_at <= now_ms {
                self.counts_at = now_ms + COUNTS_EVERY_MS;
                self.counts_calls().await?;
            }
        }
        Ok(())
    }

    /// Sees what is heard: it is time for the next kill, or for the host to press "Play".
    async fn listens(&mut self, now_ms: u64) -> anyhow::Result<()> {
        let heard = heard::all(&self.processes, &self.room.account).await?;
        let tracks = heard::begun(&heard).count();
        if self.kills_at.is_none() && tracks / TRACKS_PER_KILL > self.kills {
            self.kills_at = Some(now_ms + self.dice.below(200_000) as u64);
        }
        let silent_since = heard.last().and_then(|last| last.ended);
        let is_lost = self.relief.iter().any(|(_, relief)| relief.is_some());
        let is_long = silent_since.is_some_and(|(since, _)| now_ms > since + PRESSES_AFTER_MS);
        let last = self.pressed_ms.last().copied().unwrap_or_default();
        if is_long && !is_lost && now_ms > last + PRESSES_EVERY_MS {
            let form = format!("code={}", self.room.code);
            let press = self.room.host.post("/api/playback/play", &form);
            self.pressed_ms.push(now_ms);
            let answered = exchange(self.processes.server, &press).await;
            let status = answered.map(|answer| answer.head.status).unwrap_or_default();
            println!("{} The host presses Play: {status}", self.at(now_ms));
        }
        Ok(())
    }

    async fn kills(&mut self) -> anyhow::Result<()> {
        let from_ms = self.clock.now().0;
        self.processes.restart_server().await?;
        let until_ms = self.clock.now().0;
        (self.kills, self.kills_at) = (self.kills + 1, None);
        println!("{} Killed, back after {} s", self.at(from_ms), (until_ms - from_ms) / 1_000);
        self.place.ledger().excuse(from_ms, until_ms + AFTERWARDS_MS, "a kill");
        Ok(())
    }

    async fn spotify_troubles(&mut self, now_ms: u64) -> anyhow::Result<()> {
        let path = format!("/control/accounts/{}", self.room.account);
        let over: Vec<_> = self.relief.extract_if(.., |(at, _)| *at <= now_ms).collect();
        for (_, relief) in over {
            match relief {
                Some(relief) => control(&self.processes, &path, &relief).await?,
                None => control(&self.processes, "/control/release", &json!({})).await?,
            };
            // A device that is back stays paused until somebody presses "Play".
            let until_ms = now_ms + PRESSES_AFTER_MS + AFTERWARDS_MS;
            self.place.ledger().excuse(now_ms, until_ms, "a trouble that is over");
        }
        if self.trouble_at > now_ms {
            return Ok(());
        }
        self.trouble_at = now_ms + faults::pause_s(&mut self.dice) * 1_000;
        let trouble = faults::draw(&mut self.dice);
        println!("{} {}", self.at(now_ms), trouble.name);
        *self.place.ledger().faults.entry(trouble.name).or_default() += 1;
        let lasts_s = match &trouble.kind {
            Kind::Answer(fault) => {
                control(&self.processes, "/control/faults", fault).await?;
                return Ok(());
            }
            Kind::While(lasts_s, begin, end) => {
                control(&self.processes, &path, begin).await?;
                self.relief.push((now_ms + lasts_s * 1_000, Some(end.clone())));
                *lasts_s
            }
            Kind::Hangs(lasts_s) => {
                let fault = json!({ "on": "GET /v1/me/player", "effect": "hang" });
                control(&self.processes, "/control/faults", &fault).await?;
                self.relief.push((now_ms + lasts_s * 1_000, None));
                *lasts_s
            }
        };
        self.place.ledger().excuse(now_ms, now_ms + lasts_s * 1_000 + 5_000, trouble.name);
        Ok(())
    }

    /// Counts the calls since the last time, and notes when Spotify failed.
    async fn counts_calls(&mut self) -> anyhow::Result<()> {
        let log = request(self.processes.simulator, "GET", "/control/requests", &[], "");
        let log: Value = serde_json::from_slice(&ask(self.processes.simulator, &log).await?.body)?;
        calls::forget(&self.processes).await?;
        let mut ledger = self.place.ledger();
        for call in log["requests"].as_array().context("a log of requests")? {
            let text = |field: &str| call[field].as_str().unwrap_or_default().to_owned();
            *ledger.calls.entry(format!("{} {}", text("method"), text("path"))).or_default() += 1;
            let is_fine = call["status"].as_u64().is_some_and(|status| status < 400);
            if !is_fine {
                ledger.failed_calls += 1;
                let at_ms = call["at_ms"].as_u64().unwrap_or_default();
                ledger.excuse(at_ms, at_ms + 2 * AFTERWARDS_MS, "an answer that failed");
            }
        }
        Ok(())
    }

    /// Ends it: what was heard until then, and when that is.
    ///
    /// # Errors
    /// If nobody can tell.
    pub(crate) async fn ends(&mut self) -> anyhow::Result<(Vec<Heard>, u64)> {
        self.guests.shutdown().await;
        sleep(TICK).await;
        self.counts_calls().await?;
        let heard = heard::all(&self.processes, &self.room.account).await?;
        Ok((heard, self.clock.now().0))
    }

    /// Where the server stores what it is told.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join(DATABASE)
    }

    /// Keeps the database for whoever wants to know why something is wrong; its folder.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn keeps_database(&self) -> std::io::Result<PathBuf> {
        let kept = self.folder.path().with_extension("kept");
        std::fs::rename(self.folder.path(), &kept)?;
        Ok(kept)
    }

    /// How long after the beginning that was.
    pub(crate) fn at(&self, ms: u64) -> String {
        let seconds = ms.saturating_sub(self.began_ms) / 1_000;
        format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    }
}

/// What songs are called.
async fn titles(processes: &Processes) -> anyhow::Result<Vec<String>> {
    let catalogue = request(processes.simulator, "GET", "/control/catalogue", &[], "");
    let songs: Vec<Value> =
        serde_json::from_slice(&ask(processes.simulator, &catalogue).await?.body)?;
    Ok(songs.iter().filter_map(|song| Some(song["name"].as_str()?.to_owned())).collect())
}

/// Lets one of the account's playlists go on when nobody asks for anything.
async fn falls_back(processes: &Processes, room: &mut Room) -> anyhow::Result<()> {
    let (code, account) = (room.code.clone(), room.account.clone());
    let allow = room.host.post("/api/fallback/allow", &format!("code={code}"));
    party::agree(processes, &mut room.host, &allow, &account).await?;
    let page = room.host.get(&format!("/room/{code}/playlist"), &[]);
    let page = String::from_utf8(ask(processes.server, &page).await?.body.to_vec())?;
    let row = page.split("<li>").find(|row| row.contains(PLAYLIST)).context("no such playlist")?;
    let id = row.split("value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let form = format!("code={code}&playlist={}&shuffled=on", id.context("no id")?);
    let choose = room.host.post("/api/fallback/choose", &form);
    ask(processes.server, &choose).await.map(drop)
}

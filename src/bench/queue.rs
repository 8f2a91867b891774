//! A room with 200 guests, each of whom asks for a song.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    audience::Audience,
    calls,
    http::{Connection, ask, request},
    party::{Room, Visitor, control},
    processes::Processes,
    report::{Report, kilobytes},
    say,
    votes::Latencies,
};

/// Each of them asks for one song.
const GUESTS: usize = FULL;
/// As many songs wait at an ordinary party.
const ORDINARY: usize = 50;
/// As many as a room takes.
const FULL: usize = 200;
/// What plays, and what the account would play next: nobody asks for these.
const ACCOUNTS_OWN: usize = 21;
/// Between one song and the next.
const PAUSE: Duration = Duration::from_millis(50);
/// Calls are counted for so long, in which one song ends and the next one begins: more often than
/// songs do.
const MINUTE: Duration = Duration::from_secs(60);
const ENDS_AFTER_MS: u64 = 40_000;
/// No vote skips.
const VOTES_TO_SKIP: usize = 100;

/// A song of the simulator's.
#[derive(Deserialize)]
struct Song {
    uri: String,
    name: String,
}

/// Adds everything about a long queue to the report.
///
/// # Errors
/// If the server does not do what it should.
pub async fn measure(processes: &Processes, report: &mut Report) -> anyhow::Result<()> {
    say("songs that guests ask for")?;
    let room = Room::open(processes, VOTES_TO_SKIP).await?;
    let guests = room.guests(GUESTS).await?;
    let mut audience = Audience::new();
    audience.admit(&guests, &room).await?;
    audience.everybody(|snapshot| snapshot.playback.is_some()).await?;

    let catalogue = request(processes.simulator, "GET", "/control/catalogue", &[], "");
    let catalogue = ask(processes.simulator, &catalogue).await?;
    let songs: Vec<Song> = serde_json::from_slice(&catalogue.body)?;
    let mut asked: Vec<_> = guests.iter().zip(songs.iter().skip(ACCOUNTS_OWN)).collect();
    ensure!(asked.len() == FULL, "{} songs to ask for", asked.len());
    let later = asked.split_off(ORDINARY);
    let mut latencies = Latencies::new(processes);
    add(&room, &mut audience, &asked, &mut latencies).await?;
    add_weights(&room, &guests, report).await?;
    add(&room, &mut audience, &later, &mut latencies).await?;
    let figure = "A song that a search found is added → all 200 guests see it wait, p99; up to 200 \
                  songs wait";
    report.add_times(figure, &latencies, "songs", 25.0);
    add_calls(processes, &room, report).await
}

/// Lets guests ask for songs, one after another.
async fn add(
    room: &Room,
    audience: &mut Audience,
    asked: &[(&Visitor, &Song)],
    latencies: &mut Latencies<'_>,
) -> anyhow::Result<()> {
    for (guest, song) in asked {
        let mut connection = Connection::open(guest.server()).await?;
        connection.send(&guest.get(&room.search(&song.name), &[])).await?;
        connection.answer().await?;
        tokio::time::sleep(PAUSE).await;
        let expected = audience.snapshot()?.queue.len() + 1;
        let uri: String = form_urlencoded::byte_serialize(song.uri.as_bytes()).collect();
        let form = format!("code={}&uri={uri}", room.code);
        let mark = latencies.busy.mark()?;
        let sent = Instant::now();
        connection.send(&guest.post("/api/queue/add", &form)).await?;
        connection.answer().await?;
        let arrived = audience.everybody(|snapshot| snapshot.queue.len() == expected);
        latencies.samples.push(arrived.await? - sent);
        latencies.busy.add_since(&mark)?;
    }
    Ok(())
}

/// Weighs what one guest is sent: all at first, then what another one's vote changes, which is for the
/// song at the end and brings it to the front.
async fn add_weights(room: &Room, guests: &[Visitor], report: &mut Report) -> anyhow::Result<()> {
    let [reader, voter, ..] = guests else { bail!("too few guests") };
    let mut stream = Connection::open(reader.server()).await?;
    stream.send(&reader.events(room)).await?;
    stream.head().await?;
    let whole = next_state(&mut stream).await?;
    let data = whole.split_once("data: ").context("a snapshot without data")?.1;
    let snapshot: Value = serde_json::from_str(data)?;
    let last = snapshot["queue"].as_array().and_then(|queue| queue.last());
    let entry = last.context("nothing waits")?["entry"].to_string();
    let size = kilobytes(data.len());
    report.add(
        format!("A snapshot where {ORDINARY} songs wait, before compression"),
        format!("{size:.1} kB"),
        "at most 12 kB",
        size <= 12.0,
    );

    let form = format!("code={}&entry={entry}&on=true", room.code);
    ask(voter.server(), &voter.post("/api/queue/vote", &form)).await?;
    let size = kilobytes(next_state(&mut stream).await?.len());
    report.add(
        format!("What one vote for a song sends to each guest where {ORDINARY} wait"),
        format!("{size:.2} kB"),
        "at most 1 kB",
        size <= 1.0,
    );
    Ok(())
}

/// The next event that tells the room's state.
async fn next_state(stream: &mut Connection) -> anyhow::Result<String> {
    let is_state = |event: &&str| {
        event.starts_with("event: snapshot\n") || event.starts_with("event: changes\n")
    };
    loop {
        let chunk = stream.chunk().await?.context("the stream ended")?;
        if let Some(state) = std::str::from_utf8(&chunk)?.split("\n\n").find(is_state) {
            return Ok(state.to_owned());
        }
    }
}

/// Counts calls while one song ends and the next one is handed over and begins.
async fn add_calls(processes: &Processes, room: &Room, report: &mut Report) -> anyhow::Result<()> {
    say("Spotify calls where many songs wait")?;
    let ending = json!({ "play": { "item": "0", "duration_ms": ENDS_AFTER_MS } });
    control(processes, &format!("/control/accounts/{}", room.account), &ending).await?;
    let calls = calls::count(processes, MINUTE).await?;
    report.add(
        format!(
            "Spotify calls in a minute in which a song is handed over and begins, with {GUESTS} \
             live guests and a queue of {FULL}"
        ),
        calls.to_string(),
        "at most 15",
        calls <= 15,
    );
    Ok(())
}

//! A host with a connected Spotify, and guests: each a visitor of their own.

use std::net::SocketAddr;

use anyhow::Context as _;
use futures::future::try_join_all;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    http::{Answer, Connection, ask, request},
    processes::Processes,
};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");
/// No track ends while something is measured.
const TRACK_MS: u64 = 3_600_000;
/// Guests who join at the same time when there are many to come.
const JOINING: usize = 32;

/// A browser without its screen.
#[derive(Clone)]
pub struct Visitor {
    server: SocketAddr,
    cookie: String,
}

/// A room whose host connected their Spotify, on which a long track plays.
pub struct Room {
    /// Its code.
    pub code: String,
    /// Who is in charge of it.
    pub host: Visitor,
    /// The id of the host's Spotify account.
    pub account: String,
    server: SocketAddr,
}

impl Visitor {
    /// Somebody who was never here.
    pub fn new(server: SocketAddr) -> Self {
        Self { server, cookie: String::new() }
    }

    /// Where the visitor's requests go.
    pub fn server(&self) -> SocketAddr {
        self.server
    }

    /// The bytes of a request for a page, with further headers.
    pub fn get(&self, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        let cookie = [("Cookie", &*self.cookie)];
        request(self.server, "GET", target, &[&cookie, headers].concat(), "")
    }

    /// The bytes of a request for the events of a room.
    pub fn events(&self, room: &Room) -> Vec<u8> {
        self.get(&format!("/room/{}/events", room.code), &[])
    }

    /// The bytes of a posted form.
    pub fn post(&self, target: &str, form: &str) -> Vec<u8> {
        request(self.server, "POST", target, &[FORM, ("Cookie", &self.cookie)], form)
    }

    /// Sends a request and keeps the cookie that comes back.
    ///
    /// # Errors
    /// If there is no answer, or it refuses.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        let answer = ask(self.server, request).await?;
        self.keep_cookie(&answer);
        Ok(answer)
    }

    /// Keeps the cookie that came with an answer, if one did.
    pub fn keep_cookie(&mut self, answer: &Answer) {
        let cookie = answer.head.header("set-cookie");
        // Not the one that keeps a browser signed in at Spotify.
        let cookie = cookie.filter(|cookie| !cookie.starts_with("simulated_account="));
        if let Some((cookie, _)) = cookie.and_then(|cookie| cookie.split_once(';')) {
            cookie.clone_into(&mut self.cookie);
        }
    }
}

impl Room {
    /// A room that `votes_to_skip` votes skip in.
    ///
    /// # Errors
    /// If the server or the simulator refuses.
    pub async fn open(processes: &Processes, votes_to_skip: usize) -> anyhow::Result<Self> {
        let mut host = Visitor::new(processes.server);
        let form = format!("votes_to_skip={votes_to_skip}");
        let created = host.ask(&host.post("/api/rooms/create", &form)).await?;
        let there = location(&created)?;
        let code = there.strip_prefix("/room/").and_then(|rest| rest.get(..6));
        let code = code.with_context(|| format!("no room at {there}"))?.to_owned();

        let account = connect(processes, &mut host, &code).await?;
        Ok(Self { code, host, account, server: processes.server })
    }

    /// Lets guests pause.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn let_guests_pause(&self, votes_to_skip: usize) -> anyhow::Result<()> {
        let form = format!("code={}&votes_to_skip={votes_to_skip}&guest_can_pause=on", self.code);
        ask(self.server, &self.host.post("/api/rooms/settings", &form)).await.map(drop)
    }

    /// Where a search of its members' is answered.
    pub fn search(&self, words: &str) -> String {
        let words: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
        format!("/api/search?code={}&q={words}&offset=0", self.code)
    }

    /// New visitors, who join: a number of them at a time, as fast as the server lets them.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn guests(&self, count: usize) -> anyhow::Result<Vec<Visitor>> {
        let doors = JOINING.min(count);
        let join = async |door: usize| {
            let mut door = self.door(count / doors + usize::from(door < count % doors)).await?;
            let mut guests = Vec::new();
            while let Some(guest) = door.admit().await? {
                guests.push(guest);
            }
            anyhow::Ok(guests)
        };
        Ok(try_join_all((0..doors).map(join)).await?.concat())
    }

    /// A door through which at most `count` guests join, one after another.
    ///
    /// # Errors
    /// If the server does not listen.
    pub async fn door(&self, count: usize) -> anyhow::Result<Door> {
        let form = format!("code={}", self.code);
        let connection = Connection::open(self.server).await?;
        Ok(Door { connection, form, server: self.server, left: count })
    }
}

/// Connects an account of its own to the room that has this code, so that many rooms can do so at
/// once; returns the account's id.
async fn connect(processes: &Processes, host: &mut Visitor, code: &str) -> anyhow::Result<String> {
    let made = control(processes, "/control/accounts", &json!({})).await?;
    let made: Value = serde_json::from_slice(&made.body)?;
    let account = made["id"].as_str().context("an account without an id")?;

    let connect = host.post("/api/spotify/connect", &format!("code={code}"));
    agree(processes, host, &connect, account).await?;

    let long = |item: usize| json!({ "item": item.to_string(), "duration_ms": TRACK_MS });
    let coming: Vec<Value> = (1..=20).map(long).collect();
    let path = format!("/control/accounts/{account}");
    control(processes, &path, &json!({ "play": long(0) })).await?;
    control(processes, &path, &json!({ "coming": coming })).await?;
    Ok(account.to_owned())
}

/// Sends what leads to Spotify's consent, agrees with that account, and comes back.
///
/// # Errors
/// If the server or the simulator refuses.
pub async fn agree(
    processes: &Processes,
    host: &mut Visitor,
    asks: &[u8],
    account: &str,
) -> anyhow::Result<()> {
    let consent = path_of(location(&host.ask(asks).await?)?)?.to_owned();
    let agree = format!("decision=agree&account={account}");
    let agree = request(processes.simulator, "POST", &consent, &[FORM], &agree);
    let agreed = ask(processes.simulator, &agree).await?;
    host.ask(&host.get(path_of(location(&agreed)?)?, &[])).await.map(drop)
}

/// A connection over which one guest after another joins.
pub struct Door {
    connection: Connection,
    form: String,
    server: SocketAddr,
    left: usize,
}

impl Door {
    /// The next guest, who has joined; none once all have.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn admit(&mut self) -> anyhow::Result<Option<Visitor>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let mut guest = Visitor::new(self.server);
        self.connection.send(&guest.post("/api/rooms/join", &self.form)).await?;
        guest.keep_cookie(&self.connection.answer().await?);
        Ok(Some(guest))
    }
}

/// Tells the simulator what happens.
///
/// # Errors
/// If it refuses.
pub async fn control(processes: &Processes, path: &str, body: &Value) -> anyhow::Result<Answer> {
    ask(
        processes.simulator,
        &request(processes.simulator, "POST", path, &[JSON], &body.to_string()),
    )
    .await
}

fn location(answer: &Answer) -> anyhow::Result<&str> {
    answer.head.header("location").context("an answer that leads nowhere")
}

/// An address without its origin.
fn path_of(url: &str) -> anyhow::Result<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    Ok(&rest[rest.find('/').context("an address without a path")?..])
}

//! A host with a connected Spotify, and guests: each a visitor of their own.

use std::net::SocketAddr;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::{
    http::{Answer, ask, request},
    processes::Processes,
};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");
/// No track ends while something is measured.
const TRACK_MS: u64 = 3_600_000;

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
    server: SocketAddr,
}

impl Visitor {
    fn new(server: SocketAddr) -> Self {
        Self { server, cookie: String::new() }
    }

    /// Where the visitor's requests go.
    pub fn server(&self) -> SocketAddr {
        self.server
    }

    /// The bytes of a request for a page, with further headers.
    pub fn get(&self, target: &str, headers: &[(&str, &str)]) -> Vec<u8> {
        let cookie = [("Cookie", &*self.cookie)];
        request("GET", target, &[&cookie, headers].concat(), "")
    }

    /// The bytes of a posted form.
    pub fn post(&self, target: &str, form: &str) -> Vec<u8> {
        request("POST", target, &[FORM, ("Cookie", &self.cookie)], form)
    }

    /// Sends a request and keeps the cookie that comes back.
    ///
    /// # Errors
    /// If there is no answer, or it refuses.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        let answer = ask(self.server, request).await?;
        let cookie = answer.head.header("set-cookie");
        if let Some((cookie, _)) = cookie.and_then(|cookie| cookie.split_once(';')) {
            cookie.clone_into(&mut self.cookie);
        }
        Ok(answer)
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

        let connect = host.post("/api/spotify/connect", &format!("code={code}"));
        let consent = path_of(location(&host.ask(&connect).await?)?)?.to_owned();
        let agree = request("POST", &consent, &[FORM], "decision=agree");
        let agreed = ask(processes.simulator, &agree).await?;
        host.ask(&host.get(path_of(location(&agreed)?)?, &[])).await?;

        let long = |item: usize| json!({ "item": item.to_string(), "duration_ms": TRACK_MS });
        let coming: Vec<Value> = (1..=20).map(long).collect();
        control(processes, "/control/accounts/latest", &json!({ "play": long(0) })).await?;
        control(processes, "/control/accounts/latest", &json!({ "coming": coming })).await?;
        Ok(Self { code, server: processes.server })
    }

    /// A new visitor, who joins.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn guest(&self) -> anyhow::Result<Visitor> {
        let mut guest = Visitor::new(self.server);
        guest.ask(&guest.post("/api/rooms/join", &format!("code={}", self.code))).await?;
        Ok(guest)
    }
}

/// Tells the simulator what happens.
///
/// # Errors
/// If it refuses.
pub async fn control(processes: &Processes, path: &str, body: &Value) -> anyhow::Result<()> {
    let request = request("POST", path, &[JSON], &body.to_string());
    ask(processes.simulator, &request).await.map(drop)
}

fn location(answer: &Answer) -> anyhow::Result<&str> {
    answer.head.header("location").context("an answer that leads nowhere")
}

/// An address without its origin.
fn path_of(url: &str) -> anyhow::Result<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    Ok(&rest[rest.find('/').context("an address without a path")?..])
}

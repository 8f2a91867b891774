//! kill -9 while several people write: what was acknowledged is there.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use auxroom::{model::PlayId, server::store::copy};
use reqwest::{Method, header::ACCEPT};
use tokio::{sync::mpsc, task::JoinHandle};

use crate::harness::{Person, Program};

/// A value that is written again and again.
#[derive(Debug)]
struct Register {
    acknowledged: u64,
    /// What was on its way when the program was killed: there, or not.
    tried: Option<u64>,
}

impl Register {
    #[track_caller]
    fn holds(&self, value: u64, what: &str) {
        assert!(
            value == self.acknowledged || Some(value) == self.tried,
            "{what}: {value}, {self:?}"
        );
    }
}

/// What somebody changes.
#[derive(Clone, Copy, Debug)]
enum Part {
    /// The number of votes of a room of their own.
    Settings,
    /// Whether they are in the room of all.
    Membership,
    /// Whether their vote counts there.
    Vote(PlayId),
    /// How many rooms they have created.
    Rooms,
}

struct Writer {
    person: Person,
    code: String,
    part: Part,
    register: Register,
    created: Vec<String>,
}

impl Writer {
    fn new(person: Person, code: &str, part: Part, acknowledged: u64) -> Self {
        let register = Register { acknowledged, tried: None };
        Self { person, code: code.to_owned(), part, register, created: Vec::new() }
    }

    /// Writes until told to stop, or nobody answers any more; names every acknowledged write.
    async fn writes(mut self, stop: Arc<AtomicBool>, acknowledged: mpsc::Sender<()>) -> Self {
        while !stop.load(Ordering::SeqCst) {
            let next = match self.part {
                Part::Settings => self.register.acknowledged % 100 + 1,
                Part::Rooms => self.register.acknowledged + 1,
                Part::Membership | Part::Vote(_) => 1 - self.register.acknowledged,
            };
            self.register.tried = Some(next);
            if !self.write(next).await {
                break;
            }
            self.register = Register { acknowledged: next, tried: None };
            if acknowledged.send(()).await.is_err() {
                break;
            }
        }
        self
    }

    async fn write(&mut self, next: u64) -> bool {
        let (path, more) = match self.part {
            Part::Settings => ("/api/rooms/settings", vec![("votes_to_skip", next.to_string())]),
            Part::Rooms => ("/api/rooms/create", vec![("votes_to_skip", "2".to_owned())]),
            Part::Membership if next == 1 => ("/api/rooms/join", Vec::new()),
            Part::Membership => ("/api/rooms/leave", Vec::new()),
            Part::Vote(play) => {
                let on = (next == 1).to_string();
                ("/api/playback/vote-skip", vec![("play", play.to_string()), ("on", on)])
            }
        };
        let mut form = vec![("code", self.code.clone()), ("guest_can_pause", String::new())];
        form.extend(more);
        let request = self.person.request(Method::POST, path).form(&form);
        let request = request.header(ACCEPT, "text/html").header("sec-fetch-site", "same-origin");
        let Ok(response) = request.send().await else { return false };
        assert_eq!(response.status(), 302, "{path}");
        let to = response.headers()["location"].to_str().expect("an address").to_owned();
        assert!(to.contains("done="), "{path} was refused: {to}");
        if matches!(self.part, Part::Rooms) {
            let code = to.split('?').next().expect("a path").trim_start_matches("/room/");
            self.created.push(code.to_owned());
        }
        true
    }

    /// Checks that everything acknowledged is there.
    async fn finds_everything(&self) {
        let page = self.person.opens(&format!("/room/{}", self.code)).await;
        match self.part {
            Part::Settings => {
                let settings = self.person.opens(&format!("/room/{}/settings", self.code)).await;
                let value = settings.expect(200).body;
                let is = |number: u64| value.contains(&format!("value=\"{number}\""));
                let Register { acknowledged, tried } = self.register;
                assert!(is(acknowledged) || tried.is_some_and(is), "{:?}", self.register);
            }
            Part::Membership => {
                let left = self.person.calls("/api/rooms/leave", &[("code", &self.code)]).await;
                self.register.holds(u64::from(left.status == 200), "membership");
            }
            Part::Vote(_) => {
                page.expect(200);
                let you = self.person.watches(&self.code).await.you(|_| true).await;
                self.register.holds(u64::from(you.voted_play.is_some()), "vote");
            }
            Part::Rooms => {
                for code in &self.created {
                    self.person.opens(&format!("/room/{code}")).await.expect(200);
                }
            }
        }
    }
}

/// Kills the program `rounds` times, each time at a random moment of so many writes.
async fn is_killed(rounds: u32, writes: u64) {
    let mut program = Program::start("info").await;
    let (host, code) = program.host_with_music("100").await;
    let play = host.watches(&code).await.playing().await;
    for round in 0..rounds {
        let mut writers = Vec::new();
        for part in [Part::Settings, Part::Rooms, Part::Membership, Part::Vote(play)] {
            for _ in 0..2 {
                let person = program.person();
                let (own, begin) = match part {
                    Part::Settings => (person.creates_room().await, 2),
                    _ => (code.clone(), 0),
                };
                if matches!(part, Part::Rooms | Part::Vote(_)) {
                    person.joins(&code).await;
                }
                if matches!(part, Part::Membership) {
                    person.joins(&code).await;
                    person.calls("/api/rooms/leave", &[("code", &code)]).await.expect(200);
                }
                writers.push(Writer::new(person, &own, part, begin));
            }
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, mut acknowledged) = mpsc::channel(1);
        let running: Vec<JoinHandle<Writer>> = writers
            .into_iter()
            .map(|writer| tokio::spawn(writer.writes(stop.clone(), sender.clone())))
            .collect();
        drop(sender);
        let moment = rand::random_range(1..=writes);
        for _ in 0..moment {
            acknowledged.recv().await.expect("somebody writes");
        }
        stop.store(true, Ordering::SeqCst);
        acknowledged.close();
        program.is_killed_and_restarted().await;
        for writer in running {
            writer.await.expect("no panic").finds_everything().await;
        }
        copy::verify(&program.database()).await.unwrap_or_else(|error| {
            panic!("round {round}, {moment} writes: {error:#}");
        });
    }
}

#[tokio::test]
async fn kill_9_while_several_people_write_loses_nothing_acknowledged() {
    is_killed(3, 200).await;
}

#[tokio::test]
#[ignore = "takes minutes: 50 kills, each during up to 1,000 writes"]
async fn kill_9_fifty_times_during_a_thousand_writes_loses_nothing_acknowledged() {
    // Each ten with a song of their own: one that ended meanwhile would take the votes along.
    for _ in 0..5 {
        is_killed(10, 1_000).await;
    }
}

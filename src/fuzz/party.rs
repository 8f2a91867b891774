//! A few people with rooms of their own, who do all that can be done, and now and then something odd.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, atomic::AtomicUsize, atomic::Ordering},
    time::Instant,
};

use simulator::Simulator;

use crate::{
    dice::Dice,
    mutations::{Change, mutate},
    requests::{Request, Route, Values, draw},
    room::{PEOPLE, Room},
    tally::Tally,
    wire::{Answer, Connection},
};

const MOST_ROOMS: usize = 3;
/// Such statuses are for requests that make no sense.
const SENSELESS: [u16; 9] = [400, 405, 408, 411, 413, 414, 415, 421, 431];

/// What all parties share.
pub(crate) struct Common {
    pub(crate) address: SocketAddr,
    pub(crate) spotify_address: SocketAddr,
    pub(crate) spotify: Simulator,
    pub(crate) routes: Vec<Route>,
    pub(crate) tally: Mutex<Tally>,
    pub(crate) requests: AtomicUsize,
    pub(crate) sign_ins: AtomicUsize,
    pub(crate) endings: AtomicUsize,
    pub(crate) begun: Instant,
}

impl Common {
    /// Whether somebody may sign in now: the server lets one pass a second, and all others wait.
    pub(crate) fn may_sign_in(&self) -> bool {
        self.takes_one(&self.sign_ins, 2)
    }

    /// Whether somebody may end a room, or its way to Spotify, now: faster than people sign in, and
    /// hardly a room would have music.
    fn may_end(&self) -> bool {
        self.takes_one(&self.endings, 5)
    }

    /// Counts one more, if it may be: some at once, then one every few seconds.
    fn takes_one(&self, count: &AtomicUsize, every_s: u64) -> bool {
        let allowed = 10 + self.begun.elapsed().as_secs() / every_s;
        let had = count.load(Ordering::Relaxed);
        (had as u64) < allowed && count.fetch_add(1, Ordering::Relaxed) == had
    }
}

/// A few people and their rooms.
pub(crate) struct Party {
    pub(crate) common: Arc<Common>,
    pub(crate) dice: Dice,
    /// Everybody's cookie.
    pub(crate) cookies: Vec<Option<String>>,
    pub(crate) rooms: Vec<Room>,
    /// The room that nobody looks after.
    square: String,
    pub(crate) connection: Option<Connection>,
    /// How many routes were asked on the first round, which leaves none out.
    toured: usize,
    /// What was sent last, to say it again.
    pub(crate) last: Vec<u8>,
}

impl Party {
    pub(crate) fn new(common: Arc<Common>, dice: Dice, square: String) -> Self {
        let cookies = vec![None; PEOPLE];
        let (rooms, last) = (Vec::new(), Vec::new());
        Self { common, dice, cookies, rooms, square, connection: None, toured: 0, last }
    }

    /// Does something.
    ///
    /// # Errors
    /// If the server fails, or has lost what it acknowledged.
    pub(crate) async fn step(&mut self) -> Result<(), String> {
        if self.rooms.is_empty() {
            self.opens_room(0).await?;
        }
        if self.toured < self.common.routes.len() {
            self.toured += 1;
            let (route, who) = (self.common.routes[self.toured - 1].clone(), self.toured % PEOPLE);
            return self.asks(who, &route).await;
        }
        match self.dice.below(1_000) {
            0..4 => self.spotify_fails(),
            4..24 => {
                let room = self.dice.below(self.rooms.len());
                match self.dice.below(5) {
                    0 => self.agrees_to_more(room).await?,
                    1 => self.takes_an_offer(room).await?,
                    _ => self.connects(room).await?,
                }
            }
            24..28 => self.checks_everything().await?,
            28..90 => {
                let room = self.dice.below(self.rooms.len());
                let who = self.dice.below(PEOPLE);
                self.checks(room, who).await?;
            }
            90..250 => self.somebody_asks().await?,
            _ => {
                let route = draw(&self.common.clone().routes, &mut self.dice).clone();
                let who = self.dice.below(PEOPLE);
                self.asks(who, &route).await?;
            }
        }
        Ok(())
    }

    /// A person asks for something, which may make no sense.
    async fn asks(&mut self, who: usize, route: &Route) -> Result<(), String> {
        let room = self.dice.below(self.rooms.len());
        let is_too_much = route.path == "/api/rooms/create" && self.rooms.len() >= MOST_ROOMS;
        let ends = route.ends_things() && self.rooms.iter().any(|room| room.host == who);
        if is_too_much || (ends && !self.common.may_end()) {
            return Ok(());
        }
        let mut request = self.request(route, &self.rooms[room].clone());
        if let Some(cookie) = &self.cookies[who] {
            request.headers.push(("Cookie".to_owned(), cookie.clone().into()));
        }
        if self.dice.happens(80) {
            let network = format!("203.0.113.{}", self.dice.below(2));
            request.headers.push(("X-Forwarded-For".to_owned(), network.into()));
        }
        // A code that somebody is given by chance cannot be found again.
        let may_change = route.path != "/api/rooms/renew-code" && self.dice.happens(500);
        let host = self.common.address.to_string();
        let change = match may_change {
            true => mutate(&mut request, &host, &mut self.dice),
            false => Change::None,
        };
        let Some(answer) = self.send(&request, Some(who), change).await? else { return Ok(()) };
        if change == Change::None && SENSELESS.contains(&answer.status) {
            return Err(format!("a request that makes sense was answered {}", answer.status));
        }
        let is_read = request.method == "GET" || request.method == "HEAD";
        if change == Change::None && answer.status == 200 && request.path.starts_with("/room/") {
            self.rooms[room].is_offered(&answer.body);
        }
        match change {
            _ if is_read || !answer.is_done() => Ok(()),
            // Nobody here knows who that was.
            Change::None if route.path == "/api/people/remove" => self.adopts_everything().await,
            Change::None => self.did(&request, who, room, &answer),
            _ => self.adopts_everything().await,
        }
    }

    /// The host looks at a page, and takes what it offers.
    async fn takes_an_offer(&mut self, room: usize) -> Result<(), String> {
        let (host, code) = (self.rooms[room].host, self.rooms[room].code.clone());
        let (page, command) = *self.dice.pick(&[
            ("/room/{code}/speakers", "/api/devices/use"),
            ("/room/{code}/playlist", "/api/fallback/choose"),
            ("/room/{code}/people", "/api/people/remove"),
        ]);
        let (_, answer) = self.asks_for(host, page, &code).await?;
        if answer.status != 200 {
            return Ok(());
        }
        self.rooms[room].is_offered(&answer.body);
        let (_, answer) = self.asks_for(host, command, &code).await?;
        match command {
            "/api/people/remove" if answer.is_done() => self.adopts_everything().await,
            _ => Ok(()),
        }
    }

    /// Somebody without a cookie asks for something that makes no sense, perhaps not even as HTTP.
    async fn somebody_asks(&mut self) -> Result<(), String> {
        let common = self.common.clone();
        let route = draw(&common.routes, &mut self.dice);
        let square = Room { code: self.square.clone(), ..Room::default() };
        let mut request = self.request(route, &square);
        let host = self.common.address.to_string();
        let change = mutate(&mut request, &host, &mut self.dice);
        self.send(&request, None, change).await.map(drop)
    }

    /// A request that makes sense in that room.
    pub(crate) fn request(&mut self, route: &Route, room: &Room) -> Request {
        let play = room.play.map_or("1".to_owned(), |play| play.to_string());
        let Room { code, device, playlist, member, .. } = room;
        let values = Values { code, play: &play, device, playlist, member };
        Request::of(route, &values, &mut self.dice)
    }

    /// Takes note of what was acknowledged.
    fn did(
        &mut self,
        request: &Request,
        who: usize,
        room: usize,
        answer: &Answer,
    ) -> Result<(), String> {
        let place = &mut self.rooms[room];
        let what = match &*request.route {
            "/api/rooms/create" => {
                self.notes_room(who, &code_in(&answer.location())?, request);
                "create"
            }
            "/api/rooms/join" => {
                place.gains(who);
                "join"
            }
            "/api/rooms/leave" => {
                place.loses(who);
                "leave"
            }
            "/api/rooms/close" => {
                self.rooms.remove(room);
                "close"
            }
            "/api/rooms/renew-code" => {
                place.code = code_in(&answer.location())?;
                "renew the code"
            }
            "/api/rooms/stop-joining" => {
                place.joining_stopped = request.field("on") == "true";
                "stop or allow joining"
            }
            "/api/rooms/settings" => {
                place.is_set(request);
                "settings"
            }
            "/api/playback/vote-skip" => match place.counts(who, request.field("play"), answer) {
                Some(what) => what,
                None => return Ok(()),
            },
            "/api/visitors/forget" => {
                self.rooms.retain(|room| room.host != who);
                self.rooms.iter_mut().for_each(|room| room.loses(who));
                "forget"
            }
            _ => return Ok(()),
        };
        self.common.tally.lock().expect("no panic").acknowledged(what);
        Ok(())
    }

    fn notes_room(&mut self, host: usize, code: &str, request: &Request) {
        let mut room = Room {
            code: code.to_owned(),
            host,
            members: [host].into(),
            count: 1,
            needs_sign_in: true,
            ..Room::default()
        };
        room.is_set(request);
        self.rooms.push(room);
    }

    /// Creates a room, most of the time one that plays.
    ///
    /// # Errors
    /// As for every request.
    pub(crate) async fn opens_room(&mut self, host: usize) -> Result<(), String> {
        let (request, answer) = self.asks_for(host, "/api/rooms/create", "").await?;
        if answer.status != 200 {
            return Err(format!("no room can be created: {}", answer.status));
        }
        self.notes_room(host, &code_in(&answer.location())?, &request);
        if self.dice.happens(900) { self.connects(self.rooms.len() - 1).await } else { Ok(()) }
    }
}

/// The code in the address of a room's page.
fn code_in(location: &str) -> Result<String, String> {
    let code = location.strip_prefix("/room/").and_then(|rest| rest.get(..6));
    code.map(str::to_owned).ok_or_else(|| format!("no room at {location}"))
}

//! Thirty people, each with a phone that is in use now and then.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use auxroom::{
    model::{EntryId, MemberView, Outcome, RoomView, SearchResults},
    server::clock::Clock,
};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};
use url::form_urlencoded;

use crate::{
    dice::Dice,
    http::{Answer, Connection},
    ledger::Ledger,
    party::Visitor,
};

/// Between two acts of one guest, in seconds.
const SHORTEST_PAUSE_S: usize = 30;
const LONGEST_PAUSE_S: usize = 240;
/// Nobody asks for more songs than so many that wait.
const LONGEST_QUEUE: usize = 12;
/// How long a stream that broke off stays away.
const RECONNECTS_AFTER: Duration = Duration::from_secs(3);
/// What takes longer shows that the machine has other things to do: a twentieth of a second, 60 times faster.
const SLOW_MS: u64 = 3_000;
/// Longer than anything may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Of so long, in seconds, the last third is quiet: nobody asks for songs, and the playlist goes on.
const CYCLE_S: u64 = 5_400;

/// What all guests share.
pub(crate) struct Place {
    pub(crate) server: SocketAddr,
    pub(crate) code: String,
    /// What songs are called.
    pub(crate) titles: Vec<String>,
    pub(crate) ledger: Mutex<Ledger>,
    pub(crate) clock: Clock,
    pub(crate) began: tokio::time::Instant,
}

impl Place {
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("no panic")
    }

    fn is_quiet(&self) -> bool {
        self.began.elapsed().as_secs() % CYCLE_S > CYCLE_S * 2 / 3
    }
}

/// One of them.
pub(crate) struct Guest {
    pub(crate) place: Arc<Place>,
    pub(crate) visitor: Visitor,
    pub(crate) dice: Dice,
    pub(crate) number: i64,
    is_in: bool,
    stream: Option<JoinHandle<()>>,
}

impl Guest {
    pub(crate) fn new(place: Arc<Place>, dice: Dice, number: i64) -> Self {
        let visitor = Visitor::new(place.server);
        Self { place, visitor, dice, number, is_in: false, stream: None }
    }

    /// Comes, and takes part until this is dropped.
    pub(crate) async fn takes_part(mut self) {
        loop {
            let pause_s = SHORTEST_PAUSE_S + self.dice.below(LONGEST_PAUSE_S - SHORTEST_PAUSE_S);
            sleep(Duration::from_secs(pause_s as u64)).await;
            if !self.is_in {
                self.joins().await;
                continue;
            }
            match self.looks().await {
                Some(RoomView::Member(view)) => self.acts(&view).await,
                Some(RoomView::Stranger) => self.is_in = false,
                None => {}
            }
        }
    }

    async fn joins(&mut self) {
        let form = format!("code={}&name=Guest+{}", self.place.code, self.number);
        let request = self.visitor.post("/api/rooms/join", &form);
        if let Some(answer) = self.asks(&request).await
            && answer.head.status < 300
        {
            self.is_in = true;
            self.place.ledger().did("joins");
            self.holds_stream();
        }
    }

    /// Keeps the room's page open, or closes it.
    fn holds_stream(&mut self) {
        let (place, visitor) = (self.place.clone(), self.visitor.clone());
        let stream = tokio::spawn(async move {
            let request = visitor.get(&format!("/room/{}/events", place.code), &[]);
            loop {
                if let Ok(mut stream) = Connection::open(place.server).await
                    && stream.send(&request).await.is_ok()
                    && stream.head().await.is_ok_and(|head| head.status == 200)
                {
                    while let Ok(Some(_)) = stream.chunk().await {}
                }
                sleep(RECONNECTS_AFTER).await;
            }
        });
        if let Some(before) = self.stream.replace(stream) {
            before.abort();
        }
    }

    async fn looks(&mut self) -> Option<RoomView> {
        let view = format!("/api/rooms/view?code={}", self.place.code);
        let answer = self.asks(&self.visitor.get(&view, &[])).await?;
        if answer.head.status == 403 {
            return Some(RoomView::Stranger);
        }
        serde_json::from_slice(&answer.body).ok()
    }

    async fn acts(&mut self, view: &MemberView) {
        let (room, you) = (&view.snapshot, &view.you);
        let waiting: Vec<EntryId> = room.queue.iter().map(|song| song.entry).collect();
        let of = |some: &[EntryId], is: bool| -> Vec<EntryId> {
            waiting.iter().copied().filter(|entry| some.contains(entry) == is).collect()
        };
        match self.dice.below(100) {
            0..30 if waiting.len() < LONGEST_QUEUE && !self.place.is_quiet() => self.wishes().await,
            0..58 => self.votes(&of(&you.voted_entries, false), true).await,
            58..66 => self.votes(&of(&you.voted_entries, true), false).await,
            66..71 => self.withdraws(&of(&you.own_entries, true)).await,
            71..78 => {
                if let Some(play) = room.current_play() {
                    let on = you.voted_play != Some(play);
                    let form = format!("code={}&play={play}&on={on}", room.code);
                    self.does("/api/playback/vote-skip", &form, "votes to skip, or back").await;
                }
            }
            78..81 => {
                let form = format!("code={}", room.code);
                // Their votes leave with them.
                self.place.ledger().votes.retain(|(guest, _), _| *guest != self.number);
                if self.does("/api/rooms/leave", &form, "leaves").await.is_some() {
                    self.is_in = false;
                    self.stream.take().inspect(JoinHandle::abort);
                }
            }
            81..86 => drop(self.stream.take().inspect(JoinHandle::abort)),
            86..92 if self.stream.is_none() => self.holds_stream(),
            _ => {}
        }
    }

    /// Searches for a song and asks for the first that may be.
    async fn wishes(&mut self) {
        let place = self.place.clone();
        let title: String =
            form_urlencoded::byte_serialize(self.dice.pick(&place.titles).as_bytes()).collect();
        let search = format!("/api/search?code={}&q={title}&offset=0", place.code);
        let Some(answer) = self.asks(&self.visitor.get(&search, &[])).await else { return };
        place.ledger().did("searches");
        let Ok(found) = serde_json::from_slice::<SearchResults>(&answer.body) else { return };
        let Some(song) = found.tracks.into_iter().find(|found| found.refused.is_none()) else {
            return;
        };
        let uri = song.track.uri;
        let form = format!("code={}&uri={uri}", place.code);
        let outcome = self.asks(&self.visitor.post("/api/queue/add", &form)).await;
        let mut ledger = place.ledger();
        match outcome {
            None => *ledger.perhaps_added.entry(uri).or_default() += 1,
            Some(answer) if answer.head.status < 300 => {
                ledger.did("songs asked for");
                *ledger.added.entry(uri).or_default() += 1;
            }
            Some(_) => ledger.did("songs refused"),
        }
    }

    async fn votes(&mut self, songs: &[EntryId], on: bool) {
        if songs.is_empty() {
            return;
        }
        let entry = *self.dice.pick(songs);
        let form = format!("code={}&entry={entry}&on={on}", self.place.code);
        let what = if on { "votes for songs" } else { "votes taken back" };
        let outcome = self.does("/api/queue/vote", &form, what).await;
        let word = match outcome {
            Some(Outcome::SongVoted) => Some(true),
            Some(Outcome::SongUnvoted) => Some(false),
            Some(_) => return,
            None => None,
        };
        self.place.ledger().votes.insert((self.number, entry), word);
    }

    async fn withdraws(&mut self, songs: &[EntryId]) {
        let Some(entry) = songs.first().copied() else { return };
        let form = format!("code={}&entry={entry}", self.place.code);
        let outcome = self.does("/api/queue/remove", &form, "songs withdrawn, or gone").await;
        if outcome == Some(Outcome::SongWithdrawn) {
            self.place.ledger().withdrawn.insert(entry);
        }
    }

    /// Posts a form; what came of it, if that was said.
    async fn does(&mut self, path: &str, form: &str, what: &'static str) -> Option<Outcome> {
        let answer = self.asks(&self.visitor.post(path, form)).await?;
        if answer.head.status >= 300 {
            return None;
        }
        self.place.ledger().did(what);
        serde_json::from_slice(&answer.body).ok()
    }

    /// The answer to a request; nothing while the server is being killed.
    async fn asks(&mut self, request: &[u8]) -> Option<Answer> {
        let begun_ms = self.place.clock.now().0;
        let asked = timeout(PATIENCE, exchange(self.place.server, request)).await;
        let now_ms = self.place.clock.now().0;
        let mut ledger = self.place.ledger();
        if now_ms > begun_ms + SLOW_MS {
            ledger.did("answers that took long");
            ledger.excuse(begun_ms, now_ms + SLOW_MS, "a slow server");
        }
        let Some(answer) = asked.ok().and_then(Result::ok) else {
            ledger.did("requests that nobody answered");
            return None;
        };
        if answer.head.status >= 500 {
            let line =
                String::from_utf8_lossy(request).lines().next().unwrap_or_default().to_owned();
            let said = String::from_utf8_lossy(&answer.body).into_owned();
            ledger
                .failures
                .push((now_ms, format!("{line} was answered {}: {said}", answer.head.status)));
        }
        drop(ledger);
        self.visitor.keep_cookie(&answer);
        Some(answer)
    }
}

/// Whatever is answered to a request over a connection of its own.
pub(crate) async fn exchange(server: SocketAddr, request: &[u8]) -> anyhow::Result<Answer> {
    let mut connection = Connection::open(server).await?;
    connection.send(request).await?;
    connection.any_answer().await
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.stream.take().inspect(JoinHandle::abort);
    }
}

//! Music as tests speak of it: what Spotify does, what people press, how time passes.

use auxroom::{
    model::{EntryId, PlayId, RoomView, Snapshot},
    server::{
        spotify::Service,
        store::entities::{connection, skip_vote},
    },
};
use sea_orm::EntityTrait as _;
use simulator::{AccountSummary, Activity, Control, catalogue};

use super::{Answer, Events, Person, TestApp, app::TOO_LONG};

/// The look at what plays.
pub(crate) const LOOK: &str = "GET /v1/me/player";
/// The skip.
pub(crate) const NEXT: &str = "POST /v1/me/player/next";
/// The pause.
pub(crate) const PAUSE: &str = "PUT /v1/me/player/pause";
/// Going on.
pub(crate) const PLAY: &str = "PUT /v1/me/player/play";
/// The exchange of a code, and every refresh.
pub(crate) const TOKEN: &str = "POST /api/token";

impl TestApp {
    /// Does something to the Spotify account that was connected last.
    pub(crate) fn spotify_does(&self, control: Control) {
        self.spotify.control(None, control).expect("an account, and an item");
    }

    /// The Spotify account that was made last.
    pub(crate) fn account(&self) -> AccountSummary {
        self.spotify.accounts().pop().expect("an account")
    }

    /// Returns once Spotify was asked `count` times for `on`, and the server took in the answer.
    pub(crate) async fn hears(&self, on: &str, count: usize) {
        let heard = tokio::time::timeout(TOO_LONG, self.spotify.wait_for_request(on, count)).await;
        assert!(heard.is_ok(), "{count} × {on}: {:?}", self.spotify.request_counts());
        self.settles().await;
    }

    /// Moves the time on, and returns once the server has looked at what plays and taken it in.
    pub(crate) async fn looks_after(&self, ms: u64) {
        let looks = self.spotify.count(LOOK);
        self.advance(ms);
        self.hears(LOOK, looks + 1).await;
    }

    /// Lets the time pass second by second, each with what the server does in it.
    pub(crate) async fn passes(&self, ms: u64) {
        self.settles().await;
        for _ in 0..ms / 1_000 {
            self.advance(1_000);
            self.settles().await;
        }
        self.advance(ms % 1_000);
        self.settles().await;
    }

    /// Returns once nothing more happens before the time moves on: no room has anything to do, and
    /// Spotify has answered everything, except for calls that wait for the budget. A patient server may
    /// still wait for what hangs.
    pub(crate) async fn settles(&self) {
        let settled = async {
            let mut activity = self.spotify.activity();
            let mut parkings = self.state.hub.parkings();
            let mut waiting = self.state.limiter.budget(Service::WebApi).waiting();
            if *waiting.borrow() > 0 {
                // Their time may have come: on one thread they have noticed once everybody had turns.
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
            }
            loop {
                parkings.mark_unchanged();
                let open = self.state.hub.parked_requests();
                let waits = *waiting.borrow_and_update();
                let Activity { in_progress, hanging } = *activity.borrow_and_update();
                let hangs = if self.is_patient() { hanging } else { 0 };
                let is_done = open.is_some_and(|open| open <= hangs + waits);
                if in_progress == 0 && hanging == hangs && is_done {
                    return;
                }
                tokio::select! {
                    changed = activity.changed() => changed.expect("Spotify lives on"),
                    changed = parkings.changed() => changed.expect("the hub lives on"),
                    changed = waiting.changed() => changed.expect("the budget lives on"),
                }
            }
        };
        let settled = tokio::time::timeout(TOO_LONG, settled).await;
        assert!(settled.is_ok(), "never settles: {:?}", self.spotify.request_counts());
    }

    /// Returns once so many calls wait for the budget.
    pub(crate) async fn waits_for_budget(&self, calls: usize) {
        let mut waiting = self.state.limiter.budget(Service::WebApi).waiting();
        let waits = waiting.wait_for(|waiting| *waiting == calls);
        let waits = tokio::time::timeout(TOO_LONG, waits).await;
        waits.expect("calls that wait").expect("the budget lives on");
    }

    /// Returns once the server has noticed that nobody's event stream is open any more.
    pub(crate) async fn is_unwatched(&self) {
        let unwatched = async {
            let mut parkings = self.state.hub.parkings();
            while !self.state.hub.watched().is_empty() {
                parkings.changed().await.expect("the hub lives on");
            }
        };
        let unwatched = tokio::time::timeout(TOO_LONG, unwatched).await;
        assert!(unwatched.is_ok(), "still watched: {:?}", self.state.hub.watched());
        self.settles().await;
    }

    /// How many requests there are while `ms` pass.
    pub(crate) async fn asked_in(&self, ms: u64) -> usize {
        self.settles().await;
        let before = self.spotify.count("*");
        self.passes(ms).await;
        self.spotify.count("*") - before
    }

    /// The room's Spotify account, of whatever application.
    pub(crate) async fn connection(&self, code: &str) -> Option<connection::Model> {
        let room = self.room(code).await;
        let row = connection::Entity::of_room(room.id).one(&self.database().reader).await;
        row.expect("an answer")
    }

    /// How many votes are stored.
    pub(crate) async fn stored_votes(&self) -> usize {
        skip_vote::Entity::find().all(&self.database().reader).await.expect("an answer").len()
    }

    /// A room with `guests` guests in which `votes` votes skip what plays: the host, the guests,
    /// the code and what plays.
    pub(crate) async fn party(&self, guests: usize, votes: &str) -> Party {
        let host = self.person();
        let code = host.creates_room_with(votes, "").await;
        host.connects_spotify(&code).await;
        let mut all = Vec::new();
        for _ in 0..guests {
            all.push(self.guest_in(&code).await);
        }
        let mut events = host.watches(&code).await;
        let play = events.playing().await;
        Party { host, guests: all, code, events, play }
    }
}

/// A room in full swing.
pub(crate) struct Party {
    pub(crate) host: Person,
    pub(crate) guests: Vec<Person>,
    pub(crate) code: String,
    /// As the host sees the room.
    pub(crate) events: Events,
    /// What plays at first.
    pub(crate) play: PlayId,
}

impl Person {
    /// Votes to skip `play`.
    pub(crate) async fn votes(&self, code: &str, play: PlayId) -> Answer {
        self.says_to_skip(code, play, "true").await
    }

    /// Withdraws the vote to skip `play`.
    pub(crate) async fn withdraws(&self, code: &str, play: PlayId) -> Answer {
        self.says_to_skip(code, play, "false").await
    }

    async fn says_to_skip(&self, code: &str, play: PlayId, on: &str) -> Answer {
        let vote = [("code", code), ("play", &*play.to_string()), ("on", on)];
        self.calls("/api/playback/vote-skip", &vote).await
    }

    /// Asks for the song of this number in the catalogue.
    pub(crate) async fn asks_for(&self, code: &str, song: usize) -> Answer {
        let uri = &*catalogue::songs()[song].uri;
        self.calls("/api/queue/add", &[("code", code), ("uri", uri)]).await
    }

    /// Votes for a song that waits, or withdraws the vote.
    pub(crate) async fn votes_for(&self, code: &str, entry: EntryId, on: &str) -> Answer {
        let fields = [("code", code), ("entry", &*entry.to_string()), ("on", on)];
        self.calls("/api/queue/vote", &fields).await
    }

    /// What the room's page shows.
    pub(crate) async fn sees(&self, code: &str) -> Snapshot {
        let answer = self.calls_for(&format!("/api/rooms/view?code={code}")).await.expect(200);
        match serde_json::from_str(&answer.body).expect("a view") {
            RoomView::Member(view) => view.snapshot,
            RoomView::Stranger => panic!("not a member of {code}"),
        }
    }

    /// Presses "play", "pause" or "skip".
    pub(crate) async fn presses(&self, button: &str, code: &str) -> Answer {
        self.calls(&format!("/api/playback/{button}"), &[("code", code)]).await
    }

    /// Changes the settings of a room.
    pub(crate) async fn sets(&self, code: &str, votes: &str, guest_can_pause: &str) {
        let fields =
            [("code", code), ("votes_to_skip", votes), ("guest_can_pause", guest_can_pause)];
        self.calls("/api/rooms/settings", &fields).await.expect(200);
    }
}

impl Events {
    /// The play that goes on, once there is one.
    pub(crate) async fn playing(&mut self) -> PlayId {
        let snapshot = self.snapshot(|snapshot| play_of(snapshot).is_some()).await;
        play_of(&snapshot).expect("a play")
    }

    /// The next snapshot with another play than `play`.
    pub(crate) async fn after(&mut self, play: PlayId) -> Snapshot {
        self.snapshot(|snapshot| play_of(snapshot).is_some_and(|next| next != play)).await
    }

    /// The next snapshot with so many votes to skip.
    pub(crate) async fn votes(&mut self, votes: u32) -> Snapshot {
        self.snapshot(|snapshot| snapshot.skip.votes == votes).await
    }
}

/// The play that votes are for.
pub(crate) fn play_of(snapshot: &Snapshot) -> Option<PlayId> {
    snapshot.playback.as_ref()?.play
}

/// What plays, by its URI.
pub(crate) fn uri_of(snapshot: &Snapshot) -> Option<&str> {
    Some(&snapshot.playback.as_ref()?.track.as_ref()?.uri)
}

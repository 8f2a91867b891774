//! A room's events as they arrive.

use std::time::Duration;

use auxroom::model::{Build, Changes, Ended, EndedReason, Pending, Playback, Snapshot, You};
use reqwest::Response;

/// Far longer than anything here takes: a test that waits for what never comes ends.
const TOO_LONG: Duration = Duration::from_secs(10);

/// A stream of events.
pub(crate) struct Events {
    response: Response,
    unread: String,
    /// The room as it was told so far.
    latest: Option<Snapshot>,
    /// The build that the server said it is of.
    pub(crate) build: Option<String>,
    /// After how long the server said to come back, in milliseconds, each time.
    pub(crate) retries_ms: Vec<u64>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// The whole room, whether all of it or what changed was sent.
    Snapshot(Box<Snapshot>),
    You(You),
    Ended(EndedReason),
    /// Nothing; tests read it as a frame.
    Alive,
}

impl Events {
    pub(crate) fn new(response: Response) -> Self {
        Self { response, unread: String::new(), latest: None, build: None, retries_ms: Vec::new() }
    }

    /// The next event; nothing at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        tokio::time::timeout(TOO_LONG, self.read()).await.expect("an event, or the end")
    }

    async fn read(&mut self) -> Option<Event> {
        loop {
            let frame = self.frame().await?;
            match self.parse(&frame) {
                Some(Event::Alive) | None => {}
                event => return event,
            }
        }
    }

    /// The next event as it is sent, but for what is about the connection; nothing at the end of the
    /// stream.
    pub(crate) async fn frame(&mut self) -> Option<String> {
        loop {
            let frame = self.any_frame().await?;
            if let Some(ms) = frame.strip_prefix("retry: ") {
                self.retries_ms.push(ms.parse().expect("milliseconds"));
            } else if let Some(build) = frame.strip_prefix("event: build\ndata: ") {
                let build: Build = serde_json::from_str(build).expect("a build");
                self.build = Some(build.build);
            } else {
                self.take_in(&frame);
                return Some(frame);
            }
        }
    }

    /// Follows the room, as the page does.
    fn take_in(&mut self, frame: &str) {
        let Some(data) = field(frame, "data: ") else { return };
        let after = match field(frame, "event: ") {
            Some("snapshot") => serde_json::from_str(data).expect("a snapshot"),
            Some("changes") => {
                let changes: Changes = serde_json::from_str(data).expect("changes");
                let before = self.latest.as_ref().expect("a snapshot comes first");
                changes.apply(Some(before)).expect("changes in what was sent before")
            }
            _ => return,
        };
        assert_eq!(field(frame, "id: "), Some(&*after.version.to_string()));
        self.latest = Some(after);
    }

    fn parse(&self, frame: &str) -> Option<Event> {
        let data = field(frame, "data: ")?;
        Some(match field(frame, "event: ")? {
            "snapshot" | "changes" => Event::Snapshot(Box::new(self.latest.clone()?)),
            "you" => Event::You(serde_json::from_str(data).expect("you")),
            "ended" => Event::Ended(serde_json::from_str::<Ended>(data).expect("ended").reason),
            "alive" => Event::Alive,
            other => panic!("unknown event {other}"),
        })
    }

    async fn any_frame(&mut self) -> Option<String> {
        loop {
            if let Some((frame, rest)) = self.unread.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.unread = rest;
                return Some(frame);
            }
            let chunk = self.response.chunk().await.ok().flatten()?;
            self.unread.push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    /// The room as it was told so far.
    pub(crate) fn latest(&self) -> Option<&Snapshot> {
        self.latest.as_ref()
    }

    /// The next snapshot that fits.
    pub(crate) async fn snapshot(&mut self, fits: impl Fn(&Snapshot) -> bool) -> Snapshot {
        loop {
            match self.next().await.expect("the stream goes on") {
                Event::Snapshot(snapshot) if fits(&snapshot) => return *snapshot,
                _ => {}
            }
        }
    }

    /// The next snapshot in which a command waits to be shown by Spotify. Only then does moving
    /// the clock make the server look.
    pub(crate) async fn pending(&mut self, command: Pending) -> Snapshot {
        let is_pending = |playback: &Playback| playback.pending == Some(command);
        self.snapshot(|snapshot| snapshot.playback.as_ref().is_some_and(is_pending)).await
    }

    /// The next news of oneself that fits.
    pub(crate) async fn you(&mut self, fits: impl Fn(&You) -> bool) -> You {
        loop {
            match self.next().await.expect("the stream goes on") {
                Event::You(you) if fits(&you) => return you,
                _ => {}
            }
        }
    }

    /// Why the stream ended; it must be over then.
    pub(crate) async fn ended(&mut self) -> EndedReason {
        loop {
            if let Event::Ended(reason) = self.next().await.expect("an event says why") {
                assert_eq!(self.next().await, None, "`ended` is the last event");
                return reason;
            }
        }
    }
}

fn field<'a>(frame: &'a str, name: &str) -> Option<&'a str> {
    frame.lines().find_map(|line| line.strip_prefix(name))
}

//! A room's events as they arrive.

use std::time::Duration;

use auxroom::model::{Build, Ended, EndedReason, Pending, Playback, Snapshot, You};
use reqwest::Response;

/// Far longer than anything here takes: a test that waits for what never comes ends.
const TOO_LONG: Duration = Duration::from_secs(10);

/// A stream of events.
pub(crate) struct Events {
    response: Response,
    unread: String,
    /// The build that the server said it is of.
    pub(crate) build: Option<String>,
    /// After how long the server said to come back, in milliseconds, each time.
    pub(crate) retries_ms: Vec<u64>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    Snapshot(Box<Snapshot>),
    You(You),
    Ended(EndedReason),
    /// Nothing; tests read it as a frame.
    Alive,
}

impl Events {
    pub(crate) fn new(response: Response) -> Self {
        Self { response, unread: String::new(), build: None, retries_ms: Vec::new() }
    }

    /// The next event; nothing at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        tokio::time::timeout(TOO_LONG, self.read()).await.expect("an event, or the end")
    }

    async fn read(&mut self) -> Option<Event> {
        loop {
            match parse(&self.frame().await?) {
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
                return Some(frame);
            }
        }
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

fn parse(frame: &str) -> Option<Event> {
    let field = |name| frame.lines().find_map(|line| line.strip_prefix(name));
    let data = field("data: ")?;
    Some(match field("event: ")? {
        "snapshot" => {
            let snapshot: Snapshot = serde_json::from_str(data).expect("a snapshot");
            assert_eq!(field("id: "), Some(&*snapshot.version.to_string()));
            Event::Snapshot(Box::new(snapshot))
        }
        "you" => Event::You(serde_json::from_str(data).expect("you")),
        "ended" => Event::Ended(serde_json::from_str::<Ended>(data).expect("ended").reason),
        "alive" => Event::Alive,
        other => panic!("unknown event {other}"),
    })
}

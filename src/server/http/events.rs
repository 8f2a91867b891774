//! `GET /room/{CODE}/events`: a room's state, live, as server-sent events.

use std::convert::Infallible;

use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures::stream;
use tokio_util::sync::CancellationToken;
use tower_sessions::Session;

use crate::server::{
    actions::{App, authorise, people},
    clock::Clock,
    http::{
        network::Network,
        open_streams::{OpenStream, OpenStreams},
        refusals, session,
        state::AppState,
    },
    live::{Published, Watching, frame},
};
use crate::{
    error::AppError,
    model::{Build, Ended, EndedReason, MemberId, Millis, VisitorId, You},
};

/// Proxies close what is silent for a minute, and pages cannot tell silence from a dead network.
const KEEP_ALIVE_MS: u64 = 20_000;
/// An event without news: browsers hide comments from pages.
const ALIVE: &[u8] = b"event: alive\ndata: {}\n\n";

/// Streams the room to a member. Membership is checked here once; whoever leaves later is told so
/// by the state itself.
pub async fn events(
    State(state): State<AppState>,
    session: Session,
    Extension(network): Extension<Network>,
    Path(code): Path<String>,
) -> Response {
    match follow(&state, &session, &code).await {
        Ok(events) => events.into_response(),
        Err(error) => {
            let error = state.limits.screen(network, error);
            refusals::count(&state, error);
            let status = StatusCode::from_u16(error.status()).unwrap_or_default();
            (status, axum::Json(error)).into_response()
        }
    }
}

/// After how long browsers reconnect from here on.
fn retry(ms: u64) -> Bytes {
    format!("retry: {ms}\n\n").into()
}

async fn follow(state: &AppState, session: &Session, code: &str) -> Result<Events, AppError> {
    let visitor = session::visitor(state, session).await?;
    let member = authorise::member(state, visitor, code).await?;
    Ok(Events {
        room: state.hub.watch(member.room, member.visitor).await?,
        stream: state.streams.open(member.id),
        streams: state.streams.clone(),
        build: Some(state.assets.build.clone()),
        app: state.app.clone(),
        member: member.id,
        visitor: member.visitor,
        clock: state.clock.clone(),
        shutdown: state.shutdown.clone(),
        sent_version: None,
        sent_you: None,
        is_over: false,
    })
}

/// One member's stream.
struct Events {
    room: Watching,
    stream: OpenStream,
    streams: OpenStreams,
    /// What build the server is of, until that is said.
    build: Option<String>,
    app: App,
    member: MemberId,
    visitor: VisitorId,
    clock: Clock,
    shutdown: CancellationToken,
    sent_version: Option<u64>,
    /// Without its clock, which always changes.
    sent_you: Option<You>,
    is_over: bool,
}

impl Events {
    fn into_response(self) -> Response {
        let stream = stream::unfold(self, |mut events| async {
            let frames = events.next().await?;
            Some((Ok::<_, Infallible>(frames), events))
        });
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            // Asks nginx not to collect events before it passes them on.
            (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
        ];
        (headers, Body::from_stream(stream)).into_response()
    }

    /// What is to be sent next; nothing at the end.
    async fn next(&mut self) -> Option<Bytes> {
        while !self.is_over {
            let silent_until = self.clock.now() + KEEP_ALIVE_MS;
            tokio::select! {
                // The room's task may have ended too: the farewell comes first.
                biased;
                () = self.shutdown.cancelled() => {
                    self.is_over = true;
                    return Some(retry(self.streams.retry_after_stop_ms()));
                }
                () = self.stream.superseded() => {
                    return Some(self.end(EndedReason::Superseded));
                }
                state = self.room.next() => {
                    let state = state?;
                    if let Some(reason) = self.end_reason(&state).await {
                        return Some(self.end(reason));
                    }
                    if let Some(frames) = self.frames(&state) {
                        return Some(self.greeted(frames));
                    }
                }
                () = self.clock.sleep_until(silent_until) => return Some(Bytes::from_static(ALIVE)),
            }
        }
        None
    }

    /// The first frames, and what a page needs to know once: when to come back if the stream breaks
    /// off, and of what build the server is.
    fn greeted(&mut self, frames: Bytes) -> Bytes {
        let Some(build) = self.build.take().filter(|_| !self.is_over) else { return frames };
        let build = frame("build", None, &Build { build });
        [frames, build, retry(self.streams.retry_ms())].concat().into()
    }

    fn end(&mut self, reason: EndedReason) -> Bytes {
        self.is_over = true;
        frame("ended", None, &Ended { reason })
    }

    /// Why the stream ends with this state, if it does.
    async fn end_reason(&self, state: &Published) -> Option<EndedReason> {
        if state.closed {
            return Some(EndedReason::Closed);
        }
        if state.members.contains_key(&self.visitor) || !self.room.is_current(state) {
            return None;
        }
        // Removed or not, they are out.
        let is_removed = people::is_removed(&self.app, self.member).await.unwrap_or(false);
        Some(if is_removed { EndedReason::Removed } else { EndedReason::Left })
    }

    /// What of this state is news to this member: their own part, what all see, or both.
    fn frames(&mut self, state: &Published) -> Option<Bytes> {
        // Nobody yet in a state that is older than the stream.
        let you = state.you(self.visitor, self.clock.now())?;
        let you = Some(you).filter(|you| {
            let timeless = Some(You { now: Millis(0), ..you.clone() });
            let is_news = self.sent_you != timeless;
            if is_news {
                self.sent_you = timeless;
            }
            is_news
        });
        let news = state.news_since(self.sent_version);
        self.sent_version = Some(state.snapshot.version);
        let you = you.map(|you| frame("you", None, &you));
        match (you, news) {
            (Some(you), Some(news)) => Some([you, news].concat().into()),
            (you, news) => you.or(news),
        }
    }
}

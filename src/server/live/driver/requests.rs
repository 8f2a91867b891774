//! What is asked of Spotify, and the tokens that it takes.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt as _};

use super::Dependencies;
use crate::{
    model::{ConnectionId, Item, Player, SpotifyError},
    server::{
        accounts::{budget::Urgency, limiter::Limiter, tokens::Opened},
        live::room::{Command, EVIDENCE_MS, Effect, Event, JobId, Token, queue::How},
        spotify::{AccessToken, Service, Spotify},
    },
};

/// What is asked of Spotify.
pub(super) struct Request {
    pub(super) job: JobId,
    pub(super) answer: BoxFuture<'static, Answer>,
}

/// What became of it.
pub(super) struct Answer {
    event: Event,
    /// The token that a refresh led to.
    token: Option<(Token, AccessToken)>,
}

/// What Spotify is asked with, and the room's rules do not know.
#[derive(Default)]
pub(super) struct Access {
    /// The texts of the tokens that the rules speak of: those of the last two versions, since a
    /// token may be replaced while it is in use.
    tokens: Vec<(Token, AccessToken)>,
    /// The device that the host chose last: what is to start where no device is active starts there.
    pub(super) device: Option<String>,
}

impl Access {
    /// Keeps a token's text.
    pub(super) fn keep(&mut self, token: Option<(Token, AccessToken)>) {
        let Some(token) = token else { return };
        self.tokens.retain(|(known, _)| !is_same(known, &token.0));
        self.tokens.push(token);
        if self.tokens.len() > 2 {
            self.tokens.remove(0);
        }
    }

    fn text(&self, token: &Token) -> Option<AccessToken> {
        let (_, text) = self.tokens.iter().rev().find(|(known, _)| is_same(known, token))?;
        Some(text.clone())
    }
}

fn is_same(token: &Token, other: &Token) -> bool {
    (token.connection, token.version) == (other.connection, other.version)
}

impl Answer {
    /// Whether Spotify said something, be it a refusal.
    pub(super) fn is_of_spotify(&self) -> bool {
        let error = match &self.event {
            Event::Polled(_, result) => result.as_ref().err(),
            Event::Refreshed(_, result) => result.as_ref().err(),
            Event::Sent(_, result) | Event::HandedOver(_, result) => result.as_ref().err(),
            Event::Looked(_, result) => result.as_ref().err(),
            _ => None,
        };
        !matches!(error, Some(SpotifyError::NoAnswer(_)))
    }

    /// What the room's rules hear of it. Failures are logged here.
    pub(super) fn event(self, access: &mut Access) -> Event {
        let Self { event, token } = self;
        access.keep(token);
        if let Event::Polled(_, Err(error))
        | Event::Refreshed(_, Err(error))
        | Event::Sent(_, Err(error))
        | Event::HandedOver(_, Err(error))
        | Event::Looked(_, Err(error)) = &event
        {
            tracing::warn!(error = %error, "Spotify did not do what it was asked");
        }
        event
    }
}

/// A token as the room's rules know it, with its text.
pub(super) fn known(connection: ConnectionId, opened: Opened) -> (Token, AccessToken) {
    let Opened { access, expires_at, version, .. } = opened;
    (Token { connection, version, expires_at }, access)
}

/// Begins a request.
pub(super) fn begin(
    dependencies: &Dependencies,
    access: &Access,
    effect: Effect,
) -> Option<Request> {
    let of = |token: &Token| access.text(token).ok_or(SpotifyError::Unauthorized);
    let caller = Caller::of(dependencies, access);
    match effect {
        Effect::Poll(job, token) => {
            let text = of(&token);
            request(job, async move { Event::Polled(job, caller.poll(text).await) })
        }
        Effect::Send(job, token, command) => {
            let text = of(&token);
            request(job, async move { Event::Sent(job, caller.send(text, command).await) })
        }
        Effect::HandOver { job, token, uri, how } => {
            let text = of(&token);
            let handing_over = async move { caller.hand_over(text, &uri, how).await };
            request(job, handing_over.map(move |answer| Event::HandedOver(job, answer)))
        }
        Effect::Look(job, token) => {
            let text = of(&token);
            request(job, async move { Event::Looked(job, caller.look(text).await) })
        }
        Effect::Refresh(job, token) => {
            let refresher = dependencies.refresher.clone();
            let refreshing = async move {
                let opened = refresher.newer_than(token.connection, token.version).await;
                let known = opened.map(|opened| known(token.connection, opened));
                let refreshed = known.as_ref().map(|(token, _)| *token).map_err(Clone::clone);
                Answer { event: Event::Refreshed(job, refreshed), token: known.ok() }
            };
            Some(Request { job, answer: refreshing.boxed() })
        }
        _ => None,
    }
}

/// How long the budget may keep a song waiting: after that what plays may have ended.
const HANDOVER_PATIENCE: Duration = Duration::from_secs(5);

/// How long the budget may keep a command waiting.
fn patience(command: Command) -> Duration {
    match command {
        // Nobody expects it any more.
        Command::Play | Command::Pause => Duration::from_secs(10),
        // What was polled before proves no longer what plays: it could hit the next song.
        Command::Skip => Duration::from_millis(EVIDENCE_MS),
    }
}

fn request(job: JobId, event: impl Future<Output = Event> + Send + 'static) -> Option<Request> {
    let answer = event.map(|event| Answer { event, token: None }).boxed();
    Some(Request { job, answer })
}

type Text = Result<AccessToken, SpotifyError>;

/// Who asks Spotify, within the application's budget.
struct Caller {
    spotify: Spotify,
    limiter: Limiter,
    device: Option<String>,
}

impl Caller {
    fn of(dependencies: &Dependencies, access: &Access) -> Self {
        let Dependencies { spotify, limiter, .. } = dependencies.clone();
        Self { spotify, limiter, device: access.device.clone() }
    }

    async fn poll(&self, text: Text) -> Result<Option<Player>, SpotifyError> {
        let token = text?;
        self.limiter.admit(Service::WebApi, Urgency::Routine).await?;
        self.spotify.player(&token).await
    }

    async fn send(&self, text: Text, command: Command) -> Result<(), SpotifyError> {
        let token = text?;
        let patience = patience(command);
        self.limiter.admit_within(Service::WebApi, Urgency::Urgent, patience).await?;
        match command {
            Command::Play => self.start(&token, None, patience).await,
            Command::Pause => self.spotify.pause(&token).await,
            Command::Skip => self.spotify.next(&token).await,
        }
    }

    async fn hand_over(&self, text: Text, uri: &str, how: How) -> Result<(), SpotifyError> {
        let token = text?;
        let patience = HANDOVER_PATIENCE;
        self.limiter.admit_within(Service::WebApi, Urgency::Urgent, patience).await?;
        match how {
            How::Enqueue => self.spotify.enqueue(&token, uri).await,
            How::Start => self.start(&token, Some(uri), patience).await,
            How::GoTo => self.spotify.next(&token).await,
        }
    }

    async fn look(&self, text: Text) -> Result<Vec<Item>, SpotifyError> {
        let token = text?;
        self.limiter.admit(Service::WebApi, Urgency::Urgent).await?;
        self.spotify.queue(&token).await
    }

    /// Starts a track, or what was paused, on the active device. If there is none, nothing was done:
    /// it is started on the device that the host chose last, if that is still there.
    async fn start(
        &self,
        token: &AccessToken,
        uri: Option<&str>,
        patience: Duration,
    ) -> Result<(), SpotifyError> {
        let start = async |device: Option<&str>| match uri {
            None => self.spotify.play(token, device).await,
            Some(uri) => self.spotify.play_track(token, uri, device).await,
        };
        let answer = start(None).await;
        let (Err(SpotifyError::NoDevice), Some(device)) = (&answer, &self.device) else {
            return answer;
        };
        self.limiter.admit_within(Service::WebApi, Urgency::Urgent, patience).await?;
        start(Some(device)).await
    }
}

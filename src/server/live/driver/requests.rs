//! What is asked of Spotify, and the tokens that it takes.

use std::time::Duration;

use futures::future::{BoxFuture, FutureExt as _};

use super::Dependencies;
use crate::{
    model::{ConnectionId, SpotifyError},
    server::{
        accounts::{budget::Urgency, tokens::Opened},
        live::room::{Command, EVIDENCE_MS, Effect, Event, JobId, Token, queue::How},
        spotify::{AccessToken, Service},
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
    access: Option<(Token, AccessToken)>,
}

/// The texts of the tokens that the room's rules speak of: those of the last two versions, since a
/// token may be replaced while it is in use.
#[derive(Default)]
pub(super) struct AccessTokens(Vec<(Token, AccessToken)>);

impl AccessTokens {
    /// Keeps a token's text.
    pub(super) fn keep(&mut self, access: Option<(Token, AccessToken)>) {
        let Some(access) = access else { return };
        self.0.retain(|(known, _)| !is_same(known, &access.0));
        self.0.push(access);
        if self.0.len() > 2 {
            self.0.remove(0);
        }
    }

    fn text(&self, token: &Token) -> Option<AccessToken> {
        let (_, text) = self.0.iter().rev().find(|(known, _)| is_same(known, token))?;
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
    pub(super) fn event(self, tokens: &mut AccessTokens) -> Event {
        let Self { event, access } = self;
        tokens.keep(access);
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
    tokens: &AccessTokens,
    effect: Effect,
) -> Option<Request> {
    match effect {
        Effect::Poll(job, token) => {
            let Dependencies { spotify, limiter, .. } = dependencies.clone();
            let access = tokens.text(&token);
            request(job, async move {
                let polling = async {
                    let access = access.ok_or(SpotifyError::Unauthorized)?;
                    limiter.admit(Service::WebApi, Urgency::Routine).await?;
                    spotify.player(&access).await
                };
                Event::Polled(job, polling.await)
            })
        }
        Effect::Send(job, token, command) => {
            let Dependencies { spotify, limiter, .. } = dependencies.clone();
            let access = tokens.text(&token);
            request(job, async move {
                let sending = async {
                    let access = access.ok_or(SpotifyError::Unauthorized)?;
                    let patience = patience(command);
                    limiter.admit_within(Service::WebApi, Urgency::Urgent, patience).await?;
                    match command {
                        Command::Play => spotify.play(&access).await,
                        Command::Pause => spotify.pause(&access).await,
                        Command::Skip => spotify.next(&access).await,
                    }
                };
                Event::Sent(job, sending.await)
            })
        }
        Effect::HandOver { job, token, uri, how } => {
            let Dependencies { spotify, limiter, .. } = dependencies.clone();
            let access = tokens.text(&token);
            request(job, async move {
                let handing_over = async {
                    let access = access.ok_or(SpotifyError::Unauthorized)?;
                    limiter
                        .admit_within(Service::WebApi, Urgency::Urgent, HANDOVER_PATIENCE)
                        .await?;
                    match how {
                        How::Enqueue => spotify.enqueue(&access, &uri).await,
                        How::Start => spotify.play_track(&access, &uri, None).await,
                        How::GoTo => spotify.next(&access).await,
                    }
                };
                Event::HandedOver(job, handing_over.await)
            })
        }
        Effect::Look(job, token) => {
            let Dependencies { spotify, limiter, .. } = dependencies.clone();
            let access = tokens.text(&token);
            request(job, async move {
                let looking = async {
                    let access = access.ok_or(SpotifyError::Unauthorized)?;
                    limiter.admit(Service::WebApi, Urgency::Urgent).await?;
                    spotify.queue(&access).await
                };
                Event::Looked(job, looking.await)
            })
        }
        Effect::Refresh(job, token) => {
            let refresher = dependencies.refresher.clone();
            let refreshing = async move {
                let opened = refresher.newer_than(token.connection, token.version).await;
                let access = opened.map(|opened| known(token.connection, opened));
                let refreshed = access.as_ref().map(|(token, _)| *token).map_err(Clone::clone);
                Answer { event: Event::Refreshed(job, refreshed), access: access.ok() }
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
    let answer = event.map(|event| Answer { event, access: None }).boxed();
    Some(Request { job, answer })
}

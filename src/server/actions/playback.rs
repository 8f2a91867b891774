//! Play, pause, skip, and votes to skip.

use super::{App, authorise};
use crate::{
    error::AppError,
    model::{Outcome, PlayId, VisitorId},
    server::{
        live::{Change, room::Command},
        rooms::votes::{Counted, Vote},
    },
};

/// Has Spotify told to do something; returns when it received or refused that.
///
/// # Errors
/// If the visitor may not, Spotify rejects it or none is connected.
pub async fn command(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    command: Command,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let room = member.room;
    match command {
        Command::Play | Command::Pause => member.may_pause()?,
        Command::Skip => drop(member.into_host()?),
    }
    app.hub.command(room, command).await
}

/// Counts the visitor's vote to skip a play, or withdraws it. What they ask for is read once they
/// may: strangers learn nothing from it.
///
/// # Errors
/// If they are not in the room.
pub async fn vote_skip(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    vote: impl FnOnce() -> Result<(PlayId, bool), AppError>,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let (room, (play, on)) = (member.room, vote()?);
    // Polls first if nobody watched: the play may be long over.
    let state = app.hub.state(room).await?;
    // If Spotify is slow, the vote counts: a decided skip waits for a poll, and goes with the play
    // if that is over.
    if state.play != Some(play) && state.polled {
        return Ok(Outcome::PlayEnded);
    }
    let vote = Vote { room, member: member.id, play, on, at: app.now() };
    let Counted { outcome, revision } = app.votes.cast(vote).await?;
    app.hub.changed(Change { room, revision, rights: false });
    Ok(outcome)
}

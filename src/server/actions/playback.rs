//! Play, pause, skip, and votes to skip.

use super::{App, authorise};
use crate::{
    error::AppError,
    model::{Kind, Outcome, PlayId, Snapshot, VisitorId, parse_switch},
    server::{
        live::{Change, room::Command},
        rooms::votes::{Counted, Vote},
    },
};

/// Has Spotify told to do something; returns when it received or refused that. A skip that names a
/// `play` is for that one only: a press that comes late must not hit the next song.
///
/// # Errors
/// If the visitor may not, Spotify rejects it or none is connected.
pub async fn command(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    command: Command,
    play: &str,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let (room, role) = (member.room, member.role);
    match command {
        Command::Play | Command::Pause => member.may_pause()?,
        Command::Skip => drop(member.into_host()?),
    }
    let play = Some(play).filter(|play| !play.is_empty()).map(parse_play).transpose()?;
    app.hub.command(room, role, command, play).await
}

/// Whether Spotify plays something and does not say what, as it does for a moment now and then.
fn leaves_item_out(snapshot: &Snapshot) -> bool {
    let playback = snapshot.playback.as_ref();
    playback.is_some_and(|playback| playback.kind == Kind::Unknown && playback.track.is_none())
}

/// Reads the play that a form names.
fn parse_play(text: &str) -> Result<PlayId, AppError> {
    let key: u64 = text.parse().map_err(|_| AppError::Malformed)?;
    i64::try_from(key).map(PlayId).map_err(|_| AppError::Malformed)
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
    play: &str,
    on: &str,
) -> Result<Outcome, AppError> {
    let member = authorise::member(app, visitor, code).await?;
    let (room, play) = (member.room, parse_play(play)?);
    let on = parse_switch(on).ok_or(AppError::Malformed)?;
    // Polls first if nobody watched: the play may be long over.
    let state = app.hub.polled(room).await?;
    // If nobody knows just now what plays, the vote counts: a decided skip waits for a poll, and goes
    // with the play if that is over.
    if state.play != Some(play) && state.polled && !leaves_item_out(&state.snapshot) {
        return Ok(Outcome::PlayEnded);
    }
    let vote = Vote { room, member: member.id, play, on, at: app.now() };
    let Counted { outcome, revision } = app.votes.cast(vote).await?;
    app.hub.changed(Change { room, revision, rights: false });
    Ok(outcome)
}

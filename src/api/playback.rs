//! Playback: play, pause, skip, and votes to skip.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Resumes playback.
#[server(endpoint = "playback/play")]
pub async fn play(#[server(default)] code: String) -> Result<Outcome, AppError> {
    command(code, crate::server::live::room::Command::Play, "").await
}

/// Pauses playback.
#[server(endpoint = "playback/pause")]
pub async fn pause(#[server(default)] code: String) -> Result<Outcome, AppError> {
    command(code, crate::server::live::room::Command::Pause, "").await
}

/// Goes to the next track at once, if `play` is left out or still goes on: the host's privilege.
#[server(endpoint = "playback/skip")]
pub async fn skip(
    #[server(default)] code: String,
    #[server(default)] play: String,
) -> Result<Outcome, AppError> {
    command(code, crate::server::live::room::Command::Skip, &play).await
}

#[cfg(feature = "ssr")]
async fn command(
    code: String,
    command: crate::server::live::room::Command,
    play: &str,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::playback,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = playback::command(&app, visitor, &code, command, play).await?;
    Ok(answer::done_at(&paths::room(&code), outcome))
}

/// Counts, or with `on` = false withdraws, the caller's vote to skip `play`.
#[server(endpoint = "playback/vote-skip")]
pub async fn vote_skip(
    #[server(default)] code: String,
    #[server(default)] play: String,
    #[server(default)] on: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::playback,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = playback::vote_skip(&app, visitor, &code, &play, &on).await?;
    Ok(answer::done_at(&paths::room(&code), outcome))
}

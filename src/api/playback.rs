//! Playback: play, pause, skip, and votes to skip.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Goes on.
#[server(endpoint = "playback/play")]
pub async fn play(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::server::{http::answer, live::hub::Command};

    answer::command::<Play>(&code, Command::Play).await
}

/// Stops for now.
#[server(endpoint = "playback/pause")]
pub async fn pause(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::server::{http::answer, live::hub::Command};

    answer::command::<Pause>(&code, Command::Pause).await
}

/// Goes to the next track at once: the host's privilege.
#[server(endpoint = "playback/skip")]
pub async fn skip(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::server::{http::answer, live::hub::Command};

    answer::command::<Skip>(&code, Command::Skip).await
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
        server::http::{answer, caller::Caller},
    };

    let refused = answer::refused_at::<VoteSkip>(&paths::room(&code), &[]);
    async {
        let caller = Caller::current().await?;
        let member = caller.member(&code).await?;
        let on = crate::model::parse_switch(&on).ok_or(AppError::Malformed)?;
        let play: u64 = play.parse().map_err(|_| AppError::Malformed)?;
        let app = &caller.app;
        // Looks first if nobody watched: the play may be long over.
        let state = app.hub.state(member.room.id).await?;
        // If Spotify is slow, the vote counts: a decided skip waits for a look, and goes with the
        // play if that is over.
        let done = if state.play == Some(play) || !state.looked {
            app.votes.cast(member.clone(), play, on, app.clock.now()).await?
        } else {
            Outcome::PlayEnded
        };
        app.hub.changed(member.room.id).await;
        Ok(answer::done_at(&paths::room(member.code()), done))
    }
    .await
    .map_err(refused)
}

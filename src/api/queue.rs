//! The queue: asking for songs, and voting on what comes next.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Adds a song, by Spotify's URI or link, to the queue.
#[server(endpoint = "queue/add")]
pub async fn add_song(
    #[server(default)] code: String,
    #[server(default)] uri: String,
) -> Result<Outcome, AppError> {
    use crate::server::{
        actions::queue,
        http::{answer, caller::Caller},
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = queue::add(&app, visitor, &code, &uri).await?;
    Ok(answer::done_at(&crate::model::paths::room(&code), outcome))
}

/// Counts, or with `on` = false withdraws, the caller's vote for a song that waits.
#[server(endpoint = "queue/vote")]
pub async fn vote_for_song(
    #[server(default)] code: String,
    #[server(default)] entry: String,
    #[server(default)] on: String,
) -> Result<Outcome, AppError> {
    use crate::server::{
        actions::queue,
        http::{answer, caller::Caller},
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = queue::vote(&app, visitor, &code, &entry, &on).await?;
    Ok(answer::done_at(&crate::model::paths::room(&code), outcome))
}

/// Takes a song out of the queue: the caller's own, or as the host anybody's.
#[server(endpoint = "queue/remove")]
pub async fn remove_song(
    #[server(default)] code: String,
    #[server(default)] entry: String,
) -> Result<Outcome, AppError> {
    use crate::server::{
        actions::queue,
        http::{answer, caller::Caller},
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = queue::remove(&app, visitor, &code, &entry).await?;
    Ok(answer::done_at(&crate::model::paths::room(&code), outcome))
}

/// Tells the caller no more what became of songs that they lost until an instant.
#[server(endpoint = "queue/dismiss")]
pub async fn dismiss_lost(
    #[server(default)] code: String,
    #[server(default)] until: String,
) -> Result<Outcome, AppError> {
    use crate::server::{
        actions::queue,
        http::{answer, caller::Caller},
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = queue::dismiss(&app, visitor, &code, &until).await?;
    Ok(answer::done_at(&crate::model::paths::room(&code), outcome))
}

/// Has a song played next: the host's privilege.
#[server(endpoint = "queue/next")]
pub async fn play_song_next(
    #[server(default)] code: String,
    #[server(default)] entry: String,
) -> Result<Outcome, AppError> {
    use crate::server::{
        actions::queue,
        http::{answer, caller::Caller},
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = queue::play_next(&app, visitor, &code, &entry).await?;
    Ok(answer::done_at(&crate::model::paths::room(&code), outcome))
}

/// Takes everything out of the queue: the host's privilege.
#[server(endpoint = "queue/clear")]
pub async fn clear_queue(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::server::{
        actions::queue,
        http::{answer, caller::Caller},
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = queue::clear(&app, visitor, &code).await?;
    Ok(answer::done_at(&crate::model::paths::room(&code), outcome))
}

/// Takes back that the queue was cleared a moment ago.
#[server(endpoint = "queue/restore")]
pub async fn restore_queue(#[server(default)] code: String) -> Result<Outcome, AppError> {
    use crate::server::{
        actions::queue,
        http::{answer, caller::Caller},
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = queue::restore(&app, visitor, &code).await?;
    Ok(answer::done_at(&crate::model::paths::room(&code), outcome))
}

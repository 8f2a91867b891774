//! Finding songs.

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{error::AppError, model::SearchResults};

/// The songs that a search finds, from `offset` on, as the caller could add them to the room's queue.
/// A link or URI of a song finds that one.
#[server(endpoint = "search", input = GetUrl)]
pub async fn search(
    #[server(default)] code: String,
    #[server(default)] q: String,
    #[server(default)] offset: String,
) -> Result<SearchResults, AppError> {
    use crate::server::{
        actions::search,
        http::{answer, caller::Caller},
    };

    answer::page(async {
        let Caller { app, visitor, .. } = Caller::current().await?;
        search::search(&app, visitor, &code, &q, &offset).await
    })
    .await
}

//! What a host decides for a room.

#![expect(clippy::too_many_arguments, reason = "a form has as many as it has fields")]

use leptos::{prelude::*, server_fn::codec::GetUrl};

use crate::{
    error::AppError,
    model::{Outcome, SettingsView},
};

/// Saves what the host decided: a [`SkipFields`](crate::model::SkipFields), whether guests can pause,
/// and a [`SongFields`](crate::model::SongFields).
#[server(endpoint = "rooms/settings")]
pub async fn save_settings(
    #[server(default)] code: String,
    #[server(default)] votes_to_skip: String,
    #[server(default)] skip_rule: String,
    #[server(default)] skip_share: String,
    #[server(default)] guest_can_pause: String,
    #[server(default)] song_rules: String,
    #[server(default)] order: String,
    #[server(default)] requests_open: String,
    #[server(default)] explicit_allowed: String,
    #[server(default)] songs_per_person: String,
    #[server(default)] longest_minutes: String,
    #[server(default)] no_repeat_minutes: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::{SettingsChange, SkipFields, SongFields, paths},
        server::{
            actions::rooms,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let songs = SongFields {
        song_rules,
        order,
        requests_open,
        explicit_allowed,
        songs_per_person,
        longest_minutes,
        no_repeat_minutes,
    };
    let skip = SkipFields {
        votes_to_skip: &votes_to_skip,
        skip_rule: &skip_rule,
        skip_share: &skip_share,
    };
    let settings = || SettingsChange::parse(skip, &guest_can_pause, &songs);
    rooms::save_settings(&app, visitor, &code, settings).await?;
    Ok(answer::done_at(&paths::settings(&code), Outcome::Saved))
}

/// A room as its settings page shows it, filled in by a preset if that is one's word.
#[server(endpoint = "rooms/settings-view", input = GetUrl)]
pub async fn load_settings(
    #[server(default)] code: String,
    #[server(default)] preset: String,
) -> Result<SettingsView, AppError> {
    use crate::server::{
        actions::views,
        http::{answer, caller::Caller},
    };

    answer::page(async {
        let Caller { app, visitor, .. } = Caller::current().await?;
        let is_connected = |member| app.streams.is_open(member);
        views::settings(&app, visitor, &code, &preset, is_connected).await
    })
    .await
}

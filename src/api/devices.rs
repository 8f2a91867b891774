//! What the room's account plays on.

use leptos::prelude::*;

use crate::{error::AppError, model::Outcome};

/// Goes on playing on another device.
#[server(endpoint = "devices/use")]
pub async fn use_device(
    #[server(default)] code: String,
    #[server(default)] device: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::devices,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = devices::choose(&app, visitor, &code, &device).await?;
    Ok(answer::done_at(&paths::speakers(&code), outcome))
}

/// Sets how loud the active device is, in percent.
#[server(endpoint = "devices/volume")]
pub async fn set_volume(
    #[server(default)] code: String,
    #[server(default)] percent: String,
) -> Result<Outcome, AppError> {
    use crate::{
        model::paths,
        server::{
            actions::devices,
            http::{answer, caller::Caller},
        },
    };

    let Caller { app, visitor, .. } = Caller::current().await?;
    let outcome = devices::set_volume(&app, visitor, &code, &percent).await?;
    Ok(answer::done_at(&paths::speakers(&code), outcome))
}

//! What the room's account can play on: the host chooses, and says how loud.

use std::{num::NonZeroU32, time::Duration};

use super::{App, authorise, commit, member_limit::MemberLimit};
use crate::{
    error::AppError,
    model::{Device, Outcome, SpotifyError, VisitorId},
    server::{
        clock::Clock,
        rooms::{people::Host, traces},
        spotify::Service,
    },
};

/// A press is two calls: itself, and the page that shows what came of it. So a host may press five
/// times in a row, and six times a minute.
const AT_ONCE: NonZeroU32 = NonZeroU32::new(10).expect("more than none");
const BETWEEN: Duration = Duration::from_secs(5);
/// Spotify's IDs have 40 characters.
const LONGEST_ID: usize = 100;

/// How often each host may have Spotify asked besides what their room's task asks.
pub fn limit(clock: &Clock) -> MemberLimit {
    MemberLimit::new(AT_ONCE, BETWEEN, AppError::TooManyAtOnce, clock)
}

/// Proof that the visitor is in charge, and what the room's account can play on, as far as Spotify
/// can be asked.
///
/// # Errors
/// If they are not the host.
pub async fn list(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
) -> Result<(Host, Result<Vec<Device>, AppError>), AppError> {
    let host = authorise::host(app, visitor, code).await?;
    let devices = reachable(app, &host).await;
    Ok((host, devices))
}

async fn reachable(app: &App, host: &Host) -> Result<Vec<Device>, AppError> {
    let account = app.access.account(host.0.room).await?;
    app.host_limit.count(host.0.id)?;
    let spotify = app.access.spotify();
    let devices = async |token| spotify.devices(&token).await;
    let devices = app.access.call(&account, Service::WebApi, devices).await;
    devices.map_err(|error| error.of_command())
}

/// Goes on playing, or stays paused, on another device, which the room remembers: what is to start
/// while no device is active starts there.
///
/// # Errors
/// If the visitor is not the host, or why Spotify does not play there.
pub async fn choose(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    device: &str,
) -> Result<Outcome, AppError> {
    let host = authorise::host(app, visitor, code).await?;
    let device = parse_id(device)?;
    let room = host.0.room;
    let account = app.access.account(room).await?;
    app.host_limit.count(host.0.id)?;
    let spotify = app.access.spotify();
    let transfer = async |token| spotify.transfer(&token, device).await;
    let transferred = app.access.call(&account, Service::WebApi, transfer).await;
    transferred.map_err(|error| match error {
        SpotifyError::NoDevice => AppError::SpeakerGone,
        SpotifyError::Restricted => AppError::SpeakerRestricted,
        error => error.of_command(),
    })?;
    commit(app, room, async |writing| {
        Ok(traces::keep_device(&writing.transaction, room, Some(device)).await?)
    })
    .await?;
    app.hub.speaker_chosen(room);
    Ok(Outcome::SpeakerChosen)
}

/// Sets how loud the active device is, in percent.
///
/// # Errors
/// If the visitor is not the host, or why Spotify does not set it.
pub async fn set_volume(
    app: &App,
    visitor: Option<VisitorId>,
    code: &str,
    percent: &str,
) -> Result<Outcome, AppError> {
    let host = authorise::host(app, visitor, code).await?;
    let percent = parse_percent(percent)?;
    let account = app.access.account(host.0.room).await?;
    app.host_limit.count(host.0.id)?;
    let spotify = app.access.spotify();
    let volume = async |token| spotify.volume(&token, percent).await;
    let set = app.access.call(&account, Service::WebApi, volume).await;
    set.map_err(|error| match error {
        SpotifyError::Restricted => AppError::NoVolumeControl,
        error => error.of_command(),
    })?;
    Ok(Outcome::VolumeSet)
}

fn parse_id(text: &str) -> Result<&str, AppError> {
    let is_id =
        (1..=LONGEST_ID).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_graphic());
    is_id.then_some(text).ok_or(AppError::Malformed)
}

fn parse_percent(text: &str) -> Result<u8, AppError> {
    let percent = text.trim().parse().ok();
    percent.filter(|percent| *percent <= 100).ok_or(AppError::Volume)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_id_is_what_spotify_may_have_sent() {
        for text in ["0d1841b0976bae2a3a310dd74c0f3df354899bc8", "x", "a-b_c:d"] {
            assert_eq!(parse_id(text), Ok(text));
        }
        for text in ["", " ", "a b", "ä", "a\nb", &*"x".repeat(101)] {
            assert_eq!(parse_id(text), Err(AppError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn volume_is_a_whole_number_up_to_100() {
        for (text, percent) in [("0", 0), (" 35 ", 35), ("100", 100)] {
            assert_eq!(parse_percent(text), Ok(percent));
        }
        for text in ["", "101", "-1", "3.5", "loud", "99999999999999999999"] {
            assert_eq!(parse_percent(text), Err(AppError::Volume), "{text:?}");
        }
    }
}

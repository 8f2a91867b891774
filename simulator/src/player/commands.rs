//! Commands of the Web API to a player, and why it refuses them.

use serde::Deserialize;
use serde_json::Value;

use super::{Ending, Entry, Player};
use crate::catalogue::{self, Item};

/// Why a command was not carried out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    BadRequest(String),
    DeviceNotFound,
    NoActiveDevice,
    PremiumRequired,
    RestrictedDevice,
    /// Spotify's answer to almost everything that is not allowed at the moment.
    RestrictionViolated,
    VolumeNotSupported,
}

/// The body of `PUT /me/player/play`; empty resumes.
#[derive(Default, Deserialize)]
pub(crate) struct Play {
    context_uri: Option<String>,
    uris: Option<Vec<String>>,
    offset: Option<Offset>,
    position_ms: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Offset {
    position: Option<usize>,
    uri: Option<String>,
}

impl Player {
    /// Plays what the body names, or resumes.
    pub(crate) fn play(
        &mut self,
        play: Play,
        device: Option<&str>,
        now: u64,
    ) -> Result<(), Refusal> {
        let moved = self.target(device)?;
        let (context_uri, entries) = match (play.context_uri, play.uris) {
            (Some(_), Some(_)) => {
                return Err(bad_request("Only one of context_uri and uris can be given"));
            }
            (Some(uri), None) => {
                let entries =
                    catalogue::context(&uri).ok_or_else(|| bad_request("Invalid context uri"))?;
                (Some(uri), entries)
            }
            (None, Some(uris)) => (None, uris),
            (None, None) => return self.resume(moved, now),
        };
        if let Some(uri) = entries.iter().find(|uri| !is_queueable(uri)) {
            return Err(bad_request(&format!("Invalid track uri: {uri}")));
        }
        self.refuse_during_ad()?;
        // Unavailable tracks are accepted, and then not played.
        if entries.iter().all(|uri| matches!(Item::of(uri), Item::Missing)) {
            return Ok(());
        }
        let offset = play.offset.unwrap_or_default();
        let index = match offset.uri {
            Some(wanted) => entries.iter().position(|uri| *uri == wanted),
            None => Some(offset.position.unwrap_or(0)),
        };
        self.context = entries.into_iter().map(Entry::new).collect();
        self.context_uri = context_uri;
        if !self.start_at(index.unwrap_or(0), 0, now) {
            self.start_at(0, 0, now);
        }
        self.set_position(play.position_ms.unwrap_or(0), now);
        Ok(())
    }

    fn resume(&mut self, moved: bool, now: u64) -> Result<(), Refusal> {
        let can = match &self.current {
            Some(current) => !current.is_playing || moved,
            None => self.start_at(0, 0, now),
        };
        if !can {
            return Err(Refusal::RestrictionViolated);
        }
        self.set_playing(true, now);
        Ok(())
    }

    /// Pauses.
    pub(crate) fn pause(&mut self, device: Option<&str>, now: u64) -> Result<(), Refusal> {
        self.target(device)?;
        if self.current.as_ref().is_none_or(|current| !current.is_playing) {
            return Err(Refusal::RestrictionViolated);
        }
        self.set_playing(false, now);
        Ok(())
    }

    /// Skips to what comes next.
    pub(crate) fn next(&mut self, device: Option<&str>, now: u64) -> Result<(), Refusal> {
        self.target(device)?;
        self.refuse_without_skippable()?;
        self.record.ends(now, Ending::Skipped);
        self.play_next(now);
        Ok(())
    }

    /// Goes back to the entry before; from a queued item to the one that it interrupted.
    pub(crate) fn previous(&mut self, device: Option<&str>, now: u64) -> Result<(), Refusal> {
        self.target(device)?;
        self.refuse_without_skippable()?;
        if self.at_start() {
            return Err(Refusal::RestrictionViolated);
        }
        let from_context = self.current.as_ref().is_some_and(|current| current.from_context);
        let index = self.context_index.saturating_sub(usize::from(from_context));
        if !self.start_at(index, 0, now) {
            return Err(Refusal::RestrictionViolated);
        }
        Ok(())
    }

    /// Jumps to a position; past the end means the next item.
    pub(crate) fn seek(
        &mut self,
        position_ms: u64,
        device: Option<&str>,
        now: u64,
    ) -> Result<(), Refusal> {
        self.target(device)?;
        self.refuse_without_skippable()?;
        self.set_position(position_ms, now);
        Ok(())
    }

    /// Sets the volume, where the device allows it.
    pub(crate) fn volume(&mut self, percent: u8, device: Option<&str>) -> Result<(), Refusal> {
        self.target(device)?;
        let active = self.active.clone();
        let device = self.devices.iter_mut().find(|device| Some(&device.id) == active.as_ref());
        let device = device.ok_or(Refusal::NoActiveDevice)?;
        if !device.supports_volume {
            return Err(Refusal::VolumeNotSupported);
        }
        device.volume_percent = percent;
        Ok(())
    }

    /// Moves playback to another device; what was paused stays so unless `play` says otherwise.
    pub(crate) fn transfer(&mut self, device: &str, play: bool, now: u64) -> Result<(), Refusal> {
        self.target(Some(device))?;
        if play {
            match self.resume(true, now) {
                Err(Refusal::RestrictionViolated) | Ok(()) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(())
    }

    /// Adds `uri` to the end of the queue, which plays ahead of the context.
    pub(crate) fn enqueue(&mut self, uri: &str, device: Option<&str>) -> Result<(), Refusal> {
        if !is_queueable(uri) {
            return Err(bad_request(&format!("Invalid track uri: {uri}")));
        }
        self.target(device)?;
        self.queue.push_back(Entry::new(uri));
        Ok(())
    }

    /// Makes the device with this id the active one, and returns whether another one was before.
    fn target(&mut self, id: Option<&str>) -> Result<bool, Refusal> {
        let device = match id {
            Some(id) => self
                .devices()
                .iter()
                .find(|device| device.id == id)
                .ok_or(Refusal::DeviceNotFound)?,
            None => self.active_device().ok_or(Refusal::NoActiveDevice)?,
        };
        if device.is_restricted {
            return Err(Refusal::RestrictedDevice);
        }
        let id = Some(device.id.clone());
        let moved = self.active != id;
        self.active = id;
        Ok(moved)
    }

    fn refuse_without_skippable(&self) -> Result<(), Refusal> {
        if self.current.is_none() {
            return Err(Refusal::RestrictionViolated);
        }
        self.refuse_during_ad()
    }

    fn refuse_during_ad(&self) -> Result<(), Refusal> {
        match self.current.as_ref().map(|current| current.entry.item()) {
            Some(Item::Ad) => Err(Refusal::RestrictionViolated),
            _ => Ok(()),
        }
    }
}

impl Play {
    /// Parses a body: nothing at all resumes, anything else must be JSON.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let body: Value =
            serde_json::from_slice(body).map_err(|_| bad_request("Error parsing JSON."))?;
        serde_json::from_value(body).map_err(|_| bad_request("Malformed json"))
    }
}

fn is_queueable(uri: &str) -> bool {
    let id = uri.strip_prefix("spotify:track:").or_else(|| uri.strip_prefix("spotify:episode:"));
    id.is_some_and(catalogue::is_id)
}

fn bad_request(message: &str) -> Refusal {
    Refusal::BadRequest(message.to_owned())
}

//! The player of one account. Everything is computed from the clock that is passed in: nothing sleeps.

pub(crate) mod commands;
mod heard;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

pub use heard::{Ending, Heard};

use crate::catalogue::{self, Item};

/// Something to play, for its own length or a given one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// What plays.
    pub(crate) uri: String,
    /// Its length in milliseconds, where that is not the usual one.
    pub(crate) duration_ms: Option<u64>,
}

impl Entry {
    pub(crate) fn new(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), duration_ms: None }
    }

    pub(crate) fn item(&self) -> Item {
        Item::of(&self.uri)
    }

    pub(crate) fn duration_ms(&self) -> u64 {
        // An item without length would never let the player reach the present.
        self.duration_ms.unwrap_or_else(|| self.item().duration_ms()).max(1)
    }
}

/// What repeats when an item ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// Nothing.
    #[default]
    Off,
    /// The playlist, album or list of tracks.
    Context,
    /// The item.
    Track,
}

/// What an account can be played on.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// No device is reachable.
    None,
    /// Devices are reachable and none is active.
    Inactive,
    /// The active one takes no commands.
    Restricted,
    /// The speaker is active; what was paused stays so.
    Active,
}

/// A speaker, phone or computer that plays.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Device {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) is_restricted: bool,
    pub(crate) supports_volume: bool,
    pub(crate) volume_percent: u8,
}

/// The item being played, or paused.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Current {
    pub(crate) entry: Entry,
    pub(crate) is_playing: bool,
    /// When this was last changed by anybody or anything, in Unix milliseconds.
    pub(crate) changed_at: u64,
    /// Progress at `changed_at`.
    position_ms: u64,
    from_context: bool,
}

impl Current {
    pub(crate) fn progress_ms(&self, now: u64) -> u64 {
        let elapsed = if self.is_playing { now.saturating_sub(self.changed_at) } else { 0 };
        (self.position_ms + elapsed).min(self.entry.duration_ms())
    }

    fn ends_at(&self) -> u64 {
        self.changed_at + self.entry.duration_ms().saturating_sub(self.position_ms)
    }
}

/// One account's player and its devices.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Player {
    devices: Vec<Device>,
    is_offline: bool,
    /// Id of the device that plays.
    pub(crate) active: Option<String>,
    pub(crate) private_session: bool,
    pub(crate) repeat: Repeat,
    /// `None` for a bare list of tracks.
    pub(crate) context_uri: Option<String>,
    pub(crate) current: Option<Current>,
    context: Vec<Entry>,
    /// Index in `context` of the entry that played last.
    #[serde(alias = "place")] // its name in older files
    context_index: usize,
    queue: VecDeque<Entry>,
    #[serde(skip)]
    pub(crate) record: heard::Record,
}

impl Player {
    /// A player that starts `playlist_id` now, on the first of `devices`.
    pub(crate) fn new(playlist_id: &str, devices: Vec<Device>, now: u64) -> Self {
        let uri = format!("spotify:playlist:{playlist_id}");
        let context: Vec<Entry> =
            catalogue::context(&uri).into_iter().flatten().map(Entry::new).collect();
        let mut player = Self {
            active: devices.first().map(|device| device.id.clone()),
            devices,
            is_offline: false,
            private_session: false,
            repeat: Repeat::Off,
            context_uri: Some(uri),
            current: None,
            context,
            context_index: 0,
            queue: VecDeque::new(),
            record: heard::Record::default(),
        };
        player.start_at(0, 0, now);
        player
    }

    /// Brings the player up to `now`: what has ended by then gives way to the next item.
    pub(crate) fn advance(&mut self, now: u64) {
        while let Some(current) = self.current.as_ref().filter(|current| current.is_playing) {
            let end = current.ends_at();
            if end > now {
                break;
            }
            self.record.ends(end, Ending::Finished);
            self.play_next(end);
        }
    }

    /// The device that plays, if there is a playback session.
    pub(crate) fn session(&self) -> Option<(&Device, &Current)> {
        Some((self.active_device()?, self.current.as_ref()?))
    }

    /// The devices that can be reached.
    pub(crate) fn devices(&self) -> &[Device] {
        if self.is_offline { &[] } else { &self.devices }
    }

    fn active_device(&self) -> Option<&Device> {
        let active = self.active.as_deref()?;
        self.devices().iter().find(|device| device.id == active)
    }

    /// What comes after the current item: queued items first.
    pub(crate) fn upcoming(&self) -> impl Iterator<Item = &Entry> {
        let after = self.context.iter().skip(self.context_index + 1);
        self.queue.iter().chain(after).filter(|entry| !matches!(entry.item(), Item::Missing))
    }

    /// Whether `previous` has nowhere to go.
    pub(crate) fn at_start(&self) -> bool {
        self.context_index == 0 && self.current.as_ref().is_none_or(|current| current.from_context)
    }

    /// Takes devices away or gives them back; losing the active one pauses playback.
    pub(crate) fn set_device(&mut self, state: DeviceState, now: u64) {
        self.is_offline = state == DeviceState::None;
        match state {
            DeviceState::None | DeviceState::Inactive => {
                self.set_playing(false, now);
                self.active = None;
            }
            DeviceState::Active | DeviceState::Restricted => {
                let active = self.active.take();
                self.active =
                    active.or_else(|| self.devices.first().map(|device| device.id.clone()));
            }
        }
        for device in &mut self.devices {
            device.is_restricted =
                state == DeviceState::Restricted && self.active.as_ref() == Some(&device.id);
        }
    }

    /// Plays `entry` from `position_ms`; context and queue stay as they are.
    pub(crate) fn set_current(&mut self, entry: Entry, position_ms: u64, now: u64) {
        self.record.begins(&entry.uri, position_ms, now);
        self.current = Some(Current {
            entry,
            is_playing: true,
            changed_at: now,
            position_ms,
            from_context: false,
        });
    }

    /// Replaces everything upcoming.
    pub(crate) fn set_upcoming(&mut self, entries: Vec<Entry>) {
        self.context_uri = None;
        self.context.clear();
        self.context_index = 0;
        self.queue = entries.into();
    }

    /// Stops or resumes where it is.
    pub(crate) fn set_playing(&mut self, is_playing: bool, now: u64) {
        if let Some(current) = &mut self.current {
            current.position_ms = current.progress_ms(now);
            current.changed_at = now;
            match is_playing {
                true if current.is_playing => {}
                true => self.record.resumes(&current.entry.uri, current.position_ms, now),
                false => self.record.ends(now, Ending::Paused),
            }
            current.is_playing = is_playing;
        }
    }

    /// Jumps within the current item, or past its end to the next one.
    pub(crate) fn set_position(&mut self, position_ms: u64, now: u64) {
        match &mut self.current {
            Some(current) if position_ms < current.entry.duration_ms() => {
                current.position_ms = position_ms;
                current.changed_at = now;
            }
            Some(_) => self.play_next(now),
            None => {}
        }
    }

    /// Starts the first playable entry of the context from `index` on.
    fn start_at(&mut self, index: usize, position_ms: u64, now: u64) -> bool {
        let playable = |&(_, entry): &(usize, &Entry)| !matches!(entry.item(), Item::Missing);
        let found = self.context.iter().enumerate().skip(index).find(playable);
        let Some((index, entry)) = found.map(|(index, entry)| (index, entry.clone())) else {
            return false;
        };
        self.record.begins(&entry.uri, position_ms, now);
        self.context_index = index;
        self.current = Some(Current {
            entry,
            is_playing: true,
            changed_at: now,
            position_ms,
            from_context: true,
        });
        true
    }

    /// Starts what follows the current item, which ended or was skipped `at` this moment.
    fn play_next(&mut self, at: u64) {
        // Repeat of one track holds for skips too: this is how it breaks "next" for remote controls.
        if let Some(current) = &mut self.current
            && self.repeat == Repeat::Track
            && !matches!(current.entry.item(), Item::Ad)
        {
            current.position_ms = 0;
            current.changed_at = at;
            current.is_playing = true;
            self.record.begins(&current.entry.uri, 0, at);
            return;
        }
        while let Some(entry) = self.queue.pop_front() {
            if !matches!(entry.item(), Item::Missing) {
                return self.set_current(entry, 0, at);
            }
        }
        if self.start_at(self.context_index + 1, 0, at)
            || (self.context.is_empty() && self.current.is_none())
        {
            return;
        }
        // Playlists and albums start over; a bare list of tracks stops at its start.
        let starts_over = self.repeat == Repeat::Context || self.context_uri.is_some();
        self.start_at(0, 0, at);
        if let Some(current) = &mut self.current {
            current.position_ms = 0;
            current.changed_at = at;
            current.is_playing = starts_over;
            self.record.starts_over(&current.entry.uri, starts_over, at);
        }
    }
}

//! What a host decides for a room.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{SongChange, SongFields, SongRules};
use crate::error::AppError;

/// How many votes skip a song: 1 to 100.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct VotesToSkip(u8);

impl VotesToSkip {
    /// The fewest votes.
    pub const MIN: u32 = 1;
    /// The most votes.
    pub const MAX: u32 = 100;

    /// The number of votes.
    pub fn get(self) -> u32 {
        self.0.into()
    }
}

impl Default for VotesToSkip {
    fn default() -> Self {
        Self(2)
    }
}

impl TryFrom<u32> for VotesToSkip {
    type Error = AppError;

    fn try_from(votes: u32) -> Result<Self, AppError> {
        match u8::try_from(votes) {
            Ok(small) if (Self::MIN..=Self::MAX).contains(&votes) => Ok(Self(small)),
            _ => Err(AppError::VotesToSkip),
        }
    }
}

impl From<VotesToSkip> for u32 {
    fn from(votes: VotesToSkip) -> Self {
        votes.get()
    }
}

impl FromStr for VotesToSkip {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        let votes: u32 = text.trim().parse().map_err(|_| AppError::VotesToSkip)?;
        votes.try_into()
    }
}

/// What a host decides for a room.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Settings {
    /// How many votes skip a song.
    pub votes_to_skip: VotesToSkip,
    /// Whether guests may play and pause.
    pub guest_can_pause: bool,
    /// What is so for songs.
    pub songs: SongRules,
}

impl Settings {
    /// Reads the fields of a form; a checkbox that is off is not sent at all. What is so for songs is
    /// what is so by default.
    ///
    /// # Errors
    /// The error of the first field that cannot be read.
    pub fn parse(votes_to_skip: &str, guest_can_pause: &str) -> Result<Self, AppError> {
        Ok(Self {
            votes_to_skip: votes_to_skip.parse()?,
            guest_can_pause: parse_switch(guest_can_pause).ok_or(AppError::GuestCanPause)?,
            songs: SongRules::default(),
        })
    }
}

/// A change of what a host decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SettingsChange {
    /// How many votes skip a song from now on.
    pub votes_to_skip: VotesToSkip,
    /// Whether guests may play and pause from now on.
    pub guest_can_pause: bool,
    /// What changes for songs.
    pub songs: SongChange,
}

impl SettingsChange {
    /// Reads the fields of a form, or of a script that may know nothing of songs.
    ///
    /// # Errors
    /// The error of the first field that cannot be read.
    pub fn parse(
        votes_to_skip: &str,
        guest_can_pause: &str,
        songs: &SongFields,
    ) -> Result<Self, AppError> {
        let Settings { votes_to_skip, guest_can_pause, .. } =
            Settings::parse(votes_to_skip, guest_can_pause)?;
        Ok(Self { votes_to_skip, guest_can_pause, songs: songs.parse()? })
    }
}

/// Reads a checkbox or a script's boolean.
pub(crate) fn parse_switch(text: &str) -> Option<bool> {
    match text.trim() {
        "on" | "true" | "1" => Some(true),
        "" | "off" | "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_from_1_to_100_is_accepted() {
        for (text, votes) in [("1", 1), ("2", 2), (" 100 ", 100)] {
            assert_eq!(text.parse::<VotesToSkip>().map(VotesToSkip::get), Ok(votes));
        }
    }

    #[test]
    fn a_threshold_of_zero_negative_huge_text_or_nothing_is_refused() {
        for text in ["0", "-5", "101", "1000000000000", "two", "", "2.5", "1e1"] {
            assert_eq!(text.parse::<VotesToSkip>(), Err(AppError::VotesToSkip), "{text:?}");
        }
    }

    #[test]
    fn a_checkbox_is_on_off_or_refused() {
        assert_eq!(Settings::parse("2", "on").map(|s| s.guest_can_pause), Ok(true));
        assert_eq!(Settings::parse("2", "").map(|s| s.guest_can_pause), Ok(false));
        assert_eq!(Settings::parse("2", "maybe"), Err(AppError::GuestCanPause));
    }
}

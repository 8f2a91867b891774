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

/// Which share of the people who are here must want a song skipped: more than 10 to 90 percent.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct SkipShare(u8);

impl SkipShare {
    /// The smallest share, in percent.
    pub const MIN: u32 = 10;
    /// The largest.
    pub const MAX: u32 = 90;

    /// The share, in percent.
    pub fn percent(self) -> u32 {
        self.0.into()
    }

    /// How many votes are more than the share of so many people: of nobody too, one.
    pub fn needed(self, people: u32) -> u32 {
        let exactly = u64::from(people) * u64::from(self.0) / 100;
        u32::try_from(exactly).map_or(u32::MAX, |exactly| exactly + 1)
    }
}

impl Default for SkipShare {
    fn default() -> Self {
        Self(50)
    }
}

impl TryFrom<u32> for SkipShare {
    type Error = AppError;

    fn try_from(percent: u32) -> Result<Self, AppError> {
        match u8::try_from(percent) {
            Ok(small) if (Self::MIN..=Self::MAX).contains(&percent) => Ok(Self(small)),
            _ => Err(AppError::SkipShare),
        }
    }
}

impl From<SkipShare> for u32 {
    fn from(share: SkipShare) -> Self {
        share.percent()
    }
}

/// The fields of a form, or of a script, that say what skips a song.
#[derive(Clone, Copy, Debug, Default)]
pub struct SkipFields<'a> {
    /// How many votes.
    pub votes_to_skip: &'a str,
    /// `votes`, or `share`; what a script does not send stays as it is.
    pub skip_rule: &'a str,
    /// The share in percent; half, if it is not said.
    pub skip_share: &'a str,
}

impl SkipFields<'_> {
    /// The rule that a number of votes skips.
    pub const VOTES: &'static str = "votes";
    /// The rule that a share of the people who are here skips.
    pub const SHARE: &'static str = "share";

    fn share(self) -> Result<Option<Option<SkipShare>>, AppError> {
        match (self.skip_rule.trim(), self.skip_share.trim()) {
            ("", _) => Ok(None),
            (Self::VOTES, _) => Ok(Some(None)),
            (Self::SHARE, "") => Ok(Some(Some(SkipShare::default()))),
            (Self::SHARE, percent) => {
                let percent: u32 = percent.parse().map_err(|_| AppError::SkipShare)?;
                Ok(Some(Some(percent.try_into()?)))
            }
            _ => Err(AppError::SkipShare),
        }
    }
}

/// What a host decides for a room.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Settings {
    /// How many votes skip a song, unless a share does.
    pub votes_to_skip: VotesToSkip,
    /// The share of the people who are here that skips a song, if that is the rule.
    pub skip_share: Option<SkipShare>,
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
            skip_share: None,
            guest_can_pause: parse_switch(guest_can_pause).ok_or(AppError::GuestCanPause)?,
            songs: SongRules::default(),
        })
    }
}

/// A change of what a host decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SettingsChange {
    /// How many votes skip a song from now on, unless a share does.
    pub votes_to_skip: VotesToSkip,
    /// Which share does, or none, if that changes.
    pub skip_share: Option<Option<SkipShare>>,
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
        skip: SkipFields<'_>,
        guest_can_pause: &str,
        songs: &SongFields,
    ) -> Result<Self, AppError> {
        let Settings { votes_to_skip, guest_can_pause, .. } =
            Settings::parse(skip.votes_to_skip, guest_can_pause)?;
        let skip_share = skip.share()?;
        Ok(Self { votes_to_skip, skip_share, guest_can_pause, songs: songs.parse()? })
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
    fn skip_share_is_exceeded_by_more_than_half_of_the_people() {
        let half = SkipShare::default();
        for (people, needed) in [(0, 1), (1, 1), (2, 2), (3, 2), (9, 5), (10, 6), (5_000, 2_501)] {
            assert_eq!(half.needed(people), needed, "{people} people");
        }
        assert_eq!(SkipShare::try_from(90).map(|share| share.needed(1)), Ok(1));
        assert_eq!(SkipShare::try_from(90).map(|share| share.needed(10)), Ok(10));
    }

    #[test]
    fn skip_rule_of_a_form_is_a_number_a_share_or_stays() {
        let share = |skip_rule, skip_share| {
            SkipFields { votes_to_skip: "2", skip_rule, skip_share }.share()
        };
        assert_eq!(share("", "33"), Ok(None));
        assert_eq!(share("votes", "33"), Ok(Some(None)));
        assert_eq!(share("share", ""), Ok(Some(Some(SkipShare(50)))));
        assert_eq!(share("share", " 33 "), Ok(Some(Some(SkipShare(33)))));
        for (rule, percent) in [("share", "9"), ("share", "91"), ("share", "half"), ("most", "50")]
        {
            assert_eq!(share(rule, percent), Err(AppError::SkipShare), "{rule} {percent}");
        }
    }

    #[test]
    fn a_checkbox_is_on_off_or_refused() {
        assert_eq!(Settings::parse("2", "on").map(|s| s.guest_can_pause), Ok(true));
        assert_eq!(Settings::parse("2", "").map(|s| s.guest_can_pause), Ok(false));
        assert_eq!(Settings::parse("2", "maybe"), Err(AppError::GuestCanPause));
    }
}

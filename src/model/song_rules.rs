//! A change of a host's rules for songs, as a form or a script sends it.

use serde::{Deserialize, Serialize};

use super::{Order, parse_switch};
use crate::error::AppError;

/// One of the rules for songs.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SongRule {
    /// What orders the queue.
    Order,
    /// Whether guests can ask for songs.
    RequestsOpen,
    /// Whether songs may be explicit.
    ExplicitAllowed,
    /// How many songs of one member may wait at once.
    SongsPerPerson,
    /// The longest song, in minutes.
    LongestMinutes,
    /// How long a song is not repeated after its end, in minutes.
    NoRepeatMinutes,
}

impl SongRule {
    /// The highest number that it takes, if it is a number; the lowest is 1.
    pub fn most(self) -> u32 {
        match self {
            Self::Order | Self::RequestsOpen | Self::ExplicitAllowed => 1,
            Self::SongsPerPerson => 50,
            Self::LongestMinutes => 60,
            Self::NoRepeatMinutes => 24 * 60,
        }
    }
}

/// The fields about songs as they were sent; those that were not are empty.
///
/// A form does not send a checkbox that is off, and a script may send nothing but what it wants to
/// change. `song_rules` tells them apart: `all` says that every rule is in the request, so that what is
/// missing or empty is off, or without a limit. Without it what is missing or empty stays as it is.
#[derive(Clone, Debug, Default)]
pub struct SongFields {
    /// `all`, or empty.
    pub song_rules: String,
    /// The word of an [`Order`].
    pub order: String,
    /// A switch.
    pub requests_open: String,
    /// A switch.
    pub explicit_allowed: String,
    /// A number from 1 to 50.
    pub songs_per_person: String,
    /// A number from 1 to 60.
    pub longest_minutes: String,
    /// A number from 1 to 1440.
    pub no_repeat_minutes: String,
}

/// A limit, or none.
pub type Limit = Option<u32>;

/// What changes of the rules for songs; nothing of what stays.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SongChange {
    /// What orders the queue from now on.
    pub order: Option<Order>,
    /// Whether guests can ask for songs from now on.
    pub requests_open: Option<bool>,
    /// Whether songs may be explicit from now on.
    pub explicit_allowed: Option<bool>,
    /// How many songs of one member may wait at once from now on.
    pub songs_per_person: Option<Limit>,
    /// The longest song from now on, in minutes.
    pub longest_minutes: Option<Limit>,
    /// How long a song is not repeated from now on, in minutes.
    pub no_repeat_minutes: Option<Limit>,
}

impl SongFields {
    /// The value of `song_rules` that says that every rule is there.
    pub const ALL: &str = "all";

    /// What these fields change.
    ///
    /// # Errors
    /// `SongRules` with the first rule that cannot be read; `Malformed` if it cannot be told whether all
    /// are there.
    pub fn parse(&self) -> Result<SongChange, AppError> {
        let all = match self.song_rules.trim() {
            "" => false,
            Self::ALL => true,
            _ => return Err(AppError::Malformed),
        };
        let is_said = |text: &str| all || !text.trim().is_empty();
        let switch = |text: &str, rule| {
            let switch = is_said(text).then(|| parse_switch(text).ok_or(AppError::SongRules(rule)));
            switch.transpose()
        };
        let limit = |text: &str, rule| is_said(text).then(|| parse_limit(text, rule)).transpose();
        let order =
            || Order::from_word(self.order.trim()).ok_or(AppError::SongRules(SongRule::Order));
        Ok(SongChange {
            order: is_said(&self.order).then(order).transpose()?,
            requests_open: switch(&self.requests_open, SongRule::RequestsOpen)?,
            explicit_allowed: switch(&self.explicit_allowed, SongRule::ExplicitAllowed)?,
            songs_per_person: limit(&self.songs_per_person, SongRule::SongsPerPerson)?,
            longest_minutes: limit(&self.longest_minutes, SongRule::LongestMinutes)?,
            no_repeat_minutes: limit(&self.no_repeat_minutes, SongRule::NoRepeatMinutes)?,
        })
    }
}

fn parse_limit(text: &str, rule: SongRule) -> Result<Limit, AppError> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(number) if (1..=rule.most()).contains(&number) => Ok(Some(number)),
            _ => Err(AppError::SongRules(rule)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn song_rules_that_a_script_does_not_send_stay() {
        assert_eq!(SongFields::default().parse(), Ok(SongChange::default()));

        let fields = SongFields {
            explicit_allowed: "false".to_owned(),
            longest_minutes: " 60 ".to_owned(),
            ..SongFields::default()
        };
        let change = SongChange {
            explicit_allowed: Some(false),
            longest_minutes: Some(Some(60)),
            ..SongChange::default()
        };
        assert_eq!(fields.parse(), Ok(change));
    }

    #[test]
    fn song_rules_that_a_whole_form_does_not_send_are_off_or_without_a_limit() {
        let fields = SongFields {
            song_rules: SongFields::ALL.to_owned(),
            order: "fair_turns".to_owned(),
            ..SongFields::default()
        };

        let change = SongChange {
            order: Some(Order::FairTurns),
            requests_open: Some(false),
            explicit_allowed: Some(false),
            songs_per_person: Some(None),
            longest_minutes: Some(None),
            no_repeat_minutes: Some(None),
        };
        assert_eq!(fields.parse(), Ok(change));
    }

    #[test]
    fn song_rules_that_make_no_sense_are_refused_by_name() {
        type Field = fn(&mut SongFields) -> &mut String;
        let set: [(SongRule, Field, &[&str]); 6] = [
            (SongRule::Order, |fields| &mut fields.order, &["best", "MostVotes", "0"]),
            (SongRule::RequestsOpen, |fields| &mut fields.requests_open, &["maybe", "2"]),
            (SongRule::ExplicitAllowed, |fields| &mut fields.explicit_allowed, &["maybe"]),
            (SongRule::SongsPerPerson, |fields| &mut fields.songs_per_person, &["0", "51", "two"]),
            (SongRule::LongestMinutes, |fields| &mut fields.longest_minutes, &["61", "-1", "2.5"]),
            (SongRule::NoRepeatMinutes, |fields| &mut fields.no_repeat_minutes, &["1441", "1e1"]),
        ];
        for (rule, field, senseless) in set {
            for text in senseless {
                let mut fields = SongFields::default();
                (*text).clone_into(field(&mut fields));
                assert_eq!(fields.parse(), Err(AppError::SongRules(rule)), "{text}");
            }
        }
        let fields = SongFields { song_rules: "some".to_owned(), ..SongFields::default() };
        assert_eq!(fields.parse(), Err(AppError::Malformed));
        let fields = SongFields { song_rules: "all".to_owned(), ..SongFields::default() };
        assert_eq!(fields.parse(), Err(AppError::SongRules(SongRule::Order)));
    }
}

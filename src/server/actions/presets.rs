//! Settings that fit an occasion: they fill in the form, and the host saves it.

use crate::{
    model::{self, Limit, Order, RoomCode, Settings, SongRules, paths},
    text::presets,
};

/// Settings that fit an occasion.
pub(super) struct Preset {
    /// Names it in addresses.
    pub(super) word: &'static str,
    /// What people call it.
    pub(super) name: &'static str,
    purpose: &'static str,
    votes_to_skip: u32,
    /// In percent of the people who are here, if that is the rule.
    skip_share: Option<u32>,
    guest_can_pause: bool,
    order: Order,
    explicit_allowed: bool,
    songs_per_person: Limit,
    longest_minutes: Limit,
    no_repeat_minutes: Limit,
}

/// All of them.
pub(super) const PRESETS: [Preset; 3] = [
    Preset {
        word: "party",
        name: presets::PARTY,
        purpose: presets::FOR_PARTIES,
        votes_to_skip: 3,
        skip_share: Some(33),
        guest_can_pause: false,
        order: Order::MostVotes,
        explicit_allowed: true,
        songs_per_person: Some(5),
        longest_minutes: Some(8),
        no_repeat_minutes: Some(120),
    },
    Preset {
        word: "office",
        name: presets::OFFICE,
        purpose: presets::FOR_OFFICES,
        votes_to_skip: 2,
        skip_share: None,
        guest_can_pause: true,
        order: Order::FairTurns,
        explicit_allowed: false,
        songs_per_person: Some(3),
        longest_minutes: Some(10),
        no_repeat_minutes: Some(480),
    },
    Preset {
        word: "wedding",
        name: presets::WEDDING,
        purpose: presets::FOR_WEDDINGS,
        votes_to_skip: 10,
        skip_share: None,
        guest_can_pause: false,
        order: Order::FairTurns,
        explicit_allowed: false,
        songs_per_person: Some(1),
        longest_minutes: Some(6),
        no_repeat_minutes: Some(720),
    },
];

impl Preset {
    /// What it suggests.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            votes_to_skip: self.votes_to_skip.try_into().unwrap_or_default(),
            skip_share: self.skip_share.and_then(|percent| percent.try_into().ok()),
            guest_can_pause: self.guest_can_pause,
            songs: SongRules {
                order: self.order,
                requests_open: true,
                explicit_allowed: self.explicit_allowed,
                songs_per_person: self.songs_per_person,
                longest_minutes: self.longest_minutes,
                no_repeat_minutes: self.no_repeat_minutes,
            },
        }
    }

    /// What a room's settings page shows of it.
    pub(super) fn of_room(&self, code: &RoomCode) -> model::Preset {
        model::Preset {
            path: paths::settings_preset(code.as_str(), self.word),
            name: self.name.to_owned(),
            purpose: self.purpose.to_owned(),
        }
    }
}

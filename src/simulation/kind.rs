//! Two kinds of parties: an hour in which everything happens, and a long night in which little does; and who acts
//! at them.

use auxroom::model::PlayId;

use crate::dice::{Dice, Source};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
/// The program of a night crashes after so many tracks.
const TRACKS_TO_CRASH: i64 = 20;

/// What a party is like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// An hour in which everything happens that can, and often.
    Hour,
    /// Twelve hours of a wedding: thirty guests, a playlist that goes on when nobody asks, and a Spotify
    /// that fails once in a hundred answers.
    Night {
        /// Whether the program crashes after every twenty tracks.
        crashes: bool,
    },
}

/// Somebody, or something, that acts now and then.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Actor {
    Guest,
    Host,
    App,
    SignIn,
    Clock,
    Asker,
}

impl Actor {
    pub(crate) const ALL: [Self; 6] =
        [Self::Guest, Self::Host, Self::App, Self::SignIn, Self::Clock, Self::Asker];

    pub(crate) fn source(self) -> Source {
        match self {
            Self::Guest => Source::Guests,
            Self::Host => Source::Host,
            Self::App => Source::App,
            Self::SignIn => Source::SignIns,
            Self::Clock => Source::Clock,
            Self::Asker => Source::Songs,
        }
    }
}

/// How often each source of trouble strikes, per thousand.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rates {
    pub(crate) spotify: u32,
    pub(crate) store: u32,
    pub(crate) slow_store: u32,
    /// Other rooms spend the budget that all share.
    pub(crate) spent_budget: u32,
    pub(crate) crash: u32,
}

impl Kind {
    pub(crate) fn lasts_ms(self) -> u64 {
        match self {
            Self::Hour => HOUR_MS,
            Self::Night { .. } => 12 * HOUR_MS,
        }
    }

    /// How many guests come, and how often things fail.
    pub(crate) fn begins(self, dice: &mut Dice) -> (i64, Rates) {
        let guests = i64::try_from(dice.within(1..=6)).unwrap_or(1);
        let rates = Rates {
            spotify: dice.one_of(&[0, 5, 20, 80, 250]).unwrap_or(0),
            store: dice.one_of(&[0, 0, 10, 100]).unwrap_or(0),
            slow_store: dice.one_of(&[0, 0, 20, 100]).unwrap_or(0),
            spent_budget: dice.one_of(&[0, 0, 20, 200]).unwrap_or(0),
            crash: dice.one_of(&[0, 1, 4]).unwrap_or(0),
        };
        match self {
            Self::Hour => (guests, rates),
            Self::Night { .. } => (30, Rates { spotify: 10, ..Rates::default() }),
        }
    }

    /// How often somebody acts, on average, if ever.
    pub(crate) fn mean_ms(self, actor: Actor) -> Option<u64> {
        let hour_ms = match actor {
            Actor::Guest => 15_000,
            Actor::Host => 50_000,
            Actor::App => 80_000,
            Actor::SignIn => 20 * MINUTE_MS,
            Actor::Clock => 40 * MINUTE_MS,
            Actor::Asker => 40_000,
        };
        let night_ms = match actor {
            Actor::Guest => Some(MINUTE_MS),
            Actor::Host => Some(15 * MINUTE_MS),
            Actor::App => Some(20 * MINUTE_MS),
            Actor::Asker => Some(2 * MINUTE_MS),
            Actor::SignIn | Actor::Clock => None,
        };
        if self == Self::Hour { Some(hour_ms) } else { night_ms }
    }

    /// Whether the program is to crash soon, now that this play has begun.
    pub(crate) fn crashes_after(self, play: PlayId) -> bool {
        self == Self::Night { crashes: true } && play.0 % TRACKS_TO_CRASH == 0
    }
}

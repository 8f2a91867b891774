//! Chance, from one seed: each source of trouble has a stream of its own, so that one can be left
//! out and the others still do what they did.

use std::ops::RangeInclusive;

use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};

/// What can be left out of a party, to find out what a failure needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    /// Guests who vote, join and leave.
    Guests,
    /// The host's presses and settings.
    Host,
    /// The host's own Spotify app.
    App,
    /// Sign-ins, disconnects and the room's end.
    SignIns,
    /// Spotify's failures.
    Spotify,
    /// The store's failures.
    Store,
    /// A clock that is set.
    Clock,
    /// Crashes.
    Crash,
    /// How long everything takes.
    Latency,
    /// People who ask for songs.
    Songs,
}

impl Source {
    /// Those that a party can do without.
    pub(crate) const OPTIONAL: [Self; 9] = [
        Self::Songs,
        Self::Crash,
        Self::Clock,
        Self::Store,
        Self::SignIns,
        Self::App,
        Self::Host,
        Self::Guests,
        Self::Spotify,
    ];
}

/// One stream of chance.
#[derive(Clone, Debug)]
pub(crate) struct Dice {
    rng: SmallRng,
    /// Nothing is ever likely: this source is left out.
    is_silent: bool,
}

impl Dice {
    pub(crate) fn new(seed: u64, source: Source, left_out: &[Source]) -> Self {
        let stream = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ ((source as u64 + 1) << 56);
        Self { rng: SmallRng::seed_from_u64(stream), is_silent: left_out.contains(&source) }
    }

    /// Whether something happens that does so `per_mille` times in a thousand.
    pub(crate) fn happens(&mut self, per_mille: u32) -> bool {
        let drawn = self.rng.random_range(0..1_000);
        !self.is_silent && drawn < per_mille
    }

    pub(crate) fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        self.rng.random_range(range)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let place = self.rng.random_range(0..all.len().max(1));
        all.get(place).copied()
    }

    /// How long until something that happens every `mean_ms` on average; nothing if it is left out.
    pub(crate) fn wait(&mut self, mean_ms: u64) -> Option<u64> {
        let uniform: f64 = self.rng.random_range(f64::EPSILON..1.0);
        let wait = (-uniform.ln() * mean_ms as f64) as u64 + 1;
        (!self.is_silent).then_some(wait)
    }
}

//! Instants.

use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// An instant, in Unix milliseconds. Lengths of time are plain numbers whose names end in `_ms`.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// Later than every other instant.
    pub const MAX: Self = Self(u64::MAX);

    /// How long ago `earlier` was, in milliseconds; 0 if it is yet to come.
    pub const fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The instant so many milliseconds before this one.
    pub const fn before(self, ms: u64) -> Self {
        Self(self.0.saturating_sub(ms))
    }
}

impl Add<u64> for Millis {
    type Output = Self;

    fn add(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

impl AddAssign<u64> for Millis {
    fn add_assign(&mut self, ms: u64) {
        *self = *self + ms;
    }
}

impl std::fmt::Display for Millis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

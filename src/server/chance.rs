//! Chance, where it enters the program: rules take it as an argument.

use std::ops::RangeInclusive;

use rand::{SeedableRng as _, rngs::StdRng};

/// Numbers that nobody can guess.
pub fn rng() -> StdRng {
    StdRng::from_os_rng()
}

/// A number of this range, each as likely as any other.
pub fn within(range: RangeInclusive<u64>) -> u64 {
    rand::random_range(range)
}

/// 16 letters and digits to tell one request from others by.
pub fn id() -> String {
    format!("{:016x}", rand::random::<u64>())
}

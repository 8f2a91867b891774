//! The tables as types. They never leave `server`.

pub mod application;
pub mod blocked;
pub mod connection;
pub mod entry;
pub mod entry_vote;
pub mod fallback;
pub mod fallback_track;
pub mod former_code;
pub mod member;
pub mod play;
pub mod room;
pub mod saved_playlist;
pub mod session;
pub mod sign_in;
pub mod skip_vote;
pub mod visitor;

use crate::model::Millis;

/// An instant as the database keeps it: Unix milliseconds.
pub fn instant(at: Millis) -> i64 {
    to_column(at.0)
}

/// Reads an instant back; what lies before 1970 reads as 0.
pub fn millis(value: i64) -> Millis {
    Millis(from_column(value))
}

/// A length of time or a revision as the database keeps it.
pub fn to_column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads a length of time or a revision back; what is negative reads as 0.
pub fn from_column(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

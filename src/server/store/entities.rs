//! The tables as types. They never leave `server`.

pub mod application;
pub mod connection;
pub mod member;
pub mod play;
pub mod room;
pub mod session;
pub mod sign_in;
pub mod skip_vote;
pub mod visitor;

/// An instant as the database keeps it: Unix milliseconds.
pub fn instant(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// Reads an instant or a length of time back; what lies before 1970 reads as 0.
pub fn millis(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

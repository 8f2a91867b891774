//! Live rooms: the only state that lives in the process alone.

pub mod hub;
pub mod room;

//! Live rooms.

pub mod room;

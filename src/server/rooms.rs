//! Rooms, their people and their votes.

pub mod lifecycle;
pub mod play;
pub mod skip;

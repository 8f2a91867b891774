//! Rooms, their people, plays and votes, as they are stored.

pub mod blocked;
pub mod fallback;
pub mod history;
pub mod lifecycle;
pub mod membership;
pub mod moderation;
pub mod names;
pub mod people;
pub mod plays;
pub mod queue;
pub mod revision;
pub mod roster;
pub mod saved_playlist;
pub mod traces;
pub mod votes;

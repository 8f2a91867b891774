//! Live rooms: the only state that lives in the process alone.
//!
//! `room` decides and knows nothing of the world; `driver` carries out what it wants; `bus` brings
//! what a room publishes to its readers and their wishes to the room; `lease` says who runs it. The
//! hub is what the rest of the program sees of them.

mod attendance;
mod bus;
mod driver;
mod hub;
mod latency;
mod lease;
mod message;
mod published;
pub mod room;
mod watching;

pub use driver::{Dependencies, fan_out_ms};
pub use hub::Hub;
pub use message::Change;
pub use published::{Published, frame};
pub use watching::Watching;

//! The songs that people asked for: in which order they come.

mod order;

pub use self::order::{Entry, Order, Place, Turns, Why, order};

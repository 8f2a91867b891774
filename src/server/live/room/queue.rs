//! The songs that people asked for: which may be played, and in which order they come.

mod order;
mod rules;

pub use self::{
    order::{Entry, Order, Place, Turns, Why, order},
    rules::{Played, Programme, Refused, Rules, Waiting, Wanted},
};

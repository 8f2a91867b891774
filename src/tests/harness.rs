//! A server with its simulator, and the people who use it.

mod app;
mod events;
mod person;

pub(crate) use app::TestApp;
pub(crate) use events::Events;
pub(crate) use person::{Answer, Person};

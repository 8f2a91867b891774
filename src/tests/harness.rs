//! A server with its simulator, and the people who use it.

mod app;
mod commands;
mod events;
mod page;
mod person;
mod rows;

pub(crate) use app::{BEGIN, TestApp};
pub(crate) use commands::COMMANDS;
pub(crate) use events::{Event, Events};
pub(crate) use page::between;
pub(crate) use person::{Answer, Person};

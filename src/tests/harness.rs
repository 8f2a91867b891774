//! A server with its simulator, and the people who use it.

mod app;
mod cli;
mod commands;
mod events;
mod music;
mod page;
mod person;
mod program;
mod raw;
mod rows;
mod surroundings;
mod wiretap;

pub(crate) use app::{BEGIN, DEMO, TOO_LONG, TestApp};
pub(crate) use cli::{Ended, auxroom};
pub(crate) use commands::COMMANDS;
pub(crate) use events::{Event, Events};
pub(crate) use music::{LOOK, NEXT, PAUSE, PLAY, Party, TOKEN, play_of, uri_of};
pub(crate) use page::between;
pub(crate) use person::{Answer, Person};
pub(crate) use program::{CLIENT_SECRET, Program};
pub(crate) use raw::{Raw, RawAnswer};
pub(crate) use rows::all_rows;
pub(crate) use surroundings::free_address;
pub(crate) use wiretap::Wiretap;

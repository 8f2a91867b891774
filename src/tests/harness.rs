//! A server with its simulator, and the people who use it.

mod app;
mod events;
mod music;
mod person;
mod wiretap;

pub(crate) use app::TestApp;
pub(crate) use events::{Event, Events};
pub(crate) use music::{LOOK, NEXT, PAUSE, PLAY, Party, TOKEN, play_of, uri_of};
pub(crate) use person::{Answer, Person};
pub(crate) use wiretap::Wiretap;

//! Pieces that pages are made of.

mod controls;
mod error_page;
mod form;
mod invitation;
mod live;
mod now_playing;
mod progress;
mod settings_fields;
mod status_line;

pub(crate) use controls::Controls;
pub(crate) use error_page::ErrorPage;
pub(crate) use form::{CodeField, DoneNotice, FieldError, Trouble, error_of, use_code};
pub(crate) use invitation::Invitation;
pub(crate) use live::Live;
pub(crate) use now_playing::{NowPlaying, title};
pub(crate) use progress::Progress;
pub(crate) use settings_fields::SettingsFields;
pub(crate) use status_line::StatusLine;

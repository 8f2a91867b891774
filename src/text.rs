//! Every sentence that people read or hear from a screen reader, one module per language.
//!
//! Code asks for a text by what it is for (`text::error`, `text::label::SAVE`); which language it is
//! in is decided here alone.

mod english;

pub use english::*;

//! What happens to every request and answer.

pub mod carry_through;
pub mod document;
pub mod security;

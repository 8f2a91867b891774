//! What happens around every request.

pub mod detach;
pub mod document;
pub mod security;
pub mod trace;

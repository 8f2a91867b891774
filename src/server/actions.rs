//! What a person may do: authorise, write, publish.

pub mod housekeeping;
pub mod views;

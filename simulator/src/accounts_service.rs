//! accounts.spotify.com: the consent page, and the endpoint that hands out tokens.

mod authorize;
mod token;

pub(crate) use authorize::{ask, decide};
pub(crate) use token::token;

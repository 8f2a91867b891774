//! The account that drives a room, its consent and its token.

use crate::model::{ConnectionId, Millis};

/// A token that lives less than this is refreshed before it is used.
const EARLY_MS: u64 = 60_000;

/// Stands for an access token, whose text only the driver knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Token {
    /// The account that it is for.
    pub connection: ConnectionId,
    /// Grows with every refresh.
    pub version: i64,
    /// When it expires.
    pub expires_at: Millis,
}

impl Token {
    /// Whether it is to be refreshed before it is used.
    pub fn is_expired(&self, now: Millis) -> bool {
        self.expires_at <= now + EARLY_MS
    }
}

/// The account that drives a room.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Connection {
    /// There is none.
    #[default]
    None,
    /// It belongs to another Spotify application than the configured one.
    OtherApplication,
    /// Its tokens are gone, or another key sealed them.
    Unusable(SignIn),
    /// Its tokens can be used.
    Usable(SignIn, Token),
}

/// One consent of one account.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SignIn {
    /// The account.
    pub connection: ConnectionId,
    /// When the person agreed.
    pub authorized_at: Millis,
}

impl Connection {
    /// The consent, whether its tokens can be used or not.
    pub fn sign_in(&self) -> Option<SignIn> {
        match self {
            Self::None | Self::OtherApplication => None,
            Self::Unusable(sign_in) | Self::Usable(sign_in, _) => Some(*sign_in),
        }
    }

    /// Whether both stand for the same consent, in the same state.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            && self.sign_in() == other.sign_in()
    }
}

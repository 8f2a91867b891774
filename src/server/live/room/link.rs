//! The way to a Spotify account.

use super::connection::{Connection, SignIn, Token};
use crate::model::Millis;

/// The way to the account that drives a room.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Link {
    /// No account drives the room.
    Disconnected,
    /// The account that drives it belongs to another Spotify application.
    OtherApplication,
    /// The sign-in has ended.
    NeedsReconnect,
    /// Spotify refused the token before its time.
    Rejected(SignIn, Token),
    /// The token can be used.
    Ready {
        sign_in: SignIn,
        token: Token,
        /// Whether it replaced a refused one and was not accepted yet.
        replaces_rejected: bool,
    },
}

impl Link {
    /// The link that the store knows of.
    pub(super) fn new(connection: Connection) -> Self {
        match connection {
            Connection::None => Self::Disconnected,
            Connection::OtherApplication => Self::OtherApplication,
            Connection::Unusable(_) => Self::NeedsReconnect,
            Connection::Usable(sign_in, token) => {
                Self::Ready { sign_in, token, replaces_rejected: false }
            }
        }
    }

    /// The link after the store was read again, of the same sign-in as before.
    pub(super) fn reloaded(self, connection: Connection) -> Self {
        let Connection::Usable(_, stored) = connection else { return Self::new(connection) };
        match self {
            Self::Rejected(_, token) | Self::Ready { token, .. }
                if token.version >= stored.version =>
            {
                self
            }
            _ => Self::new(connection),
        }
    }

    /// The token, valid or not, and whose it is.
    pub(super) fn token(self) -> Option<(SignIn, Token)> {
        match self {
            Self::Rejected(sign_in, token) | Self::Ready { sign_in, token, .. } => {
                Some((sign_in, token))
            }
            Self::Disconnected | Self::OtherApplication | Self::NeedsReconnect => None,
        }
    }

    /// Whose account it is, while that can be used.
    pub(super) fn sign_in(self) -> Option<SignIn> {
        self.token().map(|(sign_in, _)| sign_in)
    }

    /// Whether the token must be refreshed before it is used.
    pub(super) fn needs_refresh(self, now: Millis) -> bool {
        match self {
            Self::Rejected(..) => true,
            Self::Ready { token, .. } => token.is_expired(now),
            Self::Disconnected | Self::OtherApplication | Self::NeedsReconnect => false,
        }
    }

    /// Takes a refreshed token over.
    pub(super) fn refreshed(&mut self, token: Token) {
        if let Some((sign_in, _)) = self.token() {
            let replaces_rejected = matches!(self, Self::Rejected(..));
            *self = Self::Ready { sign_in, token, replaces_rejected };
        }
    }

    /// Spotify accepted the token.
    pub(super) fn accepted(&mut self) {
        if let Self::Ready { replaces_rejected, .. } = self {
            *replaces_rejected = false;
        }
    }

    /// Spotify refused the token. Whether another one may help at once: if it replaced a refused one
    /// itself, that is tried again only after a while.
    pub(super) fn rejected(&mut self) -> bool {
        let Self::Ready { sign_in, token, replaces_rejected } = *self else { return false };
        *self = Self::Rejected(sign_in, token);
        !replaces_rejected
    }
}

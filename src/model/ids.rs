//! The keys of rows, one type per table: a play's can never be taken for a member's.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id! {
    /// A browser.
    VisitorId
}
id! {
    /// A room.
    RoomId
}
id! {
    /// A visitor's membership in a room.
    MemberId
}
id! {
    /// A Spotify account under one Spotify application.
    ConnectionId
}
id! {
    /// One playing of a track in a room.
    PlayId
}
id! {
    /// A song that somebody asked for.
    EntryId
}

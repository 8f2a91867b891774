//! What the store says about a room.

use std::{collections::HashMap, sync::Arc};

use super::{CurrentPlay, link::Token};
use crate::model::{ConnectionId, MemberId, Millis, Role, Settings, VisitorId};

/// A room as it is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Grows with every change: what was read before one may be out of date.
    pub revision: u64,
    /// The room's code.
    pub code: String,
    /// What the host decided.
    pub settings: Settings,
    /// Whether the room is closed, or deleted.
    pub closed: bool,
    /// Who is in the room.
    pub members: Arc<HashMap<VisitorId, Presence>>,
    /// The account that drives it.
    pub connection: Connection,
    /// The play that has not ended.
    pub play: Option<CurrentPlay>,
}

/// A member who is in the room.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Presence {
    /// Their membership.
    pub member: MemberId,
    /// What they are there.
    pub role: Role,
    /// Whether they voted to skip the play that has not ended.
    pub voted: bool,
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

impl Facts {
    /// How many members voted to skip the play that has not ended.
    pub fn votes(&self) -> u32 {
        count(self.members.values().filter(|member| member.voted).count())
    }

    /// How many members are in the room.
    pub fn present(&self) -> u32 {
        count(self.members.len())
    }

    /// Another play goes on, for which nobody has voted.
    pub(super) fn begin(&mut self, play: CurrentPlay) {
        self.play = Some(play);
        if self.members.values().any(|member| member.voted) {
            let members = Arc::make_mut(&mut self.members);
            members.values_mut().for_each(|member| member.voted = false);
        }
    }
}

fn count(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}

//! What the store says about a room.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use super::{connection::Connection, play::CurrentPlay, queue::Queue};
use crate::model::{MemberId, Millis, Role, Settings, VisitorId};

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
    /// What people asked for.
    pub queue: Arc<Queue>,
    /// The URIs of songs and artists that the host does not want to hear.
    pub blocked: Arc<BTreeSet<String>>,
    /// What goes on when they asked for nothing.
    pub fallback: Option<Fallback>,
}

/// The playlist that goes on when nobody asks for anything.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fallback {
    /// What it is called.
    pub name: String,
    /// When the host chose it.
    pub chosen_at: Millis,
}

/// A member who is in the room.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Presence {
    /// Their membership.
    pub member: MemberId,
    /// What they are there.
    pub role: Role,
    /// Whether they voted to skip the play that has not ended.
    pub voted: bool,
    /// What they are called, if they said so.
    pub name: Option<String>,
    /// Whether they have the room open, or did something there in the last minutes. Only known where a
    /// share of the people skips.
    pub is_here: bool,
}

impl Facts {
    /// How many members voted to skip the play that has not ended.
    pub fn votes(&self) -> u32 {
        count(self.members.values().filter(|member| member.voted).count())
    }

    /// Notes who is here, where a share of them skips.
    pub fn mark_here(&mut self, here: impl FnOnce() -> HashSet<VisitorId>) {
        if self.settings.skip_share.is_some() {
            let here = here();
            let members = Arc::make_mut(&mut self.members).iter_mut();
            members.for_each(|(visitor, member)| member.is_here = here.contains(visitor));
        }
    }

    /// How many are here, and how many votes skip: of the people where a share of them does.
    pub fn needed(&self) -> (Option<u32>, u32) {
        let Some(share) = self.settings.skip_share else {
            return (None, self.settings.votes_to_skip.get());
        };
        let here = self.members.values().filter(|member| member.is_here || member.voted).count();
        let here = count(here);
        (Some(here), share.needed(here))
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

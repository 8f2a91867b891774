//! A model of the store: what the tables hold, and what the statements do to them.

pub(crate) mod queue;

use std::{collections::HashMap, sync::Arc};

use auxroom::{
    model::{ConnectionId, EntryId, MemberId, Millis, PlayId, Role, Settings, VisitorId},
    server::live::room::{
        Connection, CurrentPlay, DecidedSkip, Facts, PlayChange, Presence, SignIn, Token,
    },
};

use self::queue::{End, Songs};

/// One room's rows.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) revision: u64,
    pub(crate) settings: Settings,
    pub(crate) closed: bool,
    pub(crate) members: Vec<Member>,
    pub(crate) connection: Option<Row>,
    /// The play that has not ended: one at most, by a unique index.
    pub(crate) plays: Vec<Play>,
    /// How often a second play was to be inserted.
    pub(crate) unique_violations: u32,
    next_play: i64,
    next_connection: i64,
    pub(crate) rate_limited_until: Millis,
    pub(crate) songs: Songs,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) visitor: VisitorId,
    pub(crate) id: MemberId,
    pub(crate) role: Role,
    pub(crate) is_present: bool,
    /// Whether they have the room open.
    pub(crate) is_here: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) sign_in: SignIn,
    pub(crate) token: Token,
    pub(crate) is_usable: bool,
    pub(crate) refresh_token: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Play {
    pub(crate) current: CurrentPlay,
    pub(crate) votes: Vec<MemberId>,
    /// How often its skip was decided.
    pub(crate) decisions: u32,
}

impl Play {
    fn decide(&mut self, at: Millis) {
        self.decisions += 1;
        self.current.skip = Some(DecidedSkip { claimed_at: at, sent_at: None });
    }
}

impl Store {
    pub(crate) fn new(guests: i64, settings: Settings) -> Self {
        let member = |number: i64| Member {
            visitor: VisitorId(100 + number),
            id: MemberId(number),
            role: if number == 0 { Role::Host } else { Role::Guest },
            is_present: true,
            is_here: true,
        };
        Self {
            revision: 0,
            settings,
            closed: false,
            members: (0..=guests).map(member).collect(),
            connection: None,
            plays: Vec::new(),
            unique_violations: 0,
            next_play: 1,
            next_connection: 1,
            rate_limited_until: Millis(0),
            songs: Songs::default(),
        }
    }

    /// What a reader finds.
    pub(crate) fn facts(&self) -> Facts {
        let play = self.plays.last();
        let presence = |member: &Member| Presence {
            member: member.id,
            role: member.role,
            voted: play.is_some_and(|play| play.votes.contains(&member.id)),
            name: None,
            is_here: self.settings.skip_share.is_some() && member.is_here,
        };
        let present = self.members.iter().filter(|member| member.is_present);
        let members: HashMap<_, _> =
            present.map(|member| (member.visitor, presence(member))).collect();
        Facts {
            revision: self.revision,
            code: "ABC234".to_owned(),
            settings: self.settings,
            closed: self.closed,
            members: Arc::new(members),
            connection: match self.connection {
                None => Connection::None,
                Some(row) if row.is_usable => Connection::Usable(row.sign_in, row.token),
                Some(row) => Connection::Unusable(row.sign_in),
            },
            play: play.map(|play| play.current.clone()),
            queue: self.songs.queue(),
            blocked: Arc::default(),
            fallback: self.songs.fallback.clone(),
        }
    }

    /// How many plays have begun.
    pub(crate) fn plays_so_far(&self) -> i64 {
        self.next_play - 1
    }

    /// A play that has not ended.
    pub(crate) fn play(&self, id: PlayId) -> Option<&Play> {
        self.plays.iter().find(|row| row.current.id == id)
    }

    /// Counts a vote, or withdraws it, and decides the skip with the last one it needs. Whether it
    /// changed anything.
    pub(crate) fn vote(&mut self, member: MemberId, play: PlayId, on: bool, now: Millis) -> bool {
        let is_present = self.members.iter().any(|row| row.id == member && row.is_present);
        let play = self.plays.iter_mut().find(|row| row.current.id == play);
        let Some(play) = play.filter(|_| is_present) else { return false };
        let place = play.votes.iter().position(|voter| *voter == member);
        match (on, place) {
            (true, None) => play.votes.push(member),
            (false, Some(place)) => drop(play.votes.swap_remove(place)),
            _ => return false,
        }
        self.revision += 1;
        if on {
            self.decide(now);
        }
        true
    }

    /// Decides the skip of what goes on, if it has the votes it needs.
    pub(crate) fn decide(&mut self, now: Millis) {
        let needed = usize::try_from(self.settings.votes_to_skip.get()).unwrap_or(usize::MAX);
        if let Some(play) = self.plays.last_mut()
            && self.settings.skip_share.is_none()
            && play.current.skip.is_none()
            && play.votes.len() >= needed
        {
            play.decide(now);
        }
    }

    /// Decides the skip of what goes on, if it has so many votes.
    pub(crate) fn decide_with(&mut self, needed: u32, now: Millis) {
        if let Some(play) = self.plays.last_mut()
            && play.current.skip.is_none()
            && play.votes.len() >= needed as usize
        {
            play.decide(now);
        }
    }

    /// The member comes back, or leaves together with their vote.
    pub(crate) fn set_present(&mut self, place: usize, is_present: bool) {
        let Some(member) = self.members.get_mut(place) else { return };
        member.is_present = is_present;
        let id = member.id;
        if !is_present {
            self.plays.iter_mut().for_each(|play| play.votes.retain(|voter| *voter != id));
        }
        self.revision += 1;
    }

    /// A sign-in: of the same account as before, or of another one.
    pub(crate) fn connect(
        &mut self,
        is_other: bool,
        (version, refresh_token): (i64, u64),
        now: Millis,
        expires_at: Millis,
    ) {
        let same = self.connection.filter(|_| !is_other);
        let connection =
            same.map_or(ConnectionId(self.next_connection), |row| row.sign_in.connection);
        if same.is_none() {
            self.next_connection += 1;
            self.plays.clear();
            self.songs.release_all();
        }
        self.connection = Some(Row {
            sign_in: SignIn { connection, authorized_at: now },
            token: Token { connection, version, expires_at },
            is_usable: true,
            refresh_token,
        });
        self.revision += 1;
    }

    pub(crate) fn disconnect(&mut self) {
        self.connection = None;
        self.plays.clear();
        self.songs.forget();
        self.revision += 1;
    }

    pub(crate) fn close(&mut self) {
        self.disconnect();
        self.closed = true;
    }

    pub(crate) fn claim(&mut self, play: PlayId, at: Millis) -> bool {
        let row = self.plays.iter_mut().find(|row| row.current.id == play);
        let row = row.filter(|row| row.current.skip.is_none());
        let is_first = row.is_some();
        if let Some(row) = row {
            row.decide(at);
        }
        is_first
    }

    pub(crate) fn record(&mut self, play: PlayId, previous: Option<Millis>, at: Millis) -> bool {
        let row = self.plays.iter_mut().find(|row| row.current.id == play);
        let skip = row.and_then(|row| row.current.skip.as_mut());
        let skip = skip.filter(|skip| skip.sent_at == previous);
        let is_recorded = skip.is_some();
        if let Some(skip) = skip {
            skip.sent_at = Some(at);
        }
        is_recorded
    }

    pub(crate) fn release(&mut self, play: PlayId, decide_at: Option<Millis>) {
        if let Some(row) = self.plays.iter_mut().find(|row| row.current.id == play) {
            row.current.skip = None;
        }
        if let Some(at) = decide_at {
            self.decide(at);
        }
    }

    /// Records which play goes on; nothing if another sign-in drives the room.
    pub(crate) fn save(
        &mut self,
        sign_in: SignIn,
        change: &PlayChange,
        entry: Option<EntryId>,
    ) -> Option<CurrentPlay> {
        if self.connection.map(|row| row.sign_in) != Some(sign_in) {
            return None;
        }
        let (uri, observed) = match change {
            PlayChange::Update { play, uri, observed } => {
                let row = self.plays.iter_mut().find(|row| row.current.id == *play)?;
                row.current.uri.clone_from(uri);
                row.current.observed = *observed;
                return Some(row.current.clone());
            }
            PlayChange::Replace { ended, uri, observed, .. } => {
                let place = self.plays.iter().position(|row| row.current.id == *ended)?;
                self.plays.remove(place);
                (uri, observed)
            }
            PlayChange::Begin { uri, observed } => (uri, observed),
        };
        if !self.plays.is_empty() {
            self.unique_violations += 1;
            return None;
        }
        let id = PlayId(self.next_play);
        self.next_play += 1;
        let current = CurrentPlay {
            id,
            uri: uri.clone(),
            began_at: observed.at,
            is_from_queue: entry.is_some(),
            observed: *observed,
            skip: None,
        };
        self.plays.push(Play { current: current.clone(), votes: Vec::new(), decisions: 0 });
        if let Some(entry) = entry {
            self.songs.end(entry, End::Played(id));
        }
        Some(current)
    }
}

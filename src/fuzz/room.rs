//! What a room must look like: everything that was acknowledged, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use auxroom::model::{MemberView, PlayId, RoomView};

use crate::{requests::Request, wire::Answer};

/// Who takes part; the first of them hosts the first room.
pub(crate) const PEOPLE: usize = 4;

/// A room, as those know it who changed it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    pub(crate) code: String,
    pub(crate) host: usize,
    pub(crate) votes_to_skip: String,
    pub(crate) guest_can_pause: bool,
    pub(crate) joining_stopped: bool,
    /// Who is in it, of those that are known.
    pub(crate) members: BTreeSet<usize>,
    /// Whom the host removed: they see nothing of it.
    pub(crate) removed: BTreeSet<usize>,
    /// How many are, with those who lost their cookie and stay members.
    pub(crate) count: usize,
    /// Who voted, and to skip what.
    pub(crate) votes: BTreeMap<usize, PlayId>,
    /// What was seen playing last.
    pub(crate) play: Option<PlayId>,
    /// Whether it had no Spotify account then.
    pub(crate) needs_sign_in: bool,
    /// The Spotify account that was connected last.
    pub(crate) account: Option<String>,
    /// What its pages offered last: a speaker, a playlist, and a guest to remove.
    pub(crate) device: String,
    pub(crate) playlist: String,
    pub(crate) member: String,
}

impl Room {
    /// Somebody is in it.
    pub(crate) fn gains(&mut self, who: usize) {
        self.count += usize::from(self.members.insert(who));
    }

    /// Somebody is in it no more, and their vote neither.
    pub(crate) fn loses(&mut self, who: usize) {
        self.count -= usize::from(self.members.remove(&who));
        self.votes.remove(&who);
    }

    /// Takes note of settings that were saved.
    pub(crate) fn is_set(&mut self, request: &Request) {
        request.field("votes_to_skip").clone_into(&mut self.votes_to_skip);
        self.guest_can_pause = request.field("guest_can_pause") == "on";
    }

    /// Takes note of a vote, if it was counted or withdrawn.
    pub(crate) fn counts(
        &mut self,
        who: usize,
        play: &str,
        answer: &Answer,
    ) -> Option<&'static str> {
        let said = format!("{} {}", answer.location(), String::from_utf8_lossy(&answer.body));
        if said.contains("done=voted") || said.contains("\"voted\"") {
            self.votes.insert(who, play.parse().ok()?);
            return Some("vote");
        }
        let is_withdrawn = said.contains("done=withdrawn") || said.contains("\"withdrawn\"");
        is_withdrawn.then(|| {
            self.votes.remove(&who);
            "withdraw"
        })
    }

    /// Takes note of the first thing that a page offers: not all that it does is had.
    pub(crate) fn is_offered(&mut self, page: &[u8]) {
        let page = String::from_utf8_lossy(page);
        let kept = [
            ("device", &mut self.device),
            ("playlist", &mut self.playlist),
            ("member", &mut self.member),
        ];
        for (name, kept) in kept {
            let inputs = page.split("<input").filter_map(|rest| rest.split_once('>'));
            let of_name = |input: &&str| input.contains(&format!("name=\"{name}\""));
            let offered = inputs.map(|(input, _)| input).find(of_name);
            let value = offered.and_then(|input| input.split_once("value=\"")?.1.split('"').next());
            if let Some(value) = value {
                value.clone_into(kept);
            }
        }
    }

    /// Checks what somebody sees.
    ///
    /// # Errors
    /// With the difference.
    pub(crate) fn check(&self, who: usize, seen: &RoomView) -> Result<(), String> {
        match (seen, self.members.contains(&who)) {
            (RoomView::Stranger, false) => Ok(()),
            (RoomView::Member(view), true) => self.check_member(who, view),
            (RoomView::Stranger, true) => Err(format!("{who} joined and is no member")),
            (RoomView::Member(_), false) => Err(format!("{who} left and is a member")),
        }
    }

    fn check_member(&self, who: usize, view: &MemberView) -> Result<(), String> {
        let (snapshot, count) = (&view.snapshot, self.count);
        let shown = (snapshot.votes_to_skip.to_string(), snapshot.guest_can_pause);
        if shown != (self.votes_to_skip.clone(), self.guest_can_pause) {
            return Err(format!("settings {shown:?}"));
        }
        if snapshot.code != self.code || snapshot.members as usize != count {
            return Err(format!("{} with {} members of {count}", snapshot.code, snapshot.members));
        }
        // Votes end with what they are for.
        let Some(play) = snapshot.current_play() else { return Ok(()) };
        let given = self.votes.values().filter(|voted| **voted == play).count();
        if snapshot.skip.votes as usize != given {
            return Err(format!("{} votes of {given} for {play}", snapshot.skip.votes));
        }
        let voted = self.votes.get(&who).copied().filter(|voted| *voted == play);
        if view.you.voted_play.filter(|voted| *voted == play) != voted {
            return Err(format!("{who} voted {:?} and not {voted:?}", view.you.voted_play));
        }
        Ok(())
    }

    /// Takes over what people see, after a request of which nobody could tell what it does.
    pub(crate) fn adopt(&mut self, seen: &[(usize, RoomView)]) {
        self.members.clear();
        self.votes.clear();
        self.removed = (0..PEOPLE).filter(|who| seen.iter().all(|(seen, _)| seen != who)).collect();
        for (who, view) in seen {
            let RoomView::Member(view) = view else { continue };
            self.members.insert(*who);
            view.snapshot.code.clone_into(&mut self.code);
            self.votes_to_skip = view.snapshot.votes_to_skip.to_string();
            self.guest_can_pause = view.snapshot.guest_can_pause;
            self.votes.extend(view.you.voted_play.map(|play| (*who, play)));
            self.count = view.snapshot.members as usize;
        }
    }
}

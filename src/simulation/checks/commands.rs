//! Every command is answered once, in time, and no answer says more than is true.

use std::collections::{BTreeMap, HashMap, VecDeque};

use auxroom::{
    error::AppError,
    model::{Outcome, PlayId},
    server::live::room::{Command, CommandId},
};

use super::{Verdict, skips::Skips};

/// The longest that a command may take: until it is given up, and what is in flight then.
const LONGEST_WAIT_MS: u64 = 45_000;
/// So long Spotify may take to show what it received: until then that serves whoever wants it too.
const PENDING_MS: u64 = 8_000;
/// In one second.
const MOST_IN_A_SECOND: usize = 3;

#[derive(Default)]
pub(crate) struct Commands {
    asked: BTreeMap<u64, Asked>,
    /// When Spotify received each of them last.
    received_at: HashMap<Command, u64>,
    /// When the last commands were sent.
    sent_at: VecDeque<u64>,
    is_retried: bool,
    /// How many skips Spotify received in all.
    skips_received: u64,
}

struct Asked {
    command: Command,
    play: Option<PlayId>,
    at: u64,
    skips_received_before: u64,
}

impl Commands {
    pub(crate) fn asked(
        &mut self,
        CommandId(id): CommandId,
        command: Command,
        play: Option<PlayId>,
        at: u64,
    ) {
        let skips_received_before = self.skips_received;
        self.asked.insert(id, Asked { command, play, at, skips_received_before });
    }

    /// Whether somebody waits for a skip.
    pub(super) fn want_skip(&self) -> bool {
        self.asked.values().any(|asked| asked.command == Command::Skip)
    }

    /// Play or pause is sent.
    pub(super) fn sends(&mut self, command: Command, now: u64) -> Verdict {
        if !std::mem::take(&mut self.is_retried) {
            self.sent_at.push_back(now);
        }
        while self.sent_at.front().is_some_and(|at| at + 1_000 <= now) {
            self.sent_at.pop_front();
        }
        if self.sent_at.len() > MOST_IN_A_SECOND {
            return Err(format!("{command:?} was the {}th in a second", self.sent_at.len()));
        }
        Ok(())
    }

    /// A clock that was set forward has let them all pass.
    pub(super) fn clock_stepped(&mut self) {
        self.sent_at.clear();
    }

    /// The one that was sent last is sent again with another token, which does not count.
    pub(super) fn rejected(&mut self) {
        self.is_retried = true;
    }

    pub(super) fn received(&mut self, command: Command, now: u64) {
        self.received_at.insert(command, now);
        self.skips_received += u64::from(command == Command::Skip);
    }

    pub(super) fn replied(
        &mut self,
        id: CommandId,
        outcome: Result<Outcome, AppError>,
        skips: &Skips,
    ) -> Verdict {
        let Some(asked) = self.asked.remove(&id.0) else {
            return Err(format!("{id:?} was answered twice, or never asked: {outcome:?}"));
        };
        let is_true = match (outcome, asked.play) {
            // One receipt serves all who wanted it then, unless the opposite came after it.
            (Ok(Outcome::Played | Outcome::Paused), _) => {
                let opposite =
                    if asked.command == Command::Play { Command::Pause } else { Command::Play };
                let received_at = |command| self.received_at.get(&command).copied();
                received_at(asked.command).is_some_and(|at| {
                    at + PENDING_MS >= asked.at
                        && received_at(opposite).is_none_or(|other| other <= at)
                })
            }
            // One skip serves all who wanted the same play skipped.
            (Ok(Outcome::Skipped), Some(play)) => skips.is_received(play),
            (Ok(Outcome::Skipped), None) => self.skips_received > asked.skips_received_before,
            (Ok(Outcome::Unconfirmed), Some(play)) => skips.is_recorded(play),
            _ => true,
        };
        if !is_true {
            return Err(format!(
                "a reply says that Spotify received what was not sent: {id:?}, {outcome:?}"
            ));
        }
        Ok(())
    }

    pub(super) fn stopped(&self) -> Verdict {
        match self.asked.values().next() {
            Some(asked) => Err(format!("the room stopped without answering {:?}", asked.command)),
            None => Ok(()),
        }
    }

    pub(super) fn check(&self, now: u64) -> Verdict {
        match self.asked.values().next() {
            Some(asked) if now - asked.at > LONGEST_WAIT_MS => {
                Err(format!("{:?} was not answered in {} ms", asked.command, now - asked.at))
            }
            _ => Ok(()),
        }
    }
}

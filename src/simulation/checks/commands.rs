//! Every command is answered once, in time, and no answer says more than is true.

use std::collections::{BTreeMap, HashMap};

use auxroom::{
    error::AppError,
    model::{Outcome, PlayId},
    server::live::room::{Command, CommandId},
};

use super::{Verdict, skips::Skips};

/// The longest that a command may take: those before it, a poll, a refresh and a store that each
/// take their time, and itself.
const LONGEST_WAIT_MS: u64 = 90_000;

#[derive(Default)]
pub(crate) struct Commands {
    asked: BTreeMap<u64, Asked>,
    /// How many of each Spotify received that no answer has told yet.
    received: HashMap<Command, u64>,
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

    pub(super) fn received(&mut self, command: Command) {
        *self.received.entry(command).or_default() += 1;
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
            // One receipt, one answer.
            (Ok(Outcome::Played | Outcome::Paused), _) => {
                let receipts = self.received.entry(asked.command).or_default();
                let is_received = *receipts > 0;
                *receipts = receipts.saturating_sub(1);
                is_received
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

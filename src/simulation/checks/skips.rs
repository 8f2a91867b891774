//! A decided skip: sent, once or twice, and only at the play it was decided for.

use std::collections::{HashMap, HashSet};

use auxroom::{
    model::{PlayId, SpotifyError},
    server::live::room::{Command, JobId},
};

use super::{Verdict, plays::Plays};
use crate::{
    party::Party,
    spotify::{LONGEST_LAG_MS, Spotify},
    store::Store,
};

/// How long an answer proves to the votes that their play goes on.
const EVIDENCE_MS: u64 = 2_000;
/// How long a skip may be on its way.
const TRAVEL_MS: u64 = 1_000;
/// So long after the last trouble a decided skip is on its way: the longest backoff, and the poll
/// and the statements before it.
const LONGEST_DELAY_MS: u64 = 35_000;

/// A skip's play, and which decision of it.
type Decision = (PlayId, u32);
/// A job of one process.
type Job = (u64, JobId);

#[derive(Default)]
pub(crate) struct Skips {
    sending: HashMap<Job, Sending>,
    /// Sendings that Spotify may have carried out.
    sent: HashMap<Decision, Vec<u64>>,
    recorded: Option<PlayId>,
    ever_recorded: HashSet<PlayId>,
    received: HashSet<PlayId>,
    decided_at: Option<(Decision, u64)>,
}

struct Sending {
    command: Command,
    decision: Option<Decision>,
    /// When Spotify made the last answer before it.
    served_at: u64,
}

impl Skips {
    pub(super) fn started(&mut self) {
        self.recorded = None;
    }

    pub(super) fn is_received(&self, play: PlayId) -> bool {
        self.received.contains(&play)
    }

    pub(super) fn is_recorded(&self, play: PlayId) -> bool {
        self.ever_recorded.contains(&play)
    }

    /// A sending is about to be recorded: for votes only while the play is known to go on. A host's
    /// skip is immediate.
    pub(super) fn records(
        &mut self,
        play: PlayId,
        by_person: bool,
        plays: &Plays,
        now: u64,
    ) -> Verdict {
        self.recorded = Some(play);
        self.ever_recorded.insert(play);
        if by_person || plays.clock_stepped_at + EVIDENCE_MS > now {
            return Ok(());
        }
        match plays.evidence_age(play, now) {
            Some(age) if age <= EVIDENCE_MS => Ok(()),
            Some(age) => Err(format!("a skip by votes trusts an answer of {age} ms ago")),
            None => Err(format!("a skip by votes of play {play}, which Spotify does not name")),
        }
    }

    pub(super) fn sends_other(&mut self, job: Job, command: Command) {
        self.sending.insert(job, Sending { command, decision: None, served_at: 0 });
    }

    pub(super) fn sends(&mut self, job: Job, store: &Store, plays: &Plays, now: u64) -> Verdict {
        if !plays.names_item() {
            return Err(
                "a skip was sent while Spotify named nothing: it hits what comes after".to_owned()
            );
        }
        let is_steady = plays.clock_stepped_at + EVIDENCE_MS < now;
        if let Some(ends_at) =
            plays.ends_at().filter(|ends_at| is_steady && now + TRAVEL_MS > *ends_at)
        {
            return Err(format!(
                "a skip was sent {} ms before the end",
                ends_at.saturating_sub(now)
            ));
        }
        let Some(play) = self.recorded else {
            return Err("a skip was sent that was not recorded before".to_owned());
        };
        let served_at = plays.served_at();
        let row = store.play(play);
        let decision = (play, row.map_or(0, |row| row.decisions));
        let sending = Sending { command: Command::Skip, decision: Some(decision), served_at };
        self.sending.insert(job, sending);
        let Some(row) = row else {
            return Ok(()); // gone with its account, a moment ago
        };
        if row.current.skip.is_none() {
            return Err(format!("a skip of play {play} was sent that nobody decided"));
        }
        let sent = self.sent.entry(decision).or_default();
        let looked = sent.last().is_none_or(|at| served_at > *at && plays.shows(play));
        sent.push(now);
        if sent.len() > 2 {
            return Err(format!("the skip of play {play} was sent {} times", sent.len()));
        }
        if !looked {
            return Err(format!("the skip of play {play} was sent again without a poll"));
        }
        Ok(())
    }

    /// Spotify answers a command, or does not; which one it was.
    pub(super) fn sent(&mut self, job: Job, result: &Result<(), SpotifyError>) -> Option<Command> {
        let Sending { command, decision, .. } = self.sending.get(&job)?;
        match (result, decision) {
            (Ok(()), Some((play, _))) => drop(self.received.insert(*play)),
            // Known not to have been carried out: its token was old, or Spotify was too busy.
            (
                Err(SpotifyError::Unauthorized | SpotifyError::RateLimited { .. }),
                Some(decision),
            ) => {
                if let Some(sent) = self.sent.get_mut(decision) {
                    sent.pop();
                }
            }
            _ => {}
        }
        Some(*command)
    }

    /// A skip was carried out: at what it was decided for, or at what began after the last answer.
    pub(super) fn hits(
        &mut self,
        job: Job,
        instance: Option<u64>,
        plays: &Plays,
        spotify: &Spotify,
        now: u64,
    ) -> Verdict {
        let Some(Sending { decision: Some((play, _)), served_at, .. }) = self.sending.get(&job)
        else {
            return Ok(());
        };
        let meant = plays.instance_of(*play);
        if meant == instance || plays.is_misled(now) {
            return Ok(());
        }
        let left_at = meant.and_then(|meant| spotify.left_at(meant)).unwrap_or_default();
        if left_at + LONGEST_LAG_MS < *served_at {
            return Err(format!("the skip of play {play} hit something else, {instance:?}"));
        }
        Ok(())
    }
}

impl Party {
    /// A decided skip is sent, unless its play ends first. What was recorded before a crash counts as
    /// sent: whether it was, nobody can know.
    pub(super) fn check_decided(&mut self) -> Verdict {
        let is_named = self.view.as_ref().is_some_and(|view| view.play.is_some());
        let decided =
            self.store.plays.last().filter(|row| {
                is_named && row.current.skip.is_some_and(|skip| skip.sent_at.is_none())
            });
        let is_usable = self.store.connection.is_some_and(|row| row.is_usable);
        // What a share of the people wants is decided by the room itself.
        let facts = self.store.facts();
        let is_wanted = facts.votes() >= facts.needed().1 && facts.settings.skip_share.is_some();
        let wanted = self.store.plays.last().filter(|row| {
            is_named && is_wanted && row.decisions == 0 && row.current.skip.is_none()
        });
        let row = decided.or(wanted).filter(|_| is_usable && self.process.is_some());
        let Some(row) = row else {
            self.checks.skips.decided_at = None;
            return Ok(());
        };
        let decision = (row.current.id, row.decisions);
        let since = match self.checks.skips.decided_at {
            Some((before, at)) if before == decision => at,
            _ => {
                self.checks.skips.decided_at = Some((decision, self.now));
                self.now
            }
        };
        let from = since.max(self.checks.troubled_at).max(self.may_ask_at());
        let late_ms = self.now.saturating_sub(from);
        if late_ms > LONGEST_DELAY_MS {
            return Err(format!("a decided skip of {decision:?} waits for {late_ms} ms"));
        }
        Ok(())
    }
}

//! Which playing of a track each play stands for: a play ends when that does, and not before.

use std::collections::HashMap;

use auxroom::{
    model::{ConnectionId, PlayId},
    server::live::room::{Event, JobId, PlayChange, SignIn},
};

use super::Verdict;
use crate::spotify::{LONGEST_LAG_MS, Shown, Spotify};

/// So long the room takes the song before for an old answer, rightly or not.
const STALE_MS: u64 = 4_000;

/// So long a new URI may not have been seen yet: the pace, and the longest lag.
const RELINKED_MS: u64 = 15_000;

/// So long what the room then decides may take.
const MISLED_MS: u64 = 15_000;

#[derive(Default)]
pub(crate) struct Plays {
    answers: HashMap<JobId, (ConnectionId, Shown)>,
    /// The last answer that the room heard, when it did, and whose player that was.
    last: Option<(Shown, u64, ConnectionId)>,
    /// It was heard just now, and nothing began with it.
    is_unchecked: bool,
    /// By process and job: a statement may outlive its process.
    saving: HashMap<(u64, JobId), Shown>,
    instance_of: HashMap<PlayId, u64>,
    /// What it stood for at first, if nobody could tell when the next one began.
    began_as: HashMap<PlayId, u64>,
    /// When Spotify named it last.
    seen_at: HashMap<PlayId, u64>,
    /// The play that is being saved, and when Spotify named it before that.
    seen_before_save: Option<(PlayId, u64)>,
    replaced_at: u64,
    /// It began while the playing of the play before still went on, because nobody could tell: what it
    /// stands for comes yet.
    began_early: Option<PlayId>,
    /// An old answer, about the playing before it, looked as if somebody had sought to the end.
    seemed_sought: Option<(PlayId, u64)>,
    /// When an old answer looked like something new.
    misled_at: u64,
    pub(super) clock_stepped_at: u64,
    /// When the room forgot which recording it saw: at a start, with another sign-in, or because the
    /// store failed to take it.
    pub(super) forgot_at: u64,
}

impl Plays {
    pub(super) fn started(&mut self, now: u64) {
        self.answers.clear();
        self.last = None;
        self.is_unchecked = false;
        self.forgot_at = now;
        self.seen_at.extend(self.seen_before_save.take());
    }

    /// Spotify answers a poll.
    pub(crate) fn answers(&mut self, job: JobId, connection: ConnectionId, shown: Shown) {
        self.answers.insert(job, (connection, shown));
    }

    pub(super) fn hears(&mut self, event: &Event, now: u64) {
        match event {
            Event::Saved(_, Err(_)) => {
                self.forgot_at = now;
                self.seen_at.extend(self.seen_before_save.take());
            }
            Event::Saved(_, Ok(_)) => self.seen_before_save = None,
            _ => {}
        }
        if let Event::Polled(job, result) = event {
            let answer = self.answers.remove(job).filter(|_| result.is_ok());
            if let Some((connection, shown)) = answer {
                self.last = Some((shown, now, connection));
                self.is_unchecked = true;
            }
        }
    }

    /// Whether the last answer named something that can be skipped.
    pub(super) fn names_item(&self) -> bool {
        self.last.is_some_and(|(shown, ..)| shown.instance.is_some())
    }

    /// Whether an old answer that looked like something new may still hide what plays.
    pub(super) fn is_misled(&self, now: u64) -> bool {
        now - self.misled_at < MISLED_MS
    }

    /// When what the room heard of is over if it just plays on, as far as the room can tell.
    pub(super) fn ends_at(&self) -> Option<u64> {
        let (shown, heard_at, _) = self.last?;
        Some(shown.ends_at? + heard_at - shown.served_at)
    }

    /// When Spotify made the last answer.
    pub(super) fn served_at(&self) -> u64 {
        self.last.map_or(0, |(shown, ..)| shown.served_at)
    }

    /// How long ago the room heard that this play goes on; nothing if the last answer said otherwise.
    /// A late answer about the playing that it began as is no other: it was taken for the same.
    pub(super) fn evidence_age(&self, play: PlayId, now: u64) -> Option<u64> {
        let (shown, heard_at, _) = self.last?;
        let is_late =
            shown.instance.is_some() && shown.instance == self.began_as.get(&play).copied();
        (is_late || self.shows(play)).then_some(now - heard_at)
    }

    /// Whether the last answer named what this play stands for.
    pub(super) fn shows(&self, play: PlayId) -> bool {
        self.last.is_some_and(|(shown, ..)| shown.instance == self.instance_of(play))
    }

    pub(super) fn instance_of(&self, play: PlayId) -> Option<u64> {
        self.instance_of.get(&play).copied()
    }

    /// What the last answer said is to be saved.
    pub(super) fn saves(
        &mut self,
        job: (u64, JobId),
        sign_in: SignIn,
        change: &PlayChange,
    ) -> Verdict {
        let Some((shown, _, connection)) = self.last else {
            return Err(format!("{change:?} was saved, and Spotify never said so"));
        };
        self.is_unchecked &= !change.begins();
        if let PlayChange::Update { play, .. } = change {
            let seen_at = self.seen_at.get(play).copied().unwrap_or_default();
            self.seen_before_save = Some((*play, seen_at));
        }
        self.saving.insert(job, shown);
        if connection != sign_in.connection {
            return Err("what one account plays was saved as another's".to_owned());
        }
        Ok(())
    }

    /// The store took it.
    pub(crate) fn saved(
        &mut self,
        job: (u64, JobId),
        change: &PlayChange,
        saved: PlayId,
        spotify: &Spotify,
        now: u64,
    ) -> Verdict {
        let Some(shown) = self.saving.remove(&job) else { return Ok(()) };
        let verdict = match change {
            PlayChange::Begin { .. } => Ok(()),
            PlayChange::Update { play, .. } => return self.goes_on(*play, shown, spotify, now),
            PlayChange::Replace { ended, .. } => {
                let verdict = self.check_ended(*ended, shown, spotify, now);
                self.replaced_at = now;
                let goes_on =
                    shown.instance.is_some() && shown.instance == self.instance_of(*ended);
                self.began_early = goes_on.then_some(saved);
                verdict
            }
        };
        if let Some(instance) = shown.instance {
            self.instance_of.insert(saved, instance);
            self.began_as.insert(saved, instance);
            self.seen_at.insert(saved, shown.served_at);
        }
        verdict
    }

    /// What was heard and begins nothing means: the same play goes on.
    pub(super) fn check_same(
        &mut self,
        play: Option<PlayId>,
        spotify: &Spotify,
        now: u64,
    ) -> Verdict {
        if !std::mem::take(&mut self.is_unchecked) {
            return Ok(());
        }
        match (play, self.last) {
            (Some(play), Some((shown, ..))) if shown.instance.is_some() => {
                self.goes_on(play, shown, spotify, now)
            }
            _ => Ok(()),
        }
    }

    /// A play is over: then so must be what it stood for.
    fn check_ended(&mut self, ended: PlayId, shown: Shown, spotify: &Spotify, now: u64) -> Verdict {
        let Some(instance) = self.instance_of(ended) else { return Ok(()) };
        if self.is_ambiguous(ended, shown, spotify) {
            if spotify.left_at(instance).is_none() {
                self.misled_at = now;
            }
            return Ok(());
        }
        // A song that repeats, and an old answer from before: after it, it seems to begin once more.
        if self.seemed_sought.is_some_and(|(play, at)| play == ended && now - at < STALE_MS) {
            self.misled_at = now;
            return Ok(());
        }
        // Late, if the play was taken for the next one meanwhile.
        let began_as = self.began_as.get(&ended).copied().unwrap_or(instance);
        if spotify.left_at(began_as).is_some_and(|at| at <= shown.served_at) {
            return Ok(());
        }
        let relinked_for = shown.served_at.checked_sub(spotify.relinked_at);
        let relinked = relinked_for.is_some_and(|ms| ms <= RELINKED_MS);
        // An old answer about a song that repeats, under a URI that it did not have then.
        let is_hidden = relinked && now - self.replaced_at < STALE_MS;
        if shown.instance == Some(instance) && !is_hidden {
            return Err(format!("play {ended} was ended while it goes on: its votes are lost"));
        }
        // What was over before the room ever saw it, or saw it under this URI, looks like something
        // new.
        let is_known = self.instance_of.values().any(|known| Some(*known) == shown.instance);
        if is_known && !relinked {
            return Err(format!("an old answer ended play {ended}: its votes are lost"));
        }
        self.misled_at = now;
        Ok(())
    }

    /// A play goes on: then so must what it stands for.
    fn goes_on(&mut self, play: PlayId, shown: Shown, spotify: &Spotify, now: u64) -> Verdict {
        let (Some(instance), Some(before)) = (shown.instance, self.instance_of(play)) else {
            return Ok(());
        };
        if instance != before {
            let is_old = spotify.left_at(instance).is_some_and(|at| at <= shown.served_at);
            if is_old && instance < before {
                self.seemed_sought = Some((play, now));
                return Ok(());
            }
            let began_early = !is_old && self.began_early.take_if(|early| *early == play).is_some();
            if !began_early && !self.is_ambiguous(play, shown, spotify) {
                if is_old || now - self.replaced_at < STALE_MS {
                    return Ok(());
                }
                return Err(format!(
                    "play {play} goes on though another began: its votes count for that one"
                ));
            }
        }
        self.instance_of.insert(play, instance);
        self.seen_at.insert(play, shown.served_at);
        Ok(())
    }

    /// Whether nobody could tell from what Spotify answers: somebody sought or paused, so that the
    /// track may as well have begun anew; its length is unknown; the clock was set, which looks like
    /// hours that nobody watched; or its URI changed while nobody remembered the recording.
    fn is_ambiguous(&self, play: PlayId, shown: Shown, spotify: &Spotify) -> bool {
        let seen_at = self.seen_at.get(&play).copied().unwrap_or_default();
        let moved = spotify.disturbed_at + LONGEST_LAG_MS >= seen_at;
        let relinked = self.forgot_at >= seen_at && spotify.relinked_at + LONGEST_LAG_MS >= seen_at;
        moved || relinked || !shown.has_length || self.clock_stepped_at >= seen_at
    }
}

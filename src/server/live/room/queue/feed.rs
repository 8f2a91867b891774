//! When a song is handed to Spotify: late, so that votes count until then, and once.
//!
//! Spotify's own queue can only be added to, so it gets one song at a time. What is handed over is
//! recorded before it is done: whoever finds the record without knowing what became of it looks into
//! Spotify's queue before anything is handed over again.

use crate::model::{EntryId, Millis, PlayId};

/// So long before the end of what plays the next song is handed over: long enough for an answer that
/// does not come (10 s), a look at Spotify's queue, a poll after it, and a second try.
pub const LEAD_MS: u64 = 20_000;
/// What a poll says about what plays holds so long, for this.
pub const EVIDENCE_MS: u64 = 10_000;
/// Spotify may take this long to show what it received.
pub const SETTLE_MS: u64 = 8_000;
/// What Spotify says may be old for so long: its queue after something was added, and what plays after
/// that began.
const LAG_MS: u64 = 3_000;
/// More often a song is not handed over.
const MOST_ATTEMPTS: u32 = 2;

/// What plays, as far as handing over depends on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Playback {
    /// Nobody knows, or it is about to change: an advertisement, a skip on its way.
    Unclear,
    /// A track plays, and ends then, if its length is known.
    Playing {
        /// Which play.
        play: PlayId,
        /// When it is over if it just plays on.
        ends_at: Option<Millis>,
    },
    /// Somebody paused it.
    Paused {
        /// Which play.
        play: PlayId,
    },
    /// Nothing plays, and nothing was paused: a list stands at its start again, or there is none.
    Stopped {
        /// What stands there.
        play: Option<PlayId>,
    },
}

/// What is known of a handover besides what is stored.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Delivery {
    /// Nobody knows whether it took place.
    #[default]
    Unknown,
    /// It did not.
    NotSent,
    /// Spotify received it during this play.
    Received {
        /// Which one, if anything played.
        play: Option<PlayId>,
    },
    /// Spotify's queue showed it during this play.
    Queued {
        /// Which one, if anything played.
        play: Option<PlayId>,
    },
    /// Spotify's queue did not show it.
    Missing {
        /// When it was looked into.
        at: Millis,
    },
    /// The same, and it may have been played while nobody could see that.
    Gone,
}

/// A song that was recorded as about to be handed over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sent {
    /// The song.
    pub entry: EntryId,
    /// When it was tried last.
    pub at: Millis,
    /// What played then.
    pub play: Option<PlayId>,
    /// What became of it.
    pub delivery: Delivery,
    /// How often it was handed over since this program started.
    pub attempts: u32,
}

/// All that the decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct Situation {
    /// What plays.
    pub playback: Playback,
    /// When Spotify said so.
    pub polled_at: Millis,
    /// What was handed over and has not begun to play.
    pub sent: Option<Sent>,
    /// What comes next of all others.
    pub next: Next,
    /// Whether music may be started: somebody has just asked for a song, or one has just ended.
    pub may_start: bool,
    /// Whether what plays is about to be skipped.
    pub skips: bool,
    /// After a refusal nothing is handed over before then.
    pub held_until: Millis,
}

/// What comes next, of what was not handed over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Next {
    /// Nothing.
    Nothing,
    /// A song that waits.
    Song(EntryId),
    /// Whatever is next in the fallback playlist: nobody asked for anything.
    Fallback,
}

/// How a song is handed over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum How {
    /// It follows what plays.
    Enqueue,
    /// It begins at once.
    Start,
    /// Spotify has it already, and goes on to it at once.
    GoTo,
}

/// What to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// Nothing, until something changes.
    Nothing,
    /// Nothing before then.
    Wait(Millis),
    /// Ask what plays.
    Poll,
    /// Look into Spotify's queue.
    Look,
    /// Put the next song of the fallback playlist into the queue.
    Refill,
    /// Hand a song over.
    HandOver(EntryId, How),
    /// Spotify took a song and never played it: it waits no more.
    Drop(EntryId),
}

/// Decides.
pub fn step(situation: &Situation, now: Millis) -> Step {
    if situation.playback == Playback::Unclear {
        return Step::Nothing;
    }
    let step = match &situation.sent {
        Some(sent) => sent_step(situation, sent, now),
        None => next_step(situation, now),
    };
    let is_old = now.since(situation.polled_at) > EVIDENCE_MS;
    match step {
        Step::HandOver(..) | Step::Look | Step::Refill if now < situation.held_until => {
            Step::Wait(situation.held_until)
        }
        Step::HandOver(..) | Step::Refill | Step::Drop(_) if is_old => Step::Poll,
        step => step,
    }
}

fn next_step(situation: &Situation, now: Millis) -> Step {
    let hand_over = |how| match situation.next {
        Next::Song(entry) => Step::HandOver(entry, how),
        Next::Fallback => Step::Refill,
        Next::Nothing => Step::Nothing,
    };
    match situation.playback {
        _ if situation.next == Next::Nothing => Step::Nothing,
        // A skip leads to it, also from a song that was paused or stands at its start.
        Playback::Playing { .. }
        | Playback::Paused { .. }
        | Playback::Stopped { play: Some(_) }
            if situation.skips =>
        {
            hand_over(How::Enqueue)
        }
        Playback::Playing { ends_at: Some(ends_at), .. } if now < ends_at.before(LEAD_MS) => {
            Step::Wait(ends_at.before(LEAD_MS))
        }
        Playback::Playing { .. } => hand_over(How::Enqueue),
        Playback::Stopped { .. } if situation.may_start => hand_over(How::Start),
        Playback::Stopped { .. } | Playback::Paused { .. } | Playback::Unclear => Step::Nothing,
    }
}

fn sent_step(situation: &Situation, sent: &Sent, now: Millis) -> Step {
    // It may not be there any more because it plays.
    if let Delivery::Missing { at } = sent.delivery
        && situation.polled_at < at + LAG_MS
    {
        return if now < at + LAG_MS { Step::Wait(at + LAG_MS) } else { Step::Poll };
    }
    match situation.playback {
        Playback::Playing { play, .. } | Playback::Paused { play } => {
            sent_while_playing(sent, play, now)
        }
        Playback::Stopped { play } => sent_while_stopped(situation, sent, play, now),
        Playback::Unclear => Step::Nothing,
    }
}

fn sent_while_playing(sent: &Sent, current: PlayId, now: Millis) -> Step {
    let entry = sent.entry;
    match sent.delivery {
        // What was started shows soon, or something else was started in the same moment.
        _ if sent.play.is_none() && now < sent.at + SETTLE_MS => Step::Wait(sent.at + SETTLE_MS),
        Delivery::NotSent => Step::HandOver(entry, How::Enqueue),
        Delivery::Gone => Step::Drop(entry),
        Delivery::Received { play } | Delivery::Queued { play } if play == Some(current) => {
            Step::Nothing
        }
        Delivery::Missing { .. } if sent.attempts < MOST_ATTEMPTS => {
            Step::HandOver(entry, How::Enqueue)
        }
        Delivery::Missing { .. } => Step::Drop(entry),
        _ if now < sent.at + LAG_MS => Step::Wait(sent.at + LAG_MS),
        // Something else came first: the host's own queue, or Spotify will never play it.
        Delivery::Unknown | Delivery::Received { .. } | Delivery::Queued { .. } => Step::Look,
    }
}

fn sent_while_stopped(
    situation: &Situation,
    sent: &Sent,
    stopped: Option<PlayId>,
    now: Millis,
) -> Step {
    let settled_at = sent.at + SETTLE_MS;
    match sent.delivery {
        Delivery::NotSent if situation.may_start => Step::HandOver(sent.entry, How::Start),
        Delivery::Gone => Step::Drop(sent.entry),
        _ if !situation.may_start => Step::Nothing,
        _ if now < settled_at => Step::Wait(settled_at),
        // What was polled before it had its time says nothing about it.
        _ if situation.polled_at < settled_at => Step::Poll,
        // Spotify started it, and shows nothing: an unplayable track, or a private session. To start it
        // again would begin it anew.
        Delivery::Received { .. } if sent.play.is_none() => Step::Drop(sent.entry),
        Delivery::Queued { play } if play == stopped => match sent.attempts {
            ..MOST_ATTEMPTS => Step::HandOver(sent.entry, How::GoTo),
            // It is played as soon as anything is.
            _ => Step::Nothing,
        },
        Delivery::Missing { .. } if sent.attempts >= MOST_ATTEMPTS => Step::Drop(sent.entry),
        Delivery::Missing { .. } => Step::HandOver(sent.entry, How::Start),
        _ => Step::Look,
    }
}

#[cfg(test)]
mod tests;

//! The store: one statement after the other, each of which may fail before or after it was done.

use auxroom::server::live::room::{Effect, Event, StoreFailed};

use crate::{
    party::{Happening, Party},
    store::queue::End,
};

impl Party {
    /// The store takes one statement after the other.
    pub(crate) fn next_statement(&mut self) {
        let incarnation = self.incarnations;
        let Some(process) = &mut self.process else { return };
        if process.is_store_busy {
            return;
        }
        let Some(effect) = process.store_queue.pop_front() else { return };
        process.is_store_busy = true;
        let slow = self.rates().slow_store;
        let is_slow = self.dice.store.happens(slow);
        let delay = self.dice.latency.within(if is_slow { 1_000..=8_000 } else { 0..=40 });
        if is_slow {
            self.checks.delayed(self.now + delay);
        }
        self.after(delay, Happening::Executes(incarnation, effect));
    }

    /// The store carries a statement out, or fails before or after it did.
    pub(crate) fn executes(&mut self, incarnation: u64, effect: Effect, is_heard: bool) {
        let rate = self.rates().store;
        let fails = self.dice.store.happens(rate);
        let is_done = !fails || self.dice.store.happens(500);
        if fails {
            self.say(|| format!("· the store fails, and did it: {is_done}"));
            self.checks.troubled(self.now);
            self.checks.view.store_failed(&effect);
        }
        let event = match effect {
            Effect::Reload => Some(Event::Reloaded(answer(fails, Box::new(self.store.facts())))),
            Effect::Claim { job, play, at } => {
                let won = is_done && self.store.claim(play, at);
                Some(Event::Claimed(job, answer(fails, won)))
            }
            Effect::Decide(_, needed, at) => {
                if is_done {
                    self.store.decide_with(needed, at);
                }
                None
            }
            Effect::RecordSend { job, play, previous, at } => {
                let recorded = is_done && self.store.record(play, previous, at);
                Some(Event::Recorded(job, answer(fails, recorded)))
            }
            Effect::SavePlay { job, sign_in, change, entry, .. } => {
                let saved = is_done.then(|| self.store.save(sign_in, &change, entry)).flatten();
                if let Some(play) = &saved {
                    let began = change.begins().then_some(play.id);
                    self.crash_is_due |= began.is_some_and(|play| self.kind.crashes_after(play));
                    let (spotify, now) = (&self.spotify, self.now);
                    let verdict =
                        self.checks.plays.saved((incarnation, job), &change, play.id, spotify, now);
                    self.checks.note(verdict);
                    if let Some(entry) = entry {
                        let verdict = self.checks.songs.begins(entry, &self.store, &self.spotify);
                        self.checks.note(verdict);
                    }
                }
                Some(Event::Saved(job, answer(fails, saved)))
            }
            Effect::Release(play, decide_at) => {
                if is_done {
                    self.store.release(play, decide_at);
                }
                None
            }
            Effect::RecordHandover { job, entry, sent } => {
                let recorded = is_done && self.store.songs.record(entry, sent);
                Some(Event::HandoverRecorded(job, answer(fails, recorded)))
            }
            Effect::ReleaseHandover(entry) => {
                if is_done {
                    self.store.songs.release(entry);
                }
                None
            }
            Effect::Refill(job, at) => {
                let host = self.store.members[0].id;
                let song = is_done.then(|| self.store.songs.refill(host, at)).flatten();
                Some(Event::Refilled(job, answer(fails, song)))
            }
            Effect::EndEntry(entry, _, _) => {
                if is_done {
                    self.store.songs.end(entry, End::Dropped);
                }
                None
            }
            _ => None,
        };
        if !is_heard {
            return;
        }
        let delay = self.dice.latency.within(0..=20);
        self.after(delay, Happening::Executed(incarnation, event));
    }

    /// The answer to a statement arrives, and the next one is carried out.
    pub(crate) fn executed(&mut self, event: Option<Event>) {
        if let Some(process) = &mut self.process {
            process.is_store_busy = false;
        }
        if let Some(event) = event {
            self.hears_if_running(event);
        }
        self.next_statement();
    }
}

fn answer<T>(fails: bool, done: T) -> Result<T, StoreFailed> {
    if fails { Err(StoreFailed) } else { Ok(done) }
}

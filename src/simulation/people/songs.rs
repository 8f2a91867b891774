//! What people ask for, vote for, and take back.

use auxroom::{
    model::Order,
    server::live::room::{Event, Fallback},
};

use crate::{kind::Actor, party::Party, store::queue::End};

impl Party {
    /// Somebody asks for a song, votes for one, or takes one back.
    pub(super) fn asks(&mut self) {
        let people = self.store.members.len() as u64;
        let place = usize::try_from(self.draw(Actor::Asker, people)).unwrap_or_default();
        let by = self.store.members[place].id;
        if self.store.closed || !self.store.members[place].is_present {
            return;
        }
        let clock = self.clock();
        let did = self.draw(Actor::Asker, 20);
        let waiting: Vec<_> = self.store.songs.waiting().map(|song| song.entry.id).collect();
        let which = self.draw(Actor::Asker, waiting.len().max(1) as u64);
        let which = usize::try_from(which).ok().and_then(|place| waiting.get(place).copied());
        match (did, which) {
            (0..=9, _) => {
                let variety = self.draw(Actor::Asker, 9);
                if let Some(entry) = self.store.songs.add(by, variety, clock) {
                    self.say(|| format!("· member {place} asks for song {entry}"));
                    self.starts();
                }
            }
            (10..=14, Some(entry)) => self.store.songs.vote(entry, by),
            (15..=16, Some(entry)) => {
                if self.store.songs.free_mut(entry).is_some() {
                    self.say(|| format!("· song {entry} is taken back"));
                    self.store.songs.end(entry, End::TakenBack);
                }
            }
            (18, _) if self.draw(Actor::Asker, 2) == 0 => {
                let chosen = self.draw(Actor::Asker, 3) > 0;
                self.say(|| format!("· a fallback playlist is chosen: {chosen}"));
                let fallback = Fallback { name: "Party".to_owned(), chosen_at: clock };
                self.store.songs.choose(chosen.then_some(fallback));
                if chosen {
                    self.starts();
                }
            }
            (17, Some(entry)) => {
                if let Some(song) = self.store.songs.free_mut(entry) {
                    song.entry.promoted_at = Some(clock);
                }
            }
            _ => {
                let orders = [Order::MostVotes, Order::FairTurns, Order::FirstCome];
                let order = usize::try_from(self.draw(Actor::Asker, 3)).unwrap_or_default();
                self.store.settings.songs.order = orders[order];
            }
        }
        self.store.revision += 1;
        self.checks.asking.stirs(self.now);
        self.checks.asking.touched(self.now);
        self.hears_if_running(Event::Touched);
        self.changed();
    }
}

use std::collections::{BTreeSet, HashMap};

use proptest::{collection::vec, prelude::*};

use super::*;

fn entry(id: i64, by: i64, votes: u32) -> Entry {
    let added_at = Millis(1_800_000_000_000 + id.unsigned_abs());
    Entry {
        id: EntryId(id),
        by: MemberId(by),
        added_at,
        votes,
        promoted_at: None,
        is_fallback: false,
    }
}

fn ids(places: &[Place]) -> Vec<i64> {
    places.iter().map(|place| place.entry.0).collect()
}

#[test]
fn order_by_votes_puts_the_older_of_equals_first() {
    let entries = [entry(1, 1, 1), entry(2, 2, 3), entry(3, 3, 3), entry(4, 4, 7)];

    let places = order(&entries, Order::MostVotes, &Turns::default());

    assert_eq!(ids(&places), [4, 2, 3, 1]);
    assert_eq!(places[0].why, Why::Votes);
}

#[test]
fn order_of_fair_turns_counts_what_plays_and_lets_who_comes_late_in_at_once() {
    let mut turns = Turns::default();
    // Anna had three songs played, one after the other; the last one plays. Nobody else asked.
    for _ in 0..3 {
        turns.count(MemberId(1));
    }
    let entries = [entry(1, 1, 9), entry(2, 1, 9), entry(3, 2, 1), entry(4, 2, 1)];

    let places = order(&entries, Order::FairTurns, &turns);

    // Bert in the present round, then both in each of the next; he is not owed three.
    assert_eq!(ids(&places), [3, 1, 4, 2]);
    let whys: Vec<_> = places.iter().map(|place| place.why).collect();
    assert_eq!(whys, [0, 1, 1, 2].map(|rounds| Why::Turn { rounds }));
}

#[test]
fn order_puts_what_the_host_wants_next_first_and_the_last_of_these_before_the_others() {
    let at = |ms: u64| Some(Millis(1_800_000_001_000 + ms));
    let entries = [
        entry(1, 1, 9),
        Entry { promoted_at: at(0), ..entry(2, 2, 1) },
        Entry { promoted_at: at(5), ..entry(3, 3, 1) },
    ];
    for by in [Order::MostVotes, Order::FairTurns, Order::FirstCome] {
        let places = order(&entries, by, &Turns::default());

        assert_eq!(ids(&places), [3, 2, 1]);
        assert_eq!((places[0].why, places[1].why), (Why::Promoted, Why::Promoted));
    }
}

#[test]
fn order_puts_what_nobody_asked_for_last_and_counts_it_as_nobodys_turn() {
    let entries = [Entry { is_fallback: true, ..entry(1, 1, 9) }, entry(2, 1, 1), entry(3, 2, 1)];
    let mut turns = Turns::default();
    turns.play(&entries[0]);
    assert_eq!(turns, Turns::default());

    for by in [Order::MostVotes, Order::FairTurns, Order::FirstCome] {
        let places = order(&entries, by, &turns);

        assert_eq!(ids(&places), [2, 3, 1]);
        assert_eq!(places[2].why, Why::Fallback);
    }
}

/// What befalls a queue.
#[derive(Clone, Debug)]
enum Happening {
    Adds {
        by: i64,
        votes: u32,
    },
    /// The host has one of those that wait played next.
    Promotes(usize),
    Withdraws(usize),
    /// The first one begins to play.
    Plays,
    Chooses(Order),
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let rule = prop_oneof![Just(Order::MostVotes), Just(Order::FairTurns), Just(Order::FirstCome)];
    vec(
        prop_oneof![
            5 => (0..6_i64, 1..9_u32).prop_map(|(by, votes)| Happening::Adds { by, votes }),
            1 => (0..20_usize).prop_map(Happening::Promotes),
            1 => (0..20_usize).prop_map(Happening::Withdraws),
            4 => Just(Happening::Plays),
            1 => rule.prop_map(Happening::Chooses),
        ],
        0..200,
    )
}

#[derive(Default)]
struct Party {
    queue: Vec<Entry>,
    rule: Order,
    turns: Turns,
    added: i64,
    withdrawn: BTreeSet<EntryId>,
    played: Vec<Entry>,
}

impl Party {
    fn happens(&mut self, happening: &Happening) {
        let places = order(&self.queue, self.rule, &self.turns);
        match *happening {
            Happening::Adds { by, votes } => {
                self.added += 1;
                self.queue.push(entry(self.added, by, votes));
            }
            Happening::Promotes(place) => {
                let at = Millis(1_900_000_000_000 + self.added.unsigned_abs());
                if let Some(entry) = self.queue.get_mut(place) {
                    entry.promoted_at = Some(at);
                }
            }
            Happening::Withdraws(place) if place < self.queue.len() => {
                self.withdrawn.insert(self.queue.remove(place).id);
            }
            Happening::Withdraws(_) => {}
            Happening::Plays => {
                let Some(first) = places.first() else { return };
                let at = self.queue.iter().position(|entry| entry.id == first.entry);
                let entry = self.queue.remove(at.expect("what is first waits"));
                self.turns.play(&entry);
                self.played.push(entry);
            }
            Happening::Chooses(rule) => self.rule = rule,
        }
    }
}

proptest! {
    #[test]
    fn order_plays_every_entry_once_and_loses_none(happenings in happenings()) {
        let mut party = Party::default();
        for happening in &happenings {
            party.happens(happening);

            let places = order(&party.queue, party.rule, &party.turns);
            let all: BTreeSet<_> = places.iter().map(|place| place.entry).collect();
            let waiting: BTreeSet<_> = party.queue.iter().map(|entry| entry.id).collect();
            prop_assert_eq!(places.len(), party.queue.len());
            prop_assert_eq!(&all, &waiting);
        }
        let played: BTreeSet<_> = party.played.iter().map(|entry| entry.id).collect();
        prop_assert_eq!(played.len(), party.played.len(), "once each");
        let over = party.played.len() + party.withdrawn.len() + party.queue.len();
        prop_assert_eq!(i64::try_from(over).expect("a few"), party.added);
    }

    #[test]
    fn order_is_what_its_rule_says(happenings in happenings()) {
        let mut party = Party::default();
        for happening in &happenings {
            party.happens(happening);

            let by_id: HashMap<_, _> =
                party.queue.iter().map(|entry| (entry.id, *entry)).collect();
            let places = order(&party.queue, party.rule, &party.turns);
            let sorted: Vec<_> = places.iter().map(|place| by_id[&place.entry]).collect();
            for pair in sorted.windows(2) {
                let [first, second] = [pair[0], pair[1]];
                if first.promoted_at.is_some() || second.promoted_at.is_some() {
                    prop_assert!(first.promoted_at >= second.promoted_at);
                    continue;
                }
                match party.rule {
                    Order::FirstCome => prop_assert!(first.id < second.id),
                    Order::MostVotes => {
                        let key = |entry: Entry| (std::cmp::Reverse(entry.votes), entry.id);
                        prop_assert!(key(first) < key(second));
                    }
                    Order::FairTurns => {
                        prop_assert!(first.by != second.by || first.id < second.id);
                    }
                }
            }
        }
    }

    /// However many join, ask and are played: between two people who both have songs waiting all
    /// the while, nobody is ever two songs ahead.
    #[test]
    fn order_of_fair_turns_never_lets_anybody_get_two_songs_ahead(
        wanted in vec((0..6_i64, 0..4_usize), 1..60),
    ) {
        let mut party = Party { rule: Order::FairTurns, ..Party::default() };
        // For each pair: what each had played since both have songs waiting.
        let mut ahead: HashMap<(i64, i64), i64> = HashMap::new();
        for (by, plays) in wanted {
            party.happens(&Happening::Adds { by, votes: 1 });
            for _ in 0..plays {
                let before = party.played.len();
                party.happens(&Happening::Plays);
                let Some(played) = party.played.get(before) else { continue };
                let waits =
                    |member: i64| party.queue.iter().any(|entry| entry.by.0 == member);
                for other in (0..6).filter(|other| *other != played.by.0) {
                    let forward = ahead.entry((played.by.0, other)).or_default();
                    *forward = if waits(other) { *forward + 1 } else { 0 };
                    prop_assert!(*forward < 2, "{} and {other}: {forward}", played.by);
                    let behind = ahead.entry((other, played.by.0)).or_default();
                    *behind = if waits(played.by.0) { (*behind - 1).max(0) } else { 0 };
                }
            }
        }
    }
}

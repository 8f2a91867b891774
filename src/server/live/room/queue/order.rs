//! The order in which the queue is played, and why each entry stands where it stands.

use std::collections::{BTreeMap, VecDeque};

use crate::model::{EntryId, MemberId, Millis};

/// Which rule a host chose.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Order {
    /// What most people want comes first; of equals, what was asked for first.
    #[default]
    MostVotes,
    /// Whoever has songs waiting has one played in each round.
    FairTurns,
    /// What was asked for first comes first.
    FirstCome,
}

/// A song that waits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Its key. Of two that were added in the same millisecond, the smaller one came first.
    pub id: EntryId,
    /// Who asked for it.
    pub by: MemberId,
    /// When.
    pub added_at: Millis,
    /// How many people want it, whoever asked for it included.
    pub votes: u32,
    /// When the host had it played next, if they did.
    pub promoted_at: Option<Millis>,
}

/// Where an entry stands, first to last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place {
    /// Which one.
    pub entry: EntryId,
    /// Why there.
    pub why: Why,
}

/// Why an entry stands where it stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Why {
    /// The host had it played next.
    Promoted,
    /// So many people want it.
    Votes(u32),
    /// It is its owner's turn after so many whole rounds; 0 is the round that is being played.
    Turn(u64),
    /// It was asked for after what is before it.
    Age,
}

/// Whose turns were played, in rounds: in each one everybody who has a song waiting has one played, in
/// the order in which they had their turns before. So between two turns of one member everybody else
/// who waits has one.
///
/// Who comes late joins the round that is being played. They are not owed those before, or they alone
/// would be heard for as long.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Turns {
    /// The latest round that a song was played in, the current play's included.
    round: u64,
    /// How many songs were played.
    played: u64,
    last: BTreeMap<MemberId, LastTurn>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct LastTurn {
    round: u64,
    /// Which song it was, of all that were played.
    number: u64,
}

impl Turns {
    /// A member's song begins to play. Songs that the host had played next count too: whoever is
    /// favoured has had their turn.
    pub fn play(&mut self, by: MemberId) {
        let round = self.next_round(by);
        self.played += 1;
        self.last.insert(by, LastTurn { round, number: self.played });
        self.round = round;
    }

    /// In which round the member's next song is played.
    fn next_round(&self, by: MemberId) -> u64 {
        let present = self.round.max(1);
        self.last.get(&by).map_or(present, |last| present.max(last.round + 1))
    }

    /// Whose turn is next has the lowest.
    fn rank(&self, by: MemberId) -> (u64, u64) {
        (self.next_round(by), self.last.get(&by).map_or(0, |last| last.number))
    }
}

/// The order in which the entries come, by the rule that the host chose. What the host had played next
/// comes before all others, the last of these first.
pub fn order(entries: &[Entry], by: Order, turns: &Turns) -> Vec<Place> {
    let (mut promoted, mut others): (Vec<_>, Vec<_>) =
        entries.iter().copied().partition(|entry| entry.promoted_at.is_some());
    promoted.sort_by_key(|entry| (std::cmp::Reverse(entry.promoted_at), age(entry)));
    others.sort_by_key(age);
    let mut turns = turns.clone();
    for entry in &promoted {
        turns.play(entry.by);
    }
    let promoted = promoted.into_iter().map(|entry| place(&entry, Why::Promoted));
    promoted.chain(sorted(others, by, &turns)).collect()
}

/// Sorts entries of which the oldest is first.
fn sorted(mut entries: Vec<Entry>, by: Order, turns: &Turns) -> Vec<Place> {
    match by {
        Order::FirstCome => entries.iter().map(|entry| place(entry, Why::Age)).collect(),
        Order::MostVotes => {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.votes));
            entries.iter().map(|entry| place(entry, Why::Votes(entry.votes))).collect()
        }
        Order::FairTurns => in_turns(entries, turns.clone()),
    }
}

/// Plays the queue to its end, in thought.
fn in_turns(entries: Vec<Entry>, mut turns: Turns) -> Vec<Place> {
    let present = turns.round.max(1);
    let mut waiting: BTreeMap<MemberId, VecDeque<Entry>> = BTreeMap::new();
    for entry in entries {
        waiting.entry(entry.by).or_default().push_back(entry);
    }
    let mut places = Vec::new();
    let next = |turns: &Turns, waiting: &BTreeMap<MemberId, VecDeque<Entry>>| {
        let first = waiting.values().filter_map(VecDeque::front);
        first.min_by_key(|entry| (turns.rank(entry.by), age(entry))).copied()
    };
    while let Some(entry) = next(&turns, &waiting) {
        let why = Why::Turn(turns.next_round(entry.by) - present);
        places.push(place(&entry, why));
        turns.play(entry.by);
        waiting.get_mut(&entry.by).map(VecDeque::pop_front);
    }
    places
}

fn age(entry: &Entry) -> (Millis, EntryId) {
    (entry.added_at, entry.id)
}

fn place(entry: &Entry, why: Why) -> Place {
    Place { entry: entry.id, why }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn entry(id: i64, by: i64, votes: u32) -> Entry {
        let added_at = Millis(1_800_000_000_000 + id.unsigned_abs());
        Entry { id: EntryId(id), by: MemberId(by), added_at, votes, promoted_at: None }
    }

    fn ids(places: &[Place]) -> Vec<i64> {
        places.iter().map(|place| place.entry.0).collect()
    }

    #[test]
    fn order_by_votes_puts_the_older_of_equals_first() {
        let entries = [entry(1, 1, 1), entry(2, 2, 3), entry(3, 3, 3), entry(4, 4, 7)];

        let places = order(&entries, Order::MostVotes, &Turns::default());

        assert_eq!(ids(&places), [4, 2, 3, 1]);
        assert_eq!(places[0].why, Why::Votes(7));
    }

    #[test]
    fn order_of_fair_turns_counts_what_plays_and_lets_who_comes_late_in_at_once() {
        let mut turns = Turns::default();
        // Anna had three songs played, one after the other; the last one plays. Nobody else asked.
        for _ in 0..3 {
            turns.play(MemberId(1));
        }
        let entries = [entry(1, 1, 9), entry(2, 1, 9), entry(3, 2, 1), entry(4, 2, 1)];

        let places = order(&entries, Order::FairTurns, &turns);

        // Bert in the present round, then both in each of the next; he is not owed three.
        assert_eq!(ids(&places), [3, 1, 4, 2]);
        let whys: Vec<_> = places.iter().map(|place| place.why).collect();
        assert_eq!(whys, [Why::Turn(0), Why::Turn(1), Why::Turn(1), Why::Turn(2)]);
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
        let rule =
            prop_oneof![Just(Order::MostVotes), Just(Order::FairTurns), Just(Order::FirstCome)];
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
                    self.turns.play(entry.by);
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
}

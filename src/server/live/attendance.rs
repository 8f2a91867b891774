//! Who has a room open, or did something there in the last minutes.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::model::{Millis, VisitorId};

/// Who did something is here for so long.
const HERE_MS: u64 = 3 * 60_000;
/// A page that was just closed may be coming back.
const COMING_BACK_MS: u64 = 30_000;

/// The people of one room. Only what this process knows: after a restart everybody is away until their
/// page comes back.
#[derive(Debug, Default)]
pub(super) struct Attendance(
    // A std mutex: it is never held across an await.
    Mutex<HashMap<VisitorId, Seen>>,
);

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// How many of their pages are open.
    pages: usize,
    until: Millis,
}

impl Attendance {
    /// Somebody opens a page; whether they were away.
    pub(super) fn opens(&self, visitor: VisitorId, now: Millis) -> bool {
        self.change(visitor, now, |seen| seen.pages += 1)
    }

    /// A page of somebody's is closed.
    pub(super) fn closes(&self, visitor: VisitorId, now: Millis) {
        self.change(visitor, now, |seen| {
            seen.pages = seen.pages.saturating_sub(1);
            seen.until = seen.until.max(now + COMING_BACK_MS);
        });
    }

    /// Somebody does something; whether they were away.
    pub(super) fn acts(&self, visitor: VisitorId, now: Millis) -> bool {
        self.change(visitor, now, |seen| seen.until = now + HERE_MS)
    }

    /// Who is here.
    pub(super) fn here(&self, now: Millis) -> HashSet<VisitorId> {
        let mut people = self.people();
        people.retain(|_, seen| seen.is_here(now));
        people.keys().copied().collect()
    }

    fn change(&self, visitor: VisitorId, now: Millis, change: impl FnOnce(&mut Seen)) -> bool {
        let mut people = self.people();
        let seen = people.entry(visitor).or_default();
        let was_away = !seen.is_here(now);
        change(seen);
        was_away
    }

    fn people(&self) -> MutexGuard<'_, HashMap<VisitorId, Seen>> {
        // Nothing that holds the lock can leave the map half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn is_here(self, now: Millis) -> bool {
        // A clock that was set back must not keep anybody for longer.
        self.pages > 0 || (now < self.until && self.until.since(now) <= HERE_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: Millis = Millis(1_800_000_000_000);
    const ANNA: VisitorId = VisitorId(1);

    fn is_here(people: &Attendance, after_ms: u64) -> bool {
        people.here(T0 + after_ms).contains(&ANNA)
    }

    #[test]
    fn attendance_of_a_page_lasts_until_half_a_minute_after_the_last_one_is_closed() {
        let people = Attendance::default();
        assert!(people.opens(ANNA, T0), "was away");
        assert!(!people.opens(ANNA, T0), "another tab");
        people.closes(ANNA, T0 + 1_000);
        assert!(is_here(&people, 3_600_000));
        people.closes(ANNA, T0 + 3_600_000);
        assert!(is_here(&people, 3_629_000));
        assert!(!is_here(&people, 3_630_000));
    }

    #[test]
    fn attendance_of_who_acts_without_a_page_lasts_three_minutes() {
        let people = Attendance::default();
        assert!(people.acts(ANNA, T0));
        assert!(!people.acts(ANNA, T0 + 1_000));
        assert!(is_here(&people, 180_000));
        assert!(!is_here(&people, 181_000));
        assert!(people.acts(ANNA, T0 + 200_000), "was away");
    }

    #[test]
    fn attendance_does_not_last_longer_where_the_clock_was_set_back() {
        let people = Attendance::default();
        people.acts(ANNA, T0 + 3_600_000);
        assert!(!is_here(&people, 0));
    }
}

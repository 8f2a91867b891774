//! Which song of the fallback playlist comes next.

use rand::{Rng, seq::IteratorRandom as _};

use crate::model::Millis;

/// A song of the playlist.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// When it was put into the queue last.
    pub taken_at: Option<Millis>,
    /// Whether the rules of the moment let it be played.
    pub is_allowed: bool,
}

/// The place of the song that comes next; nothing if none may be played.
///
/// In the playlist's order, and then from the beginning; or shuffled: every song comes once before any
/// comes again, and then not before half of the others have.
pub fn next(candidates: &[Candidate], shuffled: bool, rng: &mut impl Rng) -> Option<usize> {
    let allowed = candidates.iter().enumerate().filter(|(_, song)| song.is_allowed);
    let mut allowed: Vec<_> = allowed.map(|(place, song)| (song.taken_at, place)).collect();
    // What was never taken comes first, then what was taken longest ago.
    allowed.sort_unstable();
    let first = allowed.first()?;
    if !shuffled {
        return Some(first.1);
    }
    let fresh = allowed.iter().take_while(|(taken_at, _)| taken_at.is_none()).count();
    let eligible = if fresh > 0 { fresh } else { allowed.len().div_ceil(2) };
    allowed.iter().take(eligible).choose(rng).map(|(_, place)| *place)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use rand::{SeedableRng as _, rngs::StdRng};

    use super::*;

    /// Which songs come, one after the other.
    fn played(allowed: &[bool], shuffled: bool, seed: u64, songs: usize) -> Vec<usize> {
        let candidate = |is_allowed: &bool| Candidate { taken_at: None, is_allowed: *is_allowed };
        let mut candidates: Vec<_> = allowed.iter().map(candidate).collect();
        let mut rng = StdRng::seed_from_u64(seed);
        let taken = (1..=songs as u64).map_while(|at| {
            let place = next(&candidates, shuffled, &mut rng)?;
            candidates[place].taken_at = Some(Millis(at));
            Some(place)
        });
        taken.collect()
    }

    #[test]
    fn fallback_in_order_leaves_out_what_may_not_be_played_and_begins_again() {
        assert_eq!(played(&[true, false, true, true], false, 0, 7), [0, 2, 3, 0, 2, 3, 0]);
        assert!(played(&[false, false], false, 0, 1).is_empty());
        assert!(played(&[], true, 0, 1).is_empty());
    }

    #[test]
    fn fallback_shuffled_is_not_in_order() {
        let all = [true; 50];
        assert_ne!(played(&all, true, 1, 50), played(&all, false, 1, 50));
        assert_ne!(played(&all, true, 1, 50), played(&all, true, 2, 50));
    }

    proptest! {
        #[test]
        fn fallback_shuffled_plays_every_song_once_before_any_again_and_half_before_the_same(
            allowed in vec(any::<bool>(), 0..40), seed: u64,
        ) {
            let count = allowed.iter().filter(|allowed| **allowed).count();
            let songs = played(&allowed, true, seed, 3 * count);

            prop_assert_eq!(songs.len(), 3 * count);
            prop_assert!(songs.iter().all(|place| allowed[*place]));
            let mut first = songs.iter().take(count).copied().collect::<Vec<_>>();
            first.sort_unstable();
            first.dedup();
            prop_assert_eq!(first.len(), count);
            for window in songs.windows((count / 2).max(1)) {
                let mut same = window.to_vec();
                same.sort_unstable();
                same.dedup();
                prop_assert_eq!(same.len(), window.len());
            }
        }
    }
}

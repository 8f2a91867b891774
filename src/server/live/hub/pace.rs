//! When to look at Spotify next: often where something is about to happen, rarely elsewhere.

use crate::model::Player;

/// In the middle of a track: 6 to 7 looks a minute.
pub(super) const STEADY_MS: u64 = 9_000;
/// While nothing moves.
pub(super) const IDLE_MS: u64 = 12_000;
/// While something is expected to change.
pub(super) const QUICK_MS: u64 = 1_000;
/// How long that may last.
pub(super) const QUICK_FOR_MS: u64 = 6_000;
/// Spotify reports the next track this long after the end of the last one.
const AFTER_END_MS: u64 = 500;
/// After a failure: twice as long each time, up to this.
const LONGEST_BACK_OFF_MS: u64 = 30_000;

/// When to look again after the look at `looked_at` showed `player`. Something is expected to
/// change until `quick_until`.
pub(super) fn next_look(player: Option<&Player>, looked_at: u64, quick_until: u64) -> u64 {
    if looked_at < quick_until {
        return looked_at + QUICK_MS;
    }
    let Some(player) = player else { return looked_at + IDLE_MS };
    let Some(item) = player.item.as_ref().filter(|_| player.is_playing) else {
        // An advertisement or a gap of Spotify's is short.
        return looked_at + if player.is_playing { STEADY_MS / 2 } else { IDLE_MS };
    };
    if item.track.duration_ms == 0 {
        return looked_at + STEADY_MS; // some local files: nobody knows when they end
    }
    let remaining = item.track.duration_ms.saturating_sub(player.progress_ms);
    let end = remaining.saturating_add(AFTER_END_MS);
    looked_at + end.clamp(QUICK_MS, STEADY_MS)
}

/// When to look again after `failures` failures in a row.
pub(super) fn after_failure(now: u64, failures: u32) -> u64 {
    let doubled = QUICK_MS.saturating_mul(1 << failures.min(10));
    now + doubled.min(LONGEST_BACK_OFF_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Item, Kind, Track};

    const T0: u64 = 1_800_000_000_000;

    fn player(progress_ms: u64, is_playing: bool) -> Player {
        let track = Track {
            uri: "a".into(),
            name: String::new(),
            artists: vec![],
            album: None,
            image_url: None,
            duration_ms: 180_000,
            explicit: false,
            url: None,
        };
        let item = Some(Item { track, isrc: None });
        Player { is_playing, progress_ms, kind: Kind::Track, item }
    }

    #[test]
    fn one_table_decides_when_to_look_again() {
        let ad = Player { item: None, kind: Kind::Ad, ..player(0, true) };
        let mut unknown = player(60_000, true);
        unknown.item.as_mut().expect("an item").track.duration_ms = 0;
        let table = [
            ("mid-track", Some(player(60_000, true)), 0, 9_000),
            ("near the end", Some(player(176_000, true)), 0, 4_500),
            ("at the end", Some(player(180_000, true)), 0, 1_000),
            ("paused", Some(player(60_000, false)), 0, 12_000),
            ("a file of unknown length", Some(unknown), 0, 9_000),
            ("nothing plays", None, 0, 12_000),
            ("an advertisement", Some(ad), 0, 4_500),
            ("after a command", Some(player(60_000, true)), T0 + 6_000, 1_000),
        ];
        for (what, player, quick_until, after_ms) in table {
            assert_eq!(next_look(player.as_ref(), T0, quick_until), T0 + after_ms, "{what}");
        }
    }

    #[test]
    fn failures_are_asked_about_less_and_less_often() {
        let waits: Vec<u64> = (1..=7).map(|failures| after_failure(0, failures)).collect();
        assert_eq!(waits, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    }
}

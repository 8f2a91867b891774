//! When to poll Spotify next: often where something is about to happen, rarely elsewhere.

use crate::model::{Millis, Player};

/// In the middle of a track: 6 to 7 polls a minute.
pub(super) const STEADY_MS: u64 = 9_000;
/// While nothing moves.
pub(super) const IDLE_MS: u64 = 12_000;
/// While something is expected to change.
pub(super) const QUICK_MS: u64 = 1_000;
/// How long that may last after a command.
pub(super) const QUICK_FOR_MS: u64 = 6_000;
/// How soon after a command Spotify is asked what became of it.
pub(super) const FIRST_QUICK_MS: u64 = 500;
/// Spotify reports the next track this long after the end of the last one.
pub(super) const AFTER_END_MS: u64 = 500;
/// The longest wait after a failure.
const LONGEST_BACKOFF_MS: u64 = 30_000;
/// Whatever `Retry-After` says: 0 would be a loop.
const SHORTEST_WAIT_MS: u64 = 1_000;
/// Without `Retry-After`: Spotify counts calls over this window.
const RATE_WINDOW_MS: u64 = 30_000;

/// When to poll again after the poll at `polled_at` showed `player`. Something is expected to
/// change until `quick_until`.
pub(super) fn next_poll(player: Option<&Player>, polled_at: Millis, quick_until: Millis) -> Millis {
    if polled_at < quick_until {
        return polled_at + QUICK_MS;
    }
    let Some(player) = player else { return polled_at + IDLE_MS };
    let Some(item) = player.item.as_ref().filter(|_| player.is_playing) else {
        // An advertisement or a gap of Spotify's is short.
        return polled_at + if player.is_playing { STEADY_MS / 2 } else { IDLE_MS };
    };
    if item.track.duration_ms == 0 {
        return polled_at + STEADY_MS; // some local files: nobody knows when they end
    }
    let remaining = item.track.duration_ms.saturating_sub(player.progress_ms);
    let end = remaining.saturating_add(AFTER_END_MS);
    polled_at + end.clamp(QUICK_MS, STEADY_MS)
}

/// When to try again after `attempts` failures in a row: twice as late each time.
pub(super) fn after_failure(now: Millis, attempts: u32) -> Millis {
    now + QUICK_MS.saturating_mul(1 << attempts.min(10)).min(LONGEST_BACKOFF_MS)
}

/// Until when to wait after `attempts` refusals in a row for too many calls. Without `Retry-After`
/// twice as long each time, up to an hour: a used-up quota lasts longer than a window.
pub(super) fn after_rate_limit(now: Millis, attempts: u32, retry_after_ms: Option<u64>) -> Millis {
    let unsaid_ms = RATE_WINDOW_MS << attempts.saturating_sub(1).min(7);
    now + retry_after_ms.unwrap_or(unsaid_ms).max(SHORTEST_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Kind, server::live::room::samples::player};

    const T0: Millis = Millis(1_800_000_000_000);

    #[test]
    fn poll_pace_one_table_says_when_to_poll_again() {
        let ad = Player { item: None, kind: Kind::Ad, ..player("a", 0, true) };
        let mut unknown = player("a", 60_000, true);
        unknown.item.as_mut().expect("an item").track.duration_ms = 0;
        let table = [
            ("mid-track", Some(player("a", 60_000, true)), Millis(0), 9_000),
            ("near the end", Some(player("a", 176_000, true)), Millis(0), 4_500),
            ("at the end", Some(player("a", 180_000, true)), Millis(0), 1_000),
            ("paused", Some(player("a", 60_000, false)), Millis(0), 12_000),
            ("a file of unknown length", Some(unknown), Millis(0), 9_000),
            ("nothing plays", None, Millis(0), 12_000),
            ("an advertisement", Some(ad), Millis(0), 4_500),
            ("after a command", Some(player("a", 60_000, true)), T0 + 6_000, 1_000),
        ];
        for (what, player, quick_until, after_ms) in table {
            assert_eq!(next_poll(player.as_ref(), T0, quick_until), T0 + after_ms, "{what}");
        }
    }

    #[test]
    fn backoff_doubles_after_each_failure_up_to_half_a_minute() {
        let waits: Vec<u64> =
            (1..=7).map(|attempts| after_failure(Millis(0), attempts).0).collect();
        assert_eq!(waits, [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn rate_limit_without_retry_after_doubles_up_to_an_hour() {
        let wait = |attempts, said| after_rate_limit(Millis(0), attempts, said).0;
        assert_eq!([wait(1, Some(3_000)), wait(1, Some(0))], [3_000, 1_000]);
        assert_eq!([wait(1, None), wait(2, None)], [30_000, 60_000]);
        assert_eq!(wait(30, None), 3_840_000);
    }
}

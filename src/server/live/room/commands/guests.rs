//! How often the guests of a room may have Spotify told something.

use super::super::Room;
use crate::model::Millis;

/// All guests of a room together: three commands in any minute. Each costs that call and the poll
/// 0.5 s later that shows it; besides, the usual pace polls six times a minute. That is 12 calls a
/// minute, the first one included. Without this bound there would be two a second.
const MOST: usize = 3;
const WINDOW_MS: u64 = 60_000;

/// When the last commands of guests were accepted, the oldest first.
#[derive(Debug, Default)]
pub(in super::super) struct GuestsCommands([Millis; MOST]);

impl GuestsCommands {
    /// Accepts one more, unless that were too many.
    fn accept(&mut self, now: Millis) -> bool {
        let accepts = now >= self.0[0] + WINDOW_MS;
        if accepts {
            self.0.rotate_left(1);
            self.0[MOST - 1] = now;
        }
        accepts
    }

    /// When none of them counts any more.
    pub(in super::super) fn count_until(&self) -> Millis {
        self.0[MOST - 1] + WINDOW_MS
    }

    /// Keeps what is left of the window when the clock is set back.
    pub(in super::super) fn shift(&mut self, before: Millis, now: Millis) {
        self.0 = self.0.map(|at| now.before(before.since(at)));
    }
}

impl Room {
    /// Whether the guests may have Spotify told one thing more, which then counts. What somebody wants
    /// who is answered without a call does not.
    pub(super) fn accept_guests_command(&mut self, now: Millis) -> bool {
        self.timers.guests_commands.accept(now)
    }
}

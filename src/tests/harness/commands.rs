//! What can be posted to a room by those who are in it.

/// A server function that is about one room.
pub(crate) struct Command {
    /// Where it is posted to.
    pub(crate) path: &'static str,
    /// Whether guests must not.
    pub(crate) for_hosts: bool,
    more: &'static [(&'static str, &'static str)],
}

impl Command {
    const fn of_all(path: &'static str, more: &'static [(&'static str, &'static str)]) -> Self {
        Self { path, for_hosts: false, more }
    }

    const fn of_hosts(path: &'static str, more: &'static [(&'static str, &'static str)]) -> Self {
        Self { path, for_hosts: true, more }
    }

    /// Its fields for the room with this code; all others make sense.
    pub(crate) fn fields<'a>(&self, code: &'a str) -> Vec<(&'a str, &'a str)> {
        [("code", code)].into_iter().chain(self.more.iter().copied()).collect()
    }
}

/// Every one but joining, which strangers do, and those that ask Spotify about something first.
pub(crate) const COMMANDS: [Command; 21] = [
    Command::of_all("/api/rooms/leave", &[]),
    Command::of_hosts("/api/rooms/close", &[]),
    Command::of_hosts("/api/rooms/settings", &[("votes_to_skip", "7"), ("guest_can_pause", "on")]),
    Command::of_hosts("/api/rooms/stop-joining", &[("on", "true")]),
    Command::of_hosts("/api/rooms/renew-code", &[]),
    Command::of_all("/api/rooms/name", &[("name", "Anna")]),
    Command::of_hosts("/api/devices/use", &[("device", "x")]),
    Command::of_hosts("/api/devices/volume", &[("percent", "50")]),
    Command::of_hosts("/api/history/save", &[]),
    Command::of_hosts("/api/people/remove", &[("member", "2")]),
    Command::of_hosts("/api/blocked/remove", &[("uri", "any")]),
    Command::of_all("/api/queue/dismiss", &[("until", "1")]),
    Command::of_hosts("/api/fallback/allow", &[]),
    Command::of_hosts("/api/fallback/end", &[]),
    Command::of_all("/api/playback/play", &[]),
    Command::of_all("/api/playback/pause", &[]),
    Command::of_hosts("/api/playback/skip", &[]),
    Command::of_all("/api/playback/vote-skip", &[("play", "1"), ("on", "true")]),
    Command::of_hosts("/api/spotify/connect", &[]),
    Command::of_hosts("/api/spotify/disconnect", &[]),
    Command::of_hosts("/api/spotify/move", &[]),
];

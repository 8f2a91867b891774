//! How everything does, for the host: one line for each thing.

use crate::model::{Millis, Status, StatusKind};

/// What the room's Spotify does.
pub fn spotify(Status { kind, text, .. }: &Status) -> String {
    let says = if *kind == StatusKind::Ok { "Connected and answering." } else { text };
    format!("Spotify: {says}")
}

/// When Spotify answered the room last, read at `now`. With the time of day, since the page may stay
/// open: in UTC, because the server does not know the reader's zone.
pub fn answered(at: Option<Millis>, now: Millis) -> String {
    let Some(at) = at else {
        return "Spotify's last answer: none since somebody came to the room.".to_owned();
    };
    let seconds = at.0 / 1_000;
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    let before = span(now.since(at) / 1_000);
    format!(
        "Spotify's last answer: {hour:02}:{minute:02}:{second:02} UTC, {before} before this page \
         was loaded."
    )
}

/// How many guests have the room open.
pub fn guests(connected: usize) -> String {
    match connected {
        0 => "Guests connected: none.".to_owned(),
        many => format!("Guests connected: {many}."),
    }
}

/// When `auxroom backup` was last run, read at `now`.
pub fn backup(at: Option<Millis>, now: Millis) -> String {
    match at {
        None => "Last backup: none yet.".to_owned(),
        Some(at) => {
            let before = span(now.since(at) / 1_000);
            format!("Last backup: {before} before this page was loaded.")
        }
    }
}

/// Which Auxroom runs.
pub fn version(version: &str) -> String {
    format!("Version: Auxroom {version}")
}

/// A length of time in its largest whole unit.
pub(super) fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn health_tells_lengths_of_time_in_their_largest_whole_unit() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (7_199, "1 hour"),
            (172_800, "2 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }

    #[test]
    fn health_of_spotify_is_what_the_room_reads_unless_all_is_well() {
        let says = |kind| spotify(&text::status(kind, None));
        assert_eq!(says(StatusKind::Ok), "Spotify: Connected and answering.");
        assert!(says(StatusKind::Unreachable).contains("cannot be reached"));
    }

    #[test]
    fn health_tells_when_spotify_answered_and_how_long_that_was_before() {
        let noon = Millis(1_785_067_200_000);
        let says = answered(Some(noon), noon + 12_999);
        assert!(says.contains("12:00:00 UTC, 12 seconds before this page"), "{says}");
        let says = answered(Some(noon + 5_000), noon);
        assert!(
            says.contains("12:00:05 UTC, 0 seconds before"),
            "a clock that was set back: {says}"
        );
        assert!(answered(None, noon).contains("none since"));
    }
}

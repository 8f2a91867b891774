//! Songs that people asked for.

use std::borrow::Cow;

use super::clock;
#[cfg(feature = "ssr")]
use crate::model::Loss;
use crate::model::{FallbackPlaylist, Order, Refused, SongRules, Why};

/// Why a song cannot be added.
pub fn refused(refused: Refused) -> Cow<'static, str> {
    match refused {
        Refused::RequestsClosed => "The host takes no requests right now".into(),
        Refused::NotPlayable => "Cannot be played in the host's country".into(),
        Refused::Blocked => "The host does not want this one".into(),
        Refused::Explicit => "No explicit songs in this room".into(),
        Refused::TooLong { length_ms, longest_ms } => {
            format!("{} is longer than {}", clock(length_ms), clock(longest_ms)).into()
        }
        Refused::Queued(_) => "Already queued: vote for it".into(),
        Refused::Playing => "Plays right now".into(),
        Refused::PlayedAgo { ago_ms } => match ago_ms / 60_000 {
            0 => "Played just now".into(),
            1 => "Played a minute ago".into(),
            minutes => format!("Played {minutes} minutes ago").into(),
        },
        Refused::TooMany(1) => "One song each: wait until yours has played".into(),
        Refused::TooMany(most) => {
            format!("{most} songs each: wait until one of yours has played").into()
        }
        Refused::QueueFull(_) => "The queue is full: wait until a song has played".into(),
    }
}

/// What became of songs that somebody asked for and nobody heard. The server says it: browsers need not
/// load it.
#[cfg(feature = "ssr")]
pub fn lost(loss: Loss, names: &[&str]) -> String {
    let is_one = names.len() == 1;
    let names = listed(names);
    let word = |one, more| if is_one { one } else { more };
    match loss {
        Loss::Removed => format!("{names} {} removed by the host.", word("was", "were")),
        Loss::Cleared => format!("The host cleared the queue, and {names} went with it."),
        Loss::Dropped => {
            let them = word("it", "them");
            format!("Spotify did not play {names}. Ask for {them} again if you like.")
        }
        Loss::Blocked => {
            format!("The host blocked {names}, or {}.", word("its artist", "their artists"))
        }
        Loss::Explicit => {
            let are = word("is", "are");
            format!("{names} {are} explicit, and explicit songs are not played here now.")
        }
        Loss::TooLong => {
            format!("{names} {} longer than songs may be now.", word("is", "are"))
        }
        Loss::Forbidden => {
            let (its, it) = (word("its turn", "their turns"), word("it", "them"));
            format!("{names} broke a rule of the room when {its} came. You can ask for {it} again.")
        }
    }
}

/// A few titles, and how many there are besides.
#[cfg(feature = "ssr")]
fn listed(names: &[&str]) -> String {
    let quoted = |name: &&str| format!("“{name}”");
    let shown = if names.len() > 3 { 2 } else { names.len().saturating_sub(1) };
    let first: Vec<_> = names[..shown].iter().map(quoted).collect();
    let last = match &names[shown..] {
        [name] => quoted(name),
        rest => format!("{} more", rest.len()),
    };
    match first.is_empty() {
        true => last,
        false => format!("{} and {last}", first.join(", ")),
    }
}

/// Whoever said no name.
pub const SOMEBODY: &str = "somebody";

pub const CLEARED: &str = "The queue is cleared.";
pub const CLOSED: &str = "The host takes no requests right now. You can still vote.";
pub const FIND: &str = "Find a song";
pub const FIND_HOW: &str = " by its title or artist, and add it.";
pub const NOTHING_FOUND: &str = "No song found. Try fewer words, or paste a link.";
pub const PASTE: &str = "Paste the link of a song: in Spotify, Share and then Copy link.";
pub const PLACEHOLDER: &str = "Title, artist or link";

/// What is so while nobody has asked for a song, with the playlist that goes on meanwhile.
pub fn nothing_waits(playlist: Option<&FallbackPlaylist>) -> String {
    match playlist.filter(|playlist| !playlist.waits) {
        None => "Nothing waits yet. Three things to do:".to_owned(),
        Some(FallbackPlaylist { name, .. }) => {
            format!("Nothing is asked for: “{name}” goes on meanwhile. Three things to do:")
        }
    }
}

/// Why that playlist waits, for the host.
pub fn held_back(playlist: &str) -> String {
    format!("Your own music plays on Spotify. “{playlist}” goes on when it ends.")
}

/// How to have more people ask for songs.
pub fn invite(code: &str) -> String {
    format!("Invite people with the code {code}: everyone here can ask for songs and vote.")
}

/// Who asked for a song.
pub fn added_by(name: &str) -> String {
    format!("added by {name}")
}

/// How many people want a song.
pub fn votes(votes: u32) -> String {
    match votes {
        1 => "1 vote".to_owned(),
        votes => format!("{votes} votes"),
    }
}

/// How many songs a search found so far.
pub fn found(songs: usize) -> String {
    match songs {
        0 => NOTHING_FOUND.to_owned(),
        1 => "1 song found".to_owned(),
        songs => format!("{songs} songs found"),
    }
}

/// About when a song comes that so much is before, and why it stands where it stands.
pub fn when(place: usize, wait_ms: u64, why: Why) -> String {
    let why = match why {
        Why::Sent => return "Up next".to_owned(),
        Why::Promoted => " · the host's choice".into(),
        Why::Fallback => " · nobody asked for a song".into(),
        Why::Votes => " · by votes".into(),
        Why::Turn { rounds: 0 } => " · this round".into(),
        Why::Turn { rounds: 1 } => " · next round".into(),
        Why::Turn { rounds } => Cow::from(format!(" · in {rounds} rounds")),
        Why::Age => " · first come".into(),
    };
    match place {
        0 => format!("next{why}"),
        _ => format!("in {}{why}", about(wait_ms, "min")),
    }
}

/// Where a song landed.
pub fn landed(name: &str, place: usize, wait_ms: u64) -> String {
    const ORDINALS: [&str; 10] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    let number = place + 1;
    let ordinal = match (ORDINALS.get(place), number % 10, number % 100) {
        (Some(ordinal), ..) => Cow::from(*ordinal),
        (None, 1, 21..) => format!("{number}st").into(),
        (None, 2, 22..) => format!("{number}nd").into(),
        (None, 3, 23..) => format!("{number}rd").into(),
        _ => format!("{number}th").into(),
    };
    format!("{name} is {ordinal} in line, {}", about(wait_ms, "minutes"))
}

/// A wait in words, with the word for more than one minute.
fn about(ms: u64, minutes: &str) -> String {
    match (ms + 30_000) / 60_000 {
        0 => "less than a minute".to_owned(),
        1 => "about 1 minute".to_owned(),
        wait @ ..60 => format!("about {wait} {minutes}"),
        wait if wait % 60 == 0 => format!("about {} h", wait / 60),
        wait => format!("about {} h {} min", wait / 60, wait % 60),
    }
}

/// What the host decided about songs, in one line.
pub fn rules(rules: &SongRules) -> String {
    let order = match rules.order {
        Order::MostVotes => "Most votes first",
        Order::FairTurns => "Everyone in turn",
        Order::FirstCome => "First come, first served",
    };
    let mut line = order.to_owned();
    let mut add = |rule: String| line.extend([" · ", &rule]);
    match rules.songs_per_person {
        Some(1) => add("one song each at a time".to_owned()),
        Some(songs) => add(format!("{songs} songs each at a time")),
        None => {}
    }
    if let Some(minutes) = rules.longest_minutes {
        add(format!("songs up to {minutes} min"));
    }
    if let Some(minutes) = rules.no_repeat_minutes {
        add(format!("no repeat within {minutes} min"));
    }
    if !rules.explicit_allowed {
        add("nothing explicit".to_owned());
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: u64 = 60_000;

    #[test]
    fn song_that_waits_says_when_it_comes_and_why() {
        assert_eq!(when(0, 5 * MINUTE_MS, Why::Votes), "next · by votes");
        assert_eq!(when(3, 12 * MINUTE_MS + 20_000, Why::Age), "in about 12 min · first come");
        assert_eq!(when(1, 29_000, Why::Promoted), "in less than a minute · the host's choice");
        let later = when(1, 125 * MINUTE_MS, Why::Turn { rounds: 2 });
        assert_eq!(later, "in about 2 h 5 min · in 2 rounds");
        assert_eq!(when(0, 0, Why::Sent), "Up next");
    }

    #[test]
    fn lost_songs_are_named_as_far_as_one_reads_them() {
        assert_eq!(lost(Loss::Removed, &["A"]), "“A” was removed by the host.");
        assert_eq!(
            lost(Loss::Cleared, &["A", "B", "C"]),
            "The host cleared the queue, and “A”, “B” and “C” went with it."
        );
        assert_eq!(
            lost(Loss::TooLong, &["A", "B", "C", "D"]),
            "“A”, “B” and 2 more are longer than songs may be now."
        );
        assert_eq!(
            lost(Loss::Dropped, &["A", "B"]),
            "Spotify did not play “A” and “B”. Ask for them again if you like."
        );
    }

    #[test]
    fn song_that_was_added_says_where_it_landed() {
        let third = landed("Tidewater", 2, 9 * MINUTE_MS);
        assert_eq!(third, "Tidewater is third in line, about 9 minutes");
        for (place, ordinal) in [(0, "first"), (9, "tenth"), (10, "11th"), (20, "21st")] {
            let said = landed("A", place, MINUTE_MS);
            assert_eq!(said, format!("A is {ordinal} in line, about 1 minute"));
        }
        for (place, ordinal) in [(21, "22nd"), (22, "23rd"), (110, "111th"), (112, "113th")] {
            assert!(landed("A", place, 0).contains(&format!(" {ordinal} in line")), "{place}");
        }
    }

    #[test]
    fn rules_for_songs_are_one_line() {
        let open = SongRules::default();
        assert_eq!(rules(&open), "Most votes first");
        let strict = SongRules {
            order: Order::FairTurns,
            explicit_allowed: false,
            songs_per_person: Some(2),
            longest_minutes: Some(8),
            no_repeat_minutes: Some(60),
            ..open
        };
        assert_eq!(
            rules(&strict),
            "Everyone in turn · 2 songs each at a time · songs up to 8 min · no repeat within 60 min \
             · nothing explicit"
        );
    }
}

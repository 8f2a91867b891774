//! Naming a track of Spotify's: by its URI, by its link, or by whatever a phone shares.

use std::{fmt, str::FromStr};

use crate::error::AppError;

/// Spotify's ID of a track: 22 letters and digits.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct TrackId(String);

/// What a text is that somebody typed or pasted to find a song.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Pasted {
    /// It names this track, whatever else it says.
    Track(TrackId),
    /// It has one of Spotify's short links. Only whoever follows it learns what it stands for.
    ShortLink,
    /// It names something of Spotify's that is no track.
    Other,
    /// Words.
    Words,
}

impl TrackId {
    /// How many characters an ID has.
    pub const LENGTH: usize = 22;
    const URI: &'static str = "spotify:track:";

    /// The ID as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ID in a track's URI; nothing if it is anything else's.
    pub fn of_uri(uri: &str) -> Option<Self> {
        uri.strip_prefix(Self::URI)?.parse().ok()
    }

    /// Spotify's URI of the track.
    pub fn uri(&self) -> String {
        format!("{}{}", Self::URI, self.0)
    }

    /// The ID that a text begins with, if no longer word does.
    fn beginning(text: &str) -> Option<Self> {
        let end = text.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(text.len());
        text[..end].parse().ok()
    }
}

impl FromStr for TrackId {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        let is_id =
            text.len() == Self::LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_id { Ok(Self(text.to_owned())) } else { Err(AppError::NotATrack) }
    }
}

impl fmt::Display for TrackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Pasted {
    const HOST: &'static str = "open.spotify.com/";
    const SHORT_HOSTS: [&'static str; 2] = ["spotify.link/", "spotify.app.link/"];
    const URI: &'static str = "spotify:";
    /// What URIs are of.
    const KINDS: [&'static str; 10] = [
        "album:",
        "artist:",
        "audiobook:",
        "episode:",
        "local:",
        "playlist:",
        "show:",
        "station:",
        "track:",
        "user:",
    ];

    /// Reads what somebody typed, pasted or shared. Of several links, the first of a track counts.
    pub fn read(text: &str) -> Self {
        // As long as the text itself, and cut at the same places.
        let small = text.to_ascii_lowercase();
        let mut is_other = false;
        for path in after_host(text, &small, Self::HOST) {
            match track_of_path(path) {
                Some(track) => return Self::Track(track),
                None => is_other = true,
            }
        }
        for rest in after_word(text, &small, Self::URI) {
            match rest.strip_prefix("track:").and_then(TrackId::beginning) {
                Some(track) => return Self::Track(track),
                None => is_other |= Self::KINDS.iter().any(|kind| rest.starts_with(kind)),
            }
        }
        let is_short = |host: &str| after_host(text, &small, host).next().is_some();
        match is_other {
            true => Self::Other,
            false if Self::SHORT_HOSTS.into_iter().any(is_short) => Self::ShortLink,
            false => Self::Words,
        }
    }
}

/// The track that the path of a link names: `track/ID`, or `intl-de/track/ID`.
fn track_of_path(path: &str) -> Option<TrackId> {
    let path = match path.strip_prefix("intl-").and_then(|path| path.split_once('/')) {
        Some((language, rest)) if is_language(language) => rest,
        _ => path,
    };
    TrackId::beginning(path.strip_prefix("track/")?)
}

/// `de`, or `pt-br`.
fn is_language(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'-';
    (2..=8).contains(&text.len()) && text.bytes().all(is_letter)
}

/// What follows each time that `host` is the host of a link, with or without its scheme. The host of
/// `evil.example/open.spotify.com/` is another one.
fn after_host<'a>(text: &'a str, small: &'a str, host: &'a str) -> impl Iterator<Item = &'a str> {
    let begins = |before: &str| {
        let has_scheme = before.ends_with("https://") || before.ends_with("http://");
        has_scheme
            || !before.ends_with(|letter: char| letter.is_ascii_graphic() && !is_bracket(letter))
    };
    let found = small.match_indices(host).filter(move |(at, _)| begins(&small[..*at]));
    found.map(move |(at, _)| &text[at + host.len()..])
}

/// What follows each time that `word` begins a word.
fn after_word<'a>(text: &'a str, small: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let inside = |letter: char| letter.is_ascii_alphanumeric() || letter == ':';
    let found = small.match_indices(word).filter(move |(at, _)| !small[..*at].ends_with(inside));
    found.map(move |(at, _)| &text[at + word.len()..])
}

/// What people and programs put a link in.
fn is_bracket(letter: char) -> bool {
    "([{<\"'".contains(letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "11dFghVXANMlKmJXsNCbNl";

    fn track() -> Pasted {
        Pasted::Track(TrackId(ID.to_owned()))
    }

    #[test]
    fn track_is_named_by_its_uri_its_link_and_what_phones_share() {
        for text in [
            format!("spotify:track:{ID}"),
            format!("https://open.spotify.com/track/{ID}"),
            format!("http://open.spotify.com/track/{ID}"),
            format!("HTTPS://Open.Spotify.com/track/{ID}?si=0f1e2d3c4b5a"),
            format!("https://open.spotify.com/intl-de/track/{ID}?si=1"),
            format!("https://open.spotify.com/intl-pt-br/track/{ID}#0:42"),
            format!("open.spotify.com/track/{ID}"),
            format!("  (open.spotify.com/track/{ID}). "),
            format!("<https://open.spotify.com/track/{ID}>"),
            format!(
                "Listen to this!\nhttps://open.spotify.com/track/{ID}?si=1\nSent from my phone"
            ),
            format!("听听这首歌:https://open.spotify.com/track/{ID}，很好听"),
            format!("https://open.spotify.com/album/{ID} https://open.spotify.com/track/{ID}"),
        ] {
            assert_eq!(Pasted::read(&text), track(), "{text:?}");
        }
        assert_eq!(TrackId::of_uri(&format!("spotify:track:{ID}")).map(|id| id.0), Some(ID.into()));
    }

    #[test]
    fn what_is_no_track_of_spotify_is_none() {
        for kind in ["album", "artist", "episode", "playlist", "show", "user"] {
            for text in
                [format!("https://open.spotify.com/{kind}/{ID}"), format!("spotify:{kind}:{ID}")]
            {
                assert_eq!(Pasted::read(&text), Pasted::Other, "{text:?}");
            }
        }
        for text in [
            "https://open.spotify.com/".to_owned(),
            format!("https://open.spotify.com/track/{ID}x"),
            format!("https://open.spotify.com/intl-<b>/track/{ID}"),
            format!("spotify:track:{ID}x"),
            "spotify:track:".to_owned(),
            "spotify:track:ünf".to_owned(),
            "spotify:local:Our+Band:Garage:Rehearsal%2C+July:187".to_owned(),
        ] {
            assert_eq!(Pasted::read(&text), Pasted::Other, "{text:?}");
        }
        for text in [
            String::new(),
            "spotify: the movie".to_owned(),
            ID.to_owned(),
            format!("https://open.spotify.com.evil.example/track/{ID}"),
            format!("https://evil.example/open.spotify.com/track/{ID}"),
            format!("https://evil-open.spotify.com/track/{ID}"),
            format!("https://open.spotify.com@evil.example/track/{ID}"),
            format!("https://evil.example/track/{ID}"),
            format!("xspotify:track:{ID}"),
        ] {
            assert_eq!(Pasted::read(&text), Pasted::Words, "{text:?}");
        }
    }

    #[test]
    fn short_links_are_known_and_not_followed() {
        for text in ["https://spotify.link/abc", "Look: https://spotify.app.link/abc?_p=1"] {
            assert_eq!(Pasted::read(text), Pasted::ShortLink, "{text:?}");
        }
        assert_eq!(Pasted::read("https://evil.example/spotify.link/abc"), Pasted::Words);
        let both = format!("https://spotify.link/abc spotify:track:{ID}");
        assert_eq!(Pasted::read(&both), track());
    }

    proptest! {
        #[test]
        fn track_is_found_whatever_surrounds_its_link(
            before in "\\PC{0,40}",
            link in prop_oneof![
                "https?://open\\.spotify\\.com/(intl-[a-z]{2}/)?track/",
                Just(" spotify:track:".to_owned()),
            ],
            id in "[0-9A-Za-z]{22}",
            after in "([^0-9A-Za-z]\\PC{0,40})?",
        ) {
            prop_assume!(!before.contains("spotify"));
            let text = format!("{before}{link}{id}{after}");
            prop_assert_eq!(Pasted::read(&text), Pasted::Track(TrackId(id)), "{:?}", text);
        }

        #[test]
        fn track_ids_have_22_letters_and_digits_whatever_is_read(
            text in prop_oneof![
                any::<String>(),
                "(https://|[a-z./@]{0,3})(open\\.)?spotify(\\.com|\\.link)?[:/](track|album|ünf)?[:/]?[0-9A-Za-z/?:]{0,30}",
            ],
        ) {
            if let Pasted::Track(id) = Pasted::read(&text) {
                prop_assert!(text.contains(id.as_str()));
                prop_assert_eq!(id.as_str().parse::<TrackId>(), Ok(id.clone()));
                prop_assert_eq!(TrackId::of_uri(&id.uri()), Some(id));
            }
        }
    }
}

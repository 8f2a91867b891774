//! The code that people type and read aloud to join a room.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// Six letters and digits that are hard to confuse.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoomCode(String);

impl RoomCode {
    /// How many characters a code has.
    pub const LENGTH: usize = 6;
    /// The characters of a code: no I, L, O, 0 or 1.
    pub const ALPHABET: &'static [u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    /// A code drawn with `pick`, which returns a number below its argument.
    pub fn draw(mut pick: impl FnMut(usize) -> usize) -> Self {
        let letter = |_| char::from(Self::ALPHABET[pick(Self::ALPHABET.len())]);
        Self((0..Self::LENGTH).map(letter).collect())
    }

    /// The code as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoomCode {
    type Err = AppError;

    /// Reads a code in any case, with spaces and hyphens anywhere.
    fn from_str(text: &str) -> Result<Self, AppError> {
        let mut code = String::with_capacity(Self::LENGTH);
        for letter in text.chars() {
            if letter.is_whitespace() || matches!(letter, '-' | '‐' | '‑' | '–') {
                continue;
            }
            let letter = letter.to_ascii_uppercase();
            let known = letter.is_ascii() && Self::ALPHABET.contains(&(letter as u8));
            if !known || code.len() == Self::LENGTH {
                return Err(AppError::CodeMalformed);
            }
            code.push(letter);
        }
        if code.len() != Self::LENGTH {
            return Err(AppError::CodeMalformed);
        }
        Ok(Self(code))
    }
}

impl TryFrom<String> for RoomCode {
    type Error = AppError;

    fn try_from(text: String) -> Result<Self, AppError> {
        text.parse()
    }
}

impl From<RoomCode> for String {
    fn from(code: RoomCode) -> Self {
        code.0
    }
}

impl fmt::Display for RoomCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_in_any_case_with_spaces_and_hyphens_anywhere() {
        for text in ["ABC234", "abc234", " a b c-2 3 4 ", "abc-234", "--AbC–234", "ABC\u{a0}234"]
        {
            assert_eq!(text.parse::<RoomCode>().map(String::from), Ok("ABC234".into()), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_refused() {
        for text in ["", "ABC23", "ABC2345", "ABC10O", "ÀBC234", "ABC 23ß", "<b>abc", "ABC_234"] {
            assert_eq!(text.parse::<RoomCode>(), Err(AppError::CodeMalformed), "{text:?}");
        }
    }

    #[test]
    fn every_drawn_code_reads_back_as_itself() {
        for start in 0..RoomCode::ALPHABET.len() {
            let mut next = start;
            let code = RoomCode::draw(|below| {
                next += 7;
                next % below
            });
            assert_eq!(code.as_str().parse(), Ok(code));
        }
    }

    proptest! {
        #[test]
        fn room_code_that_is_accepted_is_canonical_and_one_that_is_refused_is_none(
            text in prop_oneof![
                any::<String>(),
                "[A-Za-z2-9 \\-‐‑–\u{a0}]{0,12}",
                "[ -]?([A-HJKMNP-Za-hjkmnp-z2-9][ -]?){6}",
            ],
        ) {
            let separators = |letter: &char| letter.is_whitespace() || "-‐‑–".contains(*letter);
            let bare: String = text.chars().filter(|letter| !separators(letter)).collect();
            let bare = bare.to_ascii_uppercase();
            match text.parse::<RoomCode>() {
                Ok(code) => {
                    prop_assert_eq!(code.as_str(), &*bare);
                    prop_assert_eq!(code.as_str().parse::<RoomCode>(), Ok(code.clone()));
                    let json = serde_json::to_string(&code).expect("JSON");
                    prop_assert_eq!(serde_json::from_str::<RoomCode>(&json).expect("JSON"), code);
                }
                Err(error) => {
                    prop_assert_eq!(error, AppError::CodeMalformed);
                    let is_known = |letter| RoomCode::ALPHABET.contains(&letter);
                    let is_code = bare.len() == RoomCode::LENGTH && bare.bytes().all(is_known);
                    prop_assert!(!is_code, "{text:?} is a code");
                }
            }
        }

        #[test]
        fn room_code_reads_back_from_any_spelling(
            picks in prop::array::uniform6(0..RoomCode::ALPHABET.len()),
            small: u8,
            separators in prop::array::uniform7("[ \t\u{2009}‐‑–-]{0,2}"),
        ) {
            let mut next = picks.into_iter();
            let code = RoomCode::draw(|_| next.next().unwrap_or_default());
            let letters = code.as_str().chars().enumerate().map(|(place, letter)| {
                let is_small = small >> place & 1 == 1;
                if is_small { letter.to_ascii_lowercase() } else { letter }
            });
            let text: String =
                letters.zip(&separators).map(|(letter, between)| format!("{between}{letter}")).collect();
            prop_assert_eq!(format!("{text}{}", separators[6]).parse::<RoomCode>(), Ok(code));
        }
    }
}

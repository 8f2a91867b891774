//! What people call themselves in a room: a name that can be read, and that nobody else there has,
//! nor one that looks like it.
//!
//! A name is told apart from the others when it is given, and stored as it is shown. Decided whenever
//! it is shown, whoever came first would lose it to somebody who takes it later.

use std::{collections::HashSet, str::FromStr};

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::Expr,
};
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};
use unicode_security::confusable_detection::skeleton;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{
    error::AppError,
    model::{RoomId, VisitorId},
    server::store::entities::member,
    text,
};

/// In grapheme clusters: what people take for one character.
const MOST: usize = 24;
/// In code points: a cluster can have any number of them. A family of four has seven.
const MOST_CODE_POINTS: usize = 4 * MOST;
/// More marks than this on one letter run over their neighbours, says UTS 39, section 5.4.
const MOST_MARKS: usize = 4;

/// A name as somebody said it: trimmed, in NFC, and fit to be read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Name(String);

impl Name {
    /// Reads the field of a form; nothing if it is empty.
    ///
    /// # Errors
    /// As for reading a name.
    pub fn if_any(text: &str) -> Result<Option<Self>, AppError> {
        if text.trim().is_empty() { Ok(None) } else { text.parse().map(Some) }
    }
}

impl FromStr for Name {
    type Err = AppError;

    /// # Errors
    /// `Name` if it has no letter and no digit, more than 24 characters (grapheme clusters), or one
    /// that is not seen or changes how its neighbours are read.
    fn from_str(text: &str) -> Result<Self, AppError> {
        let text = text.trim();
        if text.chars().count() > MOST_CODE_POINTS || text.contains(char::is_control) {
            return Err(AppError::Name);
        }
        let name: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
        let says_something = name.chars().any(char::is_alphanumeric);
        if says_something && is_readable(&name) && name.graphemes(true).count() <= MOST {
            Ok(Self(name))
        } else {
            Err(AppError::Name)
        }
    }
}

fn is_readable(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    let is_joined = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        [before, chars.get(at + 1)].iter().all(|next| next.is_some_and(|next| !next.is_ascii()))
    };
    let mut marks = 0;
    chars.iter().enumerate().all(|(at, letter)| {
        let category = letter.general_category();
        let is_mark =
            matches!(category, GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark);
        marks = if is_mark { marks + 1 } else { 0 };
        match letter {
            // They join emoji, and shape Persian and the scripts of India.
            '\u{200c}' | '\u{200d}' => is_joined(at),
            // Letters, a mark and a symbol that nobody sees.
            '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{34f}' | '\u{2800}' => false,
            _ => marks <= MOST_MARKS && !is_unseen(category),
        }
    })
}

/// Controls of the text's direction among them.
fn is_unseen(category: GeneralCategory) -> bool {
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Surrogate
            | GeneralCategory::Unassigned
    )
}

/// The names that are taken in a room, by how they look.
#[derive(Clone, Debug, Default)]
pub struct Taken(HashSet<String>);

impl Taken {
    /// Takes another name.
    pub fn insert(&mut self, name: &str) {
        self.0.extend(looks(name));
    }

    /// The name, with a number behind it if it is taken or looks as one that is.
    pub fn tell_apart(&self, name: &str) -> String {
        let mut told_apart = name.to_owned();
        let mut number = 1;
        while looks(&told_apart).iter().any(|look| self.0.contains(look)) {
            number += 1;
            let number = format!(" {number}");
            let kept: String = name.graphemes(true).take(MOST - number.len()).collect();
            told_apart = format!("{}{number}", kept.trim_end());
        }
        told_apart
    }
}

/// What a name looks like, in capitals and without: l, I and 1 are one, as are Latin and Cyrillic а.
fn looks(name: &str) -> [String; 2] {
    let look = |name: &str| skeleton(name).filter(|letter| !letter.is_whitespace()).collect();
    [look(name), look(&name.to_lowercase())]
}

/// Calls a visitor in a room by this name, or one that tells them apart from who was there before,
/// here or not: they may come back, and what they asked for is still shown.
///
/// # Errors
/// The database's.
pub async fn give(
    transaction: &impl ConnectionTrait,
    room: RoomId,
    visitor: VisitorId,
    name: &Name,
) -> Result<(), DbErr> {
    let others: Vec<Option<String>> = member::Entity::find()
        .select_only()
        .column(member::Column::Name)
        .filter(member::Column::RoomId.eq(room.0))
        .filter(member::Column::VisitorId.ne(visitor.0))
        .filter(member::Column::Name.is_not_null())
        .into_tuple()
        .all(transaction)
        .await?;
    let mut taken = Taken::default();
    // Whoever has no name is called that.
    taken.insert(text::queue::SOMEBODY);
    others.iter().flatten().for_each(|name| taken.insert(name));
    member::Entity::update_many()
        .col_expr(member::Column::Name, Expr::value(taken.tell_apart(&name.0)))
        .filter(member::Column::RoomId.eq(room.0))
        .filter(member::Column::VisitorId.eq(visitor.0))
        .exec(transaction)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests;

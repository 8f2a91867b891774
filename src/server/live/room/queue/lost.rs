//! Songs that somebody asked for and nobody heard: what whoever asked is told.

use crate::{
    model::{Loss, Lost, Millis},
    text,
};

/// So long people are told what became of their songs.
pub const TOLD_MS: u64 = 10 * 60_000;

/// A song that somebody asked for and nobody heard.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LostSong {
    /// Its title.
    pub name: String,
    /// Why it waits no more.
    pub loss: Loss,
    /// When it was lost for good.
    pub from: Millis,
}

/// What whoever asked for these songs, the one lost last first, is told at `now` and a little later: one
/// sentence for all that were lost for the same reason.
pub fn told(lost: &[LostSong], now: Millis) -> Vec<Lost> {
    let is_old = |song: &LostSong| song.from + TOLD_MS <= now;
    // What may still be taken back is told apart: it is told later.
    let kind = |song: &LostSong| (song.loss, song.from > now);
    let mut kinds: Vec<(_, Vec<&LostSong>)> = Vec::new();
    for song in lost.iter().filter(|song| !is_old(song)) {
        match kinds.iter_mut().find(|(of, _)| *of == kind(song)) {
            Some((_, songs)) => songs.push(song),
            None => kinds.push((kind(song), vec![song])),
        }
    }
    let sentence = |((loss, _), songs): (_, Vec<&LostSong>)| {
        let names: Vec<_> = songs.iter().map(|song| &*song.name).collect();
        let from = songs.iter().map(|song| song.from).max()?;
        Some(Lost { text: text::queue::lost(loss, &names), from, until: from + TOLD_MS })
    };
    kinds.into_iter().filter_map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000);

    fn song(name: &str, loss: Loss, from: Millis) -> LostSong {
        LostSong { name: name.to_owned(), loss, from }
    }

    #[test]
    fn lost_songs_are_told_in_one_sentence_for_each_reason() {
        let songs = [
            song("A", Loss::Removed, NOW.before(1)),
            song("B", Loss::Dropped, NOW.before(2)),
            song("C", Loss::Removed, NOW.before(3)),
        ];

        let told = told(&songs, NOW);

        let texts: Vec<_> = told.iter().map(|lost| &*lost.text).collect();
        assert_eq!(texts.len(), 2, "{texts:?}");
        assert!(texts[0].contains("“A” and “C”") && texts[1].contains("“B”"), "{texts:?}");
        assert!(told.iter().all(|lost| lost.is_told(NOW)));
        assert_eq!(told[0].until, NOW.before(1) + TOLD_MS);
    }

    #[test]
    fn lost_songs_are_told_once_they_cannot_be_taken_back_and_for_ten_minutes() {
        let (early, late) = (NOW.before(60_000), NOW + 5_000);
        let songs = [song("A", Loss::Cleared, late), song("B", Loss::Cleared, early)];

        let told = told(&songs, NOW);

        let [later, now] = &told[..] else { panic!("{told:?}") };
        assert!(now.is_told(NOW) && now.text.contains("“B”"), "{told:?}");
        assert!(!later.is_told(NOW) && later.is_told(late) && later.text.contains("“A”"));
        assert!(!later.is_told(late + TOLD_MS));
        assert!(super::told(&songs, late + TOLD_MS).is_empty());
    }
}

//! Whether everything was as it must be.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use auxroom::{
    model::EntryId,
    server::store::entities::{entry, entry_vote, member, play},
};
use sea_orm::EntityTrait as _;
use simulator::Heard;

use crate::{evening::Evening, heard};

/// Silence that nothing excuses must not last longer: a poll, and what follows from it.
pub(crate) const LONGEST_SILENCE_MS: u64 = 20_000;
/// What has just begun may not be stored yet.
const RECENT_MS: u64 = 60_000;

/// What the server stored.
pub(crate) struct Stored {
    entries: Vec<entry::Model>,
    plays: Vec<play::Model>,
    votes: Vec<entry_vote::Model>,
    /// Who they are: a guest's number by their membership.
    guests: BTreeMap<i64, i64>,
}

impl Stored {
    pub(crate) async fn read(file: &Path) -> anyhow::Result<Self> {
        let db = sea_orm::Database::connect(format!("sqlite://{}?mode=ro", file.display())).await?;
        let number = |member: member::Model| {
            let name = member.name.unwrap_or_default();
            Some((member.id, name.strip_prefix("Guest ")?.parse().ok()?))
        };
        let members = member::Entity::find().all(&db).await?;
        Ok(Self {
            entries: entry::Entity::find().all(&db).await?,
            plays: play::Entity::find().all(&db).await?,
            votes: entry_vote::Entity::find().all(&db).await?,
            guests: members.into_iter().filter_map(number).collect(),
        })
    }

    fn entries_of<'a>(&'a self, uri: &'a str) -> impl Iterator<Item = &'a entry::Model> {
        self.entries.iter().filter(move |entry| entry.uri == uri)
    }
}

/// Holds what was heard against what was acknowledged and stored; notes every violation.
pub(crate) fn judges(evening: &Evening, heard: &[Heard], stored: &Stored, now_ms: u64) {
    let mut all = Vec::new();
    all.extend(failed(evening));
    all.extend(lost(evening, stored));
    all.extend(changed(evening, stored));
    all.extend(wrongly_played(evening, heard, stored, now_ms));
    all.extend(wrongly_skipped(evening, heard, stored));
    all.extend(silent(evening, heard, now_ms));
    all.into_iter().for_each(|what| evening.place.ledger().violates(what));
}

/// Answers that say that the server failed, for no reason.
fn failed(evening: &Evening) -> Vec<String> {
    let ledger = evening.place.ledger();
    let is_excused = |at: u64| ledger.unexcused_ms(at, at + 1) == 0;
    let mut failures: Vec<_> = ledger.failures.iter().filter(|it| !is_excused(it.0)).collect();
    failures.dedup_by(|one, other| one.1 == other.1);
    failures.into_iter().map(|(at, what)| format!("at {}: {what}", evening.at(*at))).collect()
}

/// Songs that were acknowledged and are nowhere, or that nobody asked for.
fn lost(evening: &Evening, stored: &Stored) -> Vec<String> {
    let ledger = evening.place.ledger();
    let known: BTreeSet<&String> = ledger.added.keys().chain(ledger.perhaps_added.keys()).collect();
    let check = |uri: &String| {
        let times = |counts: &BTreeMap<String, usize>| counts.get(uri).copied().unwrap_or_default();
        let (sure, perhaps) = (times(&ledger.added), times(&ledger.perhaps_added));
        let there = stored.entries_of(uri).filter(|entry| !entry.from_fallback).count();
        let is_so = (sure..=sure + perhaps).contains(&there);
        (!is_so).then(|| format!("{uri} was asked for {sure} times and is stored {there} times"))
    };
    known.into_iter().filter_map(check).collect()
}

/// What guests did to songs that wait, or waited, and that is not so.
fn changed(evening: &Evening, stored: &Stored) -> Vec<String> {
    let ledger = evening.place.ledger();
    let mut all = Vec::new();
    for entry in &stored.entries {
        let id = EntryId(entry.id);
        let is_withdrawn = entry.ended_by == Some(entry::EndedBy::Withdrawn);
        if ledger.withdrawn.contains(&id) && !is_withdrawn {
            all.push(format!("entry {id} was withdrawn and is {:?}", entry.ended_by));
        }
        if entry.ended_at.is_some() != entry.ended_by.is_some() {
            all.push(format!("entry {id} ended for no reason"));
        }
    }
    let waits = |entry: &EntryId| {
        stored.entries.iter().any(|row| row.id == entry.0 && row.ended_at.is_none())
    };
    for ((guest, entry), word) in ledger.votes.iter().filter(|((_, entry), _)| waits(entry)) {
        let is_of = |member: &i64| stored.guests.get(member) == Some(guest);
        let votes = |vote: &entry_vote::Model| vote.entry_id == entry.0 && is_of(&vote.member_id);
        let is_there = stored.votes.iter().any(votes);
        if word.is_some_and(|word| word != is_there) {
            all.push(format!("guest {guest} said {word:?} to entry {entry}: {is_there}"));
        }
    }
    all
}

/// Songs that were heard more or less often than they were played.
fn wrongly_played(evening: &Evening, heard: &[Heard], stored: &Stored, now_ms: u64) -> Vec<String> {
    let mut begun: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for track in heard::begun(heard) {
        begun.entry(&track.uri).or_default().push(track.from_ms);
    }
    // What played when it began was no entry.
    let first: BTreeMap<&str, usize> = heard
        .iter()
        .filter(|heard| heard.from_ms <= evening.began_ms)
        .fold(BTreeMap::new(), |mut counts, heard| {
            *counts.entry(&*heard.uri).or_default() += 1;
            counts
        });
    let uris: BTreeSet<&str> =
        begun.keys().copied().chain(stored.entries.iter().map(|entry| &*entry.uri)).collect();
    let check = |uri: &str| {
        let times = begun.get(uri).cloned().unwrap_or_default();
        let is_played = |entry: &&entry::Model| entry.ended_by == Some(entry::EndedBy::Played);
        let played = stored.entries_of(uri).filter(is_played).count()
            + first.get(uri).copied().unwrap_or_default();
        let is_recent = times.last().is_some_and(|at| at + RECENT_MS > now_ms);
        let is_so = times.len() == played || is_recent;
        (!is_so).then(|| {
            let at: Vec<_> = times.iter().map(|at| evening.at(*at)).collect();
            let entries: Vec<_> =
                stored.entries_of(uri).map(|entry| (entry.id, entry.ended_by)).collect();
            format!("{uri} was played {played} times and heard at {at:?}; entries {entries:?}")
        })
    };
    uris.into_iter().filter_map(check).collect()
}

/// Songs that were skipped though nobody decided that, as by a skip that is sent twice. One that ended by
/// itself before its skip came is told as skipped: nobody can see the difference.
fn wrongly_skipped(evening: &Evening, heard: &[Heard], stored: &Stored) -> Vec<String> {
    let uris: BTreeSet<&str> = heard.iter().map(|heard| &*heard.uri).collect();
    let check = |uri: &str| {
        let of = |heard: &&Heard| heard.uri == uri && heard::was_skipped(heard);
        let skipped: Vec<_> =
            heard.iter().filter(of).filter_map(|heard| Some(evening.at(heard.ended?.0))).collect();
        let is_decided = |play: &&play::Model| play.uri == uri && play.skip_claimed_at.is_some();
        let decided = stored.plays.iter().filter(is_decided).count();
        (skipped.len() > decided)
            .then(|| format!("{uri} was skipped at {skipped:?}, {decided} decided"))
    };
    uris.into_iter().filter_map(check).collect()
}

/// When nothing was heard for too long, for no reason.
fn silent(evening: &Evening, heard: &[Heard], now_ms: u64) -> Vec<String> {
    let ledger = evening.place.ledger();
    let check = |(from_ms, until_ms): (u64, u64)| {
        let unexcused_ms = ledger.unexcused_ms(from_ms, until_ms);
        (unexcused_ms > LONGEST_SILENCE_MS).then(|| {
            format!(
                "silence at {} for {} s, {} s of it for no reason beside {:?}",
                evening.at(from_ms),
                (until_ms - from_ms) / 1_000,
                unexcused_ms / 1_000,
                ledger.excuses_of(from_ms, until_ms),
            )
        })
    };
    heard::silences(heard, now_ms).into_iter().filter_map(check).collect()
}

use proptest::{collection::vec, option, prelude::*};

use super::*;
use crate::model::Order;

const NOW: Millis = Millis(1_800_000_000_000);
const ANNA: MemberId = MemberId(1);

fn song(uri: &str) -> Wanted {
    Wanted {
        uri: uri.to_owned(),
        artists: vec!["artist:1".to_owned(), "artist:2".to_owned()],
        duration_ms: 200_000,
        is_explicit: false,
        is_playable: true,
    }
}

fn queued(entry: i64, by: MemberId, uri: &str) -> Waiting {
    Waiting { entry: EntryId(entry), by, uri: uri.to_owned() }
}

fn ended(uri: &str, ago_ms: u64) -> Played {
    Played { uri: uri.to_owned(), ended_at: Some(NOW.before(ago_ms)) }
}

/// All rules at once, and a room in which something waits and was played.
fn strict() -> Rules {
    Rules {
        songs: SongRules {
            explicit_allowed: false,
            songs_per_person: Some(2),
            longest_minutes: Some(6),
            no_repeat_minutes: Some(60),
            ..SongRules::default()
        },
        blocked: ["track:blocked", "artist:blocked"].map(str::to_owned).into(),
    }
}

#[test]
fn rules_say_in_one_table_what_may_be_asked_for_and_why_not() {
    let queue = [queued(7, MemberId(2), "track:waits"), queued(8, ANNA, "track:hers")];
    let played = [
        ended("track:old", 3_600_000),
        ended("track:recent", 840_000),
        ended("track:again", 9_000_000),
        Played { uri: "track:again".to_owned(), ended_at: None },
    ];
    let programme = Programme { queue: &queue, played: &played, plays: None, now: NOW };
    let too_long = Refused::TooLong { length_ms: 552_000, longest_ms: 360_000 };
    for (wanted, says) in [
        (song("track:new"), Ok(())),
        (song("track:old"), Ok(())),
        (song("track:recent"), Err(Refused::PlayedAgo { ago_ms: 840_000 })),
        (song("track:again"), Err(Refused::Playing)),
        (song("track:waits"), Err(Refused::Queued(EntryId(7)))),
        (song("track:blocked"), Err(Refused::Blocked)),
        (
            Wanted { artists: vec!["artist:blocked".to_owned()], ..song("track:new") },
            Err(Refused::Blocked),
        ),
        (Wanted { is_explicit: true, ..song("track:new") }, Err(Refused::Explicit)),
        (Wanted { is_playable: false, ..song("track:new") }, Err(Refused::NotPlayable)),
        (Wanted { duration_ms: 552_000, ..song("track:new") }, Err(too_long)),
        (Wanted { duration_ms: 360_000, ..song("track:new") }, Ok(())),
    ] {
        assert_eq!(strict().may_add(&wanted, ANNA, false, programme), says, "{wanted:?}");
    }
}

#[test]
fn rules_count_what_waits_of_each_guest_and_not_of_the_host() {
    let queue = [queued(1, ANNA, "track:1"), queued(2, ANNA, "track:2")];
    let programme = Programme { queue: &queue, played: &[], plays: None, now: NOW };
    let may_add = |by, is_host| strict().may_add(&song("track:new"), by, is_host, programme);

    assert_eq!(may_add(ANNA, false), Err(Refused::TooMany(2)));
    assert_eq!(may_add(ANNA, true), Ok(()));
    assert_eq!(may_add(MemberId(2), false), Ok(()));
}

#[test]
fn rules_bound_how_many_songs_wait() {
    let most = i64::try_from(MOST_WAITING).expect("a few");
    let queue: Vec<_> = (0..most).map(|entry| queued(entry, ANNA, &entry.to_string())).collect();
    let programme = |queue| Programme { queue, played: &[], plays: None, now: NOW };
    let may_add =
        |queue| Rules::default().may_add(&song("track:new"), MemberId(2), true, programme(queue));

    assert_eq!(may_add(&queue), Err(Refused::QueueFull(200)));
    assert_eq!(may_add(&queue[1..]), Ok(()));
}

#[test]
fn rules_close_requests_for_guests_alone_and_votes_for_nobody() {
    let songs = SongRules { requests_open: false, ..SongRules::default() };
    let closed = Rules { songs, ..Rules::default() };
    let queue = [queued(7, MemberId(2), "track:waits")];
    let programme = Programme { queue: &queue, played: &[], plays: None, now: NOW };

    let asks = |uri, is_host| closed.may_add(&song(uri), ANNA, is_host, programme);

    let new = [false, true].map(|is_host| asks("track:1", is_host));
    assert_eq!(new, [Err(Refused::RequestsClosed), Ok(())]);
    assert_eq!(asks("track:waits", false), Err(Refused::Queued(EntryId(7))));
}

#[test]
fn rules_refuse_what_plays_without_any_rule_and_vote_for_it_if_it_waits_too() {
    let queue = [queued(7, MemberId(2), "track:waits")];
    let adds = |uri, plays| {
        let programme = Programme { queue: &queue, played: &[], plays, now: NOW };
        Rules::default().may_add(&song(uri), ANNA, true, programme)
    };

    assert_eq!(adds("track:1", Some("track:1")), Err(Refused::Playing));
    assert_eq!(adds("track:1", Some("track:2")), Ok(()));
    assert_eq!(adds("track:waits", Some("track:waits")), Err(Refused::Queued(EntryId(7))));
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let few = |most: u32| option::of(0..most);
    (
        any::<bool>(),
        few(4),
        few(5),
        any::<bool>(),
        few(5),
        proptest::collection::btree_set("[a-f]", 0..3),
    )
        .prop_map(|(open, own, longest, explicit, repeat, blocked)| Rules {
            songs: SongRules {
                order: Order::default(),
                requests_open: open,
                explicit_allowed: explicit,
                songs_per_person: own,
                longest_minutes: longest,
                no_repeat_minutes: repeat,
            },
            blocked,
        })
}

fn any_wanted() -> impl Strategy<Value = Wanted> {
    ("[a-f]", vec("[a-f]", 0..2), 0..6_u64, any::<bool>(), any::<bool>()).prop_map(
        |(uri, artists, minutes, is_explicit, is_playable)| Wanted {
            uri,
            artists,
            duration_ms: minutes * 60_000,
            is_explicit,
            is_playable,
        },
    )
}

proptest! {
    /// However the host changes the rules meanwhile: nothing plays that those of then forbid.
    #[test]
    fn rules_of_the_moment_are_never_broken_by_what_waits(
        steps in vec((any_rules(), any_wanted(), 0..3_i64, any::<bool>()), 1..60),
    ) {
        let (mut queue, mut played) = (Vec::new(), Vec::<Played>::new());
        let mut tracks = Vec::<Wanted>::new();
        for (step, (rules, wanted, by, plays)) in (0_u64..).zip(steps) {
            let now = NOW + step * 60_000;
            let by = MemberId(by);
            let programme = Programme { queue: &queue, played: &played, plays: None, now };
            if rules.may_add(&wanted, by, false, programme).is_ok() {
                prop_assert!(rules.songs.requests_open);
                prop_assert!(queue.iter().all(|waiting| waiting.uri != wanted.uri));
                let entry = EntryId(i64::try_from(tracks.len()).expect("a few"));
                queue.push(Waiting { entry, by, uri: wanted.uri.clone() });
                tracks.push(wanted);
                let own = queue.iter().filter(|waiting| waiting.by == by).count();
                let most = rules.songs.songs_per_person;
                prop_assert!(most.is_none_or(|most| own <= most as usize));
            }
            if !plays || queue.is_empty() {
                continue;
            }
            let first = queue.remove(0);
            let track = &tracks[usize::try_from(first.entry.0).expect("an index")];
            let programme = Programme { queue: &queue, played: &played, plays: None, now };
            if rules.may_play(track, programme).is_err() {
                continue; // dropped, with a word to who asked
            }
            prop_assert!(track.is_playable);
            prop_assert!(rules.songs.explicit_allowed || !track.is_explicit);
            let longest_ms = rules.songs.longest_minutes.map(in_ms);
            prop_assert!(longest_ms.is_none_or(|longest_ms| track.duration_ms <= longest_ms));
            prop_assert!(!rules.blocked.contains(&track.uri));
            let last = played.iter().rfind(|old| old.uri == track.uri);
            if let (Some(ended_at), Some(ms)) =
                (last.and_then(|old| old.ended_at), rules.songs.no_repeat_minutes.map(in_ms))
            {
                prop_assert!(now.since(ended_at) >= ms);
            }
            played.push(Played { uri: track.uri.clone(), ended_at: Some(now) });
        }
    }
}

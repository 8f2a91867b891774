//! Changes lead from any state to any other, and nowhere else.

use std::collections::BTreeMap;

use proptest::{collection::btree_map, option, prelude::*};

use super::*;
use crate::model::{Kind, Millis, Order, Pending, PlayId, StatusKind};

fn track() -> impl Strategy<Value = Track> {
    let texts = ("[a-c]{1,3}", "[a-z\"é]{0,4}", prop::collection::vec("[a-c]{1,2}", 0..3));
    let maybe = (option::of("[a-b]"), option::of("[a-b]"), option::of("[a-b]"));
    (texts, maybe, 0_u64..3, any::<bool>()).prop_map(|(texts, maybe, duration_ms, explicit)| {
        let ((uri, name, artists), (album, image_url, url)) = (texts, maybe);
        Track { uri, name, artists, album, image_url, duration_ms, explicit, url }
    })
}

fn why() -> impl Strategy<Value = Why> {
    prop_oneof![
        Just(Why::Sent),
        Just(Why::Promoted),
        Just(Why::Votes),
        (0_u64..3).prop_map(|rounds| Why::Turn { rounds }),
        Just(Why::Age),
    ]
}

/// A few songs out of a few, so that two queues have some of them in common.
fn queue() -> impl Strategy<Value = Arc<[QueueEntry]>> {
    let songs = btree_map(0_i64..8, (track(), "[a-b]", 0_u32..3, why()), 0..6);
    let shuffled = songs.prop_map(Vec::from_iter).prop_shuffle();
    shuffled.prop_map(|songs| {
        let entry = |(id, (track, by, votes, why))| QueueEntry {
            entry: EntryId(id),
            track,
            by,
            votes,
            why,
        };
        songs.into_iter().map(entry).collect()
    })
}

fn playback() -> impl Strategy<Value = Playback> {
    let kind = prop_oneof![Just(Kind::Track), Just(Kind::Ad), Just(Kind::Unknown)];
    let pending = option::of(prop_oneof![Just(Pending::Pause), Just(Pending::Skip)]);
    let what = (option::of(0_i64..3), kind, option::of(track()));
    (what, any::<bool>(), 0_u64..3, 0_u64..3, pending).prop_map(
        |((play, kind, track), is_playing, progress_ms, as_of, pending)| Playback {
            play: play.map(PlayId),
            kind,
            track,
            is_playing,
            progress_ms,
            as_of: Millis(as_of),
            pending,
        },
    )
}

fn status() -> impl Strategy<Value = Status> {
    let kind = prop_oneof![Just(StatusKind::Ok), Just(StatusKind::RateLimited)];
    (kind, "[a-b]{0,2}", option::of(0_u64..3)).prop_map(|(kind, text, retry_at)| Status {
        kind,
        text,
        retry_at: retry_at.map(Millis),
    })
}

fn rules() -> impl Strategy<Value = SongRules> {
    let order = prop_oneof![Just(Order::MostVotes), Just(Order::FairTurns)];
    (order, any::<bool>(), option::of(1_u32..3)).prop_map(|(order, requests_open, limit)| {
        SongRules { order, requests_open, songs_per_person: limit, ..SongRules::default() }
    })
}

fn fallback() -> impl Strategy<Value = FallbackPlaylist> {
    let playlist = |(name, waits)| FallbackPlaylist { name, waits };
    ("[a-b]", any::<bool>()).prop_map(playlist)
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let settings = (0_u64..9, "[A-B]{2}", 1_u32..3, any::<bool>(), 0_u32..3);
    let skip = (0_u32..3, 0_u32..3, option::of(1_u32..3));
    let skip = skip.prop_map(|(votes, needed, people)| Skip { votes, needed, people });
    let share = option::of(prop_oneof![Just(33), Just(50)]);
    let share = share.prop_map(|percent: Option<u32>| percent.and_then(|it| it.try_into().ok()));
    let songs = (rules(), queue(), option::of(fallback()));
    (settings, option::of(playback()), (skip, share), status(), songs).prop_map(
        |(settings, playback, (skip, skip_share), status, (rules, queue, fallback))| {
            let (version, code, votes_to_skip, guest_can_pause, members) = settings;
            Snapshot {
                version,
                code,
                votes_to_skip,
                skip_share,
                guest_can_pause,
                members,
                playback,
                skip,
                status,
                rules,
                queue,
                fallback,
            }
        },
    )
}

/// As it arrives, whoever sent it.
fn sent<T: Serialize, R: serde::de::DeserializeOwned>(what: &T) -> R {
    serde_json::from_str(&serde_json::to_string(what).expect("JSON")).expect("the same")
}

proptest! {
    #[test]
    fn changes_lead_from_any_state_to_any_other(before in snapshot(), after in snapshot()) {
        let changes = Changes::between(&before, &after);
        prop_assert_eq!(changes.clone().apply(Some(&before)), Some(after.clone()));
        let received: Changes = sent(&changes);
        prop_assert_eq!(&received, &changes);
        prop_assert_eq!(received.apply(Some(&before)), Some(after));
    }

    #[test]
    fn changes_name_only_what_differs(before in snapshot(), after in snapshot()) {
        let fields = |snapshot: &Snapshot| -> BTreeMap<String, serde_json::Value> { sent(snapshot) };
        let (then, now) = (fields(&before), fields(&after));
        let named: BTreeMap<String, serde_json::Value> = sent(&Changes::between(&before, &after));
        for (name, value) in &now {
            let is_named = match &**name {
                "version" => continue,
                "queue" => named.contains_key("order") || named.contains_key("entries"),
                name => named.get(name).inspect(|named| assert_eq!(*named, value)).is_some(),
            };
            prop_assert_eq!(is_named, then[name] != *value, "{}", name);
        }
    }

    #[test]
    fn changes_from_nothing_are_all_of_a_room(room in snapshot()) {
        let all: Changes = sent(&room);
        prop_assert_eq!(all.clone().apply(Some(&room)), None);
        prop_assert_eq!(all.apply(None), Some(room.clone()));
        prop_assert_eq!(sent::<_, Snapshot>(&room), room);
    }

    #[test]
    fn changes_since_another_version_are_refused(before in snapshot(), after in snapshot()) {
        let changes = Changes::between(&before, &after);
        let other = Snapshot { version: before.version + 1, ..before };
        prop_assert_eq!(changes.apply(Some(&other)), None);
    }
}

fn song(id: i64) -> QueueEntry {
    let track = Track {
        uri: format!("spotify:track:{id:022}"),
        name: "A song of a usual name".to_owned(),
        artists: vec!["Somebody".to_owned()],
        album: None,
        image_url: None,
        duration_ms: 200_000,
        explicit: false,
        url: None,
    };
    QueueEntry { entry: EntryId(id), track, by: "Ada".to_owned(), votes: 1, why: Why::Votes }
}

fn room(version: u64, queue: &[QueueEntry]) -> Snapshot {
    Snapshot {
        version,
        code: "ABC234".to_owned(),
        votes_to_skip: 2,
        skip_share: None,
        guest_can_pause: false,
        members: 3,
        playback: None,
        skip: Skip { votes: 0, needed: 2, people: None },
        status: Status { kind: StatusKind::Ok, text: String::new(), retry_at: None },
        rules: SongRules::default(),
        queue: queue.into(),
        fallback: None,
    }
}

#[test]
fn changes_after_a_vote_are_its_song_and_the_order() {
    let before = room(5, &[song(1), song(2)]);
    let after = room(9, &[QueueEntry { votes: 2, ..song(2) }, song(1)]);
    let changes = serde_json::to_string(&Changes::between(&before, &after)).expect("JSON");
    let expected = r#"{"version":9,"since":5,"order":[2,1],"entries":[{"entry":2,"votes":2}]}"#;
    assert_eq!(changes, expected);
}

#[test]
fn changes_that_name_an_unknown_song_are_refused() {
    let before = room(5, &[song(1)]);
    for changes in [
        r#"{"version":9,"since":5,"order":[1,2]}"#,
        r#"{"version":9,"since":5,"order":[1,2],"entries":[{"entry":2,"votes":2}]}"#,
    ] {
        let changes: Changes = serde_json::from_str(changes).expect("changes");
        assert_eq!(changes.apply(Some(&before)), None);
    }
}

#[test]
fn changes_of_a_newer_server_are_read_as_far_as_they_are_known() {
    let before = room(5, &[song(1)]);
    let changes = r#"{"version":9,"since":5,"mood":"good","members":4,
        "entries":[{"entry":1,"votes":2,"mood":"good"}]}"#;
    let changes: Changes = serde_json::from_str(changes).expect("changes");
    let queue = [QueueEntry { votes: 2, ..song(1) }];
    assert_eq!(changes.apply(Some(&before)), Some(Snapshot { members: 4, ..room(9, &queue) }));
}

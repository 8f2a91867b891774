//! The JSON of events, which scripts and other people's pages rely on: fields are added, never
//! renamed.

use auxroom::model::{
    Ended, EndedReason, EntryId, FallbackPlaylist, Kind, Lost, Millis, Pending, PlayId, Playback,
    QueueEntry, Role, Skip, Snapshot, SongRules, Status, StatusKind, Track, Why, You,
};
use serde_json::Value;

fn track() -> Track {
    Track {
        uri: "spotify:track:GmzlKQLFgSl6Ppf87WCA46".to_owned(),
        name: "Interlude".to_owned(),
        artists: vec!["Neon Orchard".to_owned(), "Ada Finch".to_owned()],
        album: Some("Afterglow Season".to_owned()),
        image_url: Some("https://i.scdn.co/image/1".to_owned()),
        duration_ms: 121_000,
        explicit: true,
        url: Some("https://open.spotify.com/track/GmzlKQLFgSl6Ppf87WCA46".to_owned()),
    }
}

fn playback() -> Playback {
    Playback {
        play: Some(PlayId(7)),
        kind: Kind::Track,
        track: Some(track()),
        is_playing: true,
        progress_ms: 12_345,
        as_of: Millis(1_800_000_000_000),
        pending: Some(Pending::Skip),
    }
}

fn snapshot(playback: Option<Playback>, status: Status) -> Snapshot {
    Snapshot {
        version: 1_800_000_000_001,
        code: "ABC234".to_owned(),
        votes_to_skip: 2,
        skip_share: None,
        guest_can_pause: true,
        members: 3,
        playback,
        skip: Skip { votes: 1, needed: 2, people: None },
        status,
        rules: SongRules::default(),
        queue: [].into(),
        fallback: Some(FallbackPlaylist { name: "Party mix".to_owned(), waits: false }),
    }
}

#[test]
fn wire_snapshot_of_a_room_that_plays() {
    let ok = Status { kind: StatusKind::Ok, text: String::new(), retry_at: None };

    insta::assert_json_snapshot!(snapshot(Some(playback()), ok), @r#"
    {
      "version": 1800000000001,
      "code": "ABC234",
      "votes_to_skip": 2,
      "skip_share": null,
      "guest_can_pause": true,
      "members": 3,
      "playback": {
        "play": 7,
        "kind": "track",
        "track": {
          "uri": "spotify:track:GmzlKQLFgSl6Ppf87WCA46",
          "name": "Interlude",
          "artists": [
            "Neon Orchard",
            "Ada Finch"
          ],
          "album": "Afterglow Season",
          "image_url": "https://i.scdn.co/image/1",
          "duration_ms": 121000,
          "explicit": true,
          "url": "https://open.spotify.com/track/GmzlKQLFgSl6Ppf87WCA46"
        },
        "is_playing": true,
        "progress_ms": 12345,
        "as_of": 1800000000000,
        "pending": "skip"
      },
      "skip": {
        "votes": 1,
        "needed": 2,
        "people": null
      },
      "status": {
        "kind": "ok",
        "text": "",
        "retry_at": null
      },
      "rules": {
        "order": "most_votes",
        "requests_open": true,
        "explicit_allowed": true,
        "songs_per_person": null,
        "longest_minutes": null,
        "no_repeat_minutes": null
      },
      "queue": [],
      "fallback": {
        "name": "Party mix",
        "waits": false
      }
    }
    "#);
}

#[test]
fn wire_snapshot_of_a_room_that_waits() {
    let retry_at = Some(Millis(1_800_000_030_000));
    let text = "Spotify asks us to slow down.".to_owned();
    let waits = Status { kind: StatusKind::RateLimited, text, retry_at };
    insta::assert_json_snapshot!(waits, @r#"
    {
      "kind": "rate_limited",
      "text": "Spotify asks us to slow down.",
      "retry_at": 1800000030000
    }
    "#);
    let ok = Status { kind: StatusKind::Ok, text: String::new(), retry_at: None };
    let mut expected = serde_json::to_value(snapshot(Some(playback()), ok)).expect("JSON");
    expected["status"] = serde_json::to_value(&waits).expect("JSON");
    expected["playback"] = Value::Null;

    assert_eq!(serde_json::to_value(snapshot(None, waits)).expect("JSON"), expected);
}

#[test]
fn wire_song_that_waits() {
    let whys = [Why::Sent, Why::Promoted, Why::Votes, Why::Turn { rounds: 2 }, Why::Age];
    let why = Why::Votes;
    let by = "Anna".to_owned();
    let waits = QueueEntry { entry: EntryId(4), track: track(), by, votes: 3, why };

    insta::assert_json_snapshot!(waits, @r#"
    {
      "entry": 4,
      "track": {
        "uri": "spotify:track:GmzlKQLFgSl6Ppf87WCA46",
        "name": "Interlude",
        "artists": [
          "Neon Orchard",
          "Ada Finch"
        ],
        "album": "Afterglow Season",
        "image_url": "https://i.scdn.co/image/1",
        "duration_ms": 121000,
        "explicit": true,
        "url": "https://open.spotify.com/track/GmzlKQLFgSl6Ppf87WCA46"
      },
      "by": "Anna",
      "votes": 3,
      "why": {
        "kind": "votes"
      }
    }
    "#);
    insta::assert_json_snapshot!(whys, @r#"
    [
      {
        "kind": "sent"
      },
      {
        "kind": "promoted"
      },
      {
        "kind": "votes"
      },
      {
        "kind": "turn",
        "rounds": 2
      },
      {
        "kind": "age"
      }
    ]
    "#);
}

#[test]
fn wire_event_of_what_differs_for_a_member() {
    let now = Millis(1_800_000_000_000);
    let guest = You {
        now,
        role: Role::Guest,
        voted_play: Some(PlayId(7)),
        name: Some("Anna".to_owned()),
        voted_entries: vec![EntryId(3), EntryId(4)],
        own_entries: vec![EntryId(4)],
        lost: vec![Lost {
            text: "“Interlude” was removed by the host.".to_owned(),
            from: now,
            until: now + 600_000,
        }],
    };

    insta::assert_json_snapshot!(guest, @r#"
    {
      "now": 1800000000000,
      "role": "guest",
      "voted_play": 7,
      "name": "Anna",
      "voted_entries": [
        3,
        4
      ],
      "own_entries": [
        4
      ],
      "lost": [
        {
          "text": "“Interlude” was removed by the host.",
          "from": 1800000000000,
          "until": 1800000600000
        }
      ]
    }
    "#);
}

#[test]
fn wire_event_of_the_end() {
    let ends =
        [EndedReason::Left, EndedReason::Removed, EndedReason::Closed, EndedReason::Superseded];
    let ends = ends.map(|reason| Ended { reason });

    insta::assert_json_snapshot!(ends, @r#"
    [
      {
        "reason": "left"
      },
      {
        "reason": "removed"
      },
      {
        "reason": "closed"
      },
      {
        "reason": "superseded"
      }
    ]
    "#);
}

#[test]
fn wire_words_of_kinds() {
    let kinds = [Kind::Track, Kind::Episode, Kind::Ad, Kind::Unknown];
    let statuses = [
        StatusKind::Ok,
        StatusKind::NotConnected,
        StatusKind::Reconnect,
        StatusKind::NothingPlaying,
        StatusKind::NoDevice,
        StatusKind::PremiumRequired,
        StatusKind::NotRegistered,
        StatusKind::RateLimited,
        StatusKind::Unreachable,
        StatusKind::SkipRefused,
        StatusKind::Repeats,
        StatusKind::OtherApplication,
    ];
    let pending = [Pending::Play, Pending::Pause, Pending::Skip];

    insta::assert_json_snapshot!((kinds, statuses, pending), @r#"
    [
      [
        "track",
        "episode",
        "ad",
        "unknown"
      ],
      [
        "ok",
        "not_connected",
        "reconnect",
        "nothing_playing",
        "no_device",
        "premium_required",
        "not_registered",
        "rate_limited",
        "unreachable",
        "skip_refused",
        "repeats",
        "other_application"
      ],
      [
        "play",
        "pause",
        "skip"
      ]
    ]
    "#);
}

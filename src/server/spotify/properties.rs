//! What holds of Spotify's answers whatever they say.

use axum::http::{Response as Answer, header::RETRY_AFTER};
use proptest::prelude::*;
use reqwest::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{body, wire};
use crate::model::{CatalogueTrack, Device, Item, Kind, Player, SpotifyError};

const SENSELESS: &str = "an answer that makes no sense";

/// Reads an answer as the client does.
fn read<T: DeserializeOwned>(text: impl Into<Vec<u8>>) -> Result<T, SpotifyError> {
    let answer = Answer::new(text.into());
    run(body::json(answer.into()))
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime").block_on(future)
}

/// Any JSON, with the names that Spotify uses more often than others.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        "(item|uri|name|artists|album|show|images|url|width|external_urls|external_ids|spotify|isrc)",
        "(is_playing|progress_ms|duration_ms|explicit|currently_playing_type|access_token|expires_in)",
        "(refresh_token|scope|account_id|id|error|message|reason|queue|tracks|items|next|type)",
        "(devices|is_playable|is_active|is_restricted|supports_volume|volume_percent)",
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("javascript:alert(1)")),
        Just(json!("https://i.scdn.co/image/1")),
        Just(json!("spotify:track:11dFghVXANMlKmJXsNCbNl")),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Any JSON, often below the fields where Spotify's lists are.
fn any_answer() -> impl Strategy<Value = Value> {
    let list = || prop::collection::vec(any_json(), 0..4);
    prop_oneof![
        any_json(),
        list().prop_map(|queue| json!({ "queue": queue })),
        list().prop_map(|devices| json!({ "devices": devices })),
        (list(), any_json())
            .prop_map(|(items, next)| json!({ "tracks": { "items": items, "next": next } })),
    ]
}

/// Text of any length that may stand in a log, or spoil it.
fn any_text() -> impl Strategy<Value = String> {
    "(?s).{0,200}"
}

/// What a player's answer may say at most.
fn whole_player() -> Value {
    let images = json!([{ "url": "https://i.scdn.co/image/1", "width": 640, "height": 640 }]);
    json!({
        "device": { "id": "1", "is_active": true },
        "is_playing": true,
        "progress_ms": 7_000,
        "currently_playing_type": "track",
        "item": {
            "uri": "spotify:track:11dFghVXANMlKmJXsNCbNl",
            "name": "Song",
            "duration_ms": 180_000,
            "explicit": false,
            "is_playable": false,
            "artists": [{ "name": "Band", "uri": "spotify:artist:1" }],
            "album": { "name": "Album", "images": images },
            "show": { "name": "Show", "images": images },
            "images": images,
            "external_urls": { "spotify": "https://open.spotify.com/track/1" },
            "external_ids": { "isrc": "QZABC0000001" },
        },
    })
}

/// All places in a value.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, it)| (name.clone(), it)).collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(at, it)| (at.to_string(), it)).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in below {
        all.push(format!("{at}/{name}"));
        pointers(value, &format!("{at}/{name}"), all);
    }
}

/// A value of which some parts are missing or null.
fn without(value: &Value, places: &[(prop::sample::Index, bool)]) -> Value {
    let mut value = value.clone();
    for (place, is_null) in places {
        let mut all = Vec::new();
        pointers(&value, "", &mut all);
        // A list holds no nulls.
        all.retain(|pointer| !pointer.ends_with("/0"));
        let Some(pointer) = (!all.is_empty()).then(|| place.get(&all)) else { continue };
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
        let parent = parent.expect("an object");
        if *is_null {
            parent.insert(name.to_owned(), Value::Null);
        } else {
            parent.remove(name);
        }
    }
    value
}

/// What may go on from here, whatever was read.
fn is_harmless(player: &Player) -> Result<(), TestCaseError> {
    player.item.as_ref().map_or(Ok(()), is_harmless_item)
}

fn is_harmless_item(item: &Item) -> Result<(), TestCaseError> {
    let track = &item.track;
    prop_assert!(!track.uri.is_empty());
    prop_assert!(track.artists.iter().all(|artist| !artist.is_empty()));
    prop_assert!(track.album.as_ref().is_none_or(|album| !album.is_empty()));
    for link in [&track.url, &track.image_url].into_iter().flatten() {
        prop_assert!(link.starts_with("https://") || link.starts_with("http://"), "{link}");
    }
    Ok(())
}

/// Checks that what is refused is refused for a reason of ours.
fn is_ours<T>(read: Result<T, SpotifyError>) -> Result<Option<T>, TestCaseError> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) => {
            prop_assert_eq!(error, SpotifyError::Failed(SENSELESS.to_owned()));
            Ok(None)
        }
    }
}

proptest! {
    #[test]
    fn spotify_answers_of_any_bytes_are_read_or_make_no_sense(text: Vec<u8>) {
        is_ours(read::<wire::PlayerAnswer>(text.clone()))?;
        is_ours(read::<wire::TokenAnswer>(text.clone()))?;
        is_ours(read::<wire::Me>(text))?;
    }

    #[test]
    fn spotify_answers_of_any_json_are_read_or_make_no_sense(answer in any_answer(), offset in 0_u32..2_000) {
        let text = answer.to_string();
        if let Some(answer) = is_ours(read::<wire::PlayerAnswer>(text.clone()))? {
            is_harmless(&answer.into())?;
        }
        if let Some(answer) = is_ours(read::<wire::QueueAnswer>(text.clone()))? {
            Vec::<Item>::from(answer).iter().try_for_each(is_harmless_item)?;
        }
        if let Some(answer) = is_ours(read::<wire::SearchAnswer>(text.clone()))? {
            let (tracks, next) = answer.tracks.read(offset);
            tracks.iter().try_for_each(|track| is_harmless_item(&track.item))?;
            prop_assert!(next.is_none_or(|next| next > offset && next <= 990));
        }
        if let Some(answer) = is_ours(read::<wire::DevicesAnswer>(text.clone()))? {
            let devices = answer.devices.into_iter().map(Device::from);
            for device in devices {
                prop_assert!(device.id.is_none_or(|id| !id.is_empty()));
                prop_assert!(device.volume_percent.is_none_or(|percent| percent <= 100));
            }
        }
        is_ours(read::<wire::TokenAnswer>(text.clone()))?;
        is_ours(read::<wire::Me>(text))?;
    }

    #[test]
    fn spotify_player_is_read_whatever_is_missing_or_null(places in prop::collection::vec(any::<(prop::sample::Index, bool)>(), 0..6)) {
        let answer = without(&whole_player(), &places);
        let player: Player = read::<wire::PlayerAnswer>(answer.to_string()).expect("sense").into();

        is_harmless(&player)?;
        let at = |pointer: &str| answer.pointer(pointer).filter(|value| !value.is_null());
        prop_assert_eq!(player.is_playing, at("/is_playing").is_some());
        prop_assert_eq!(player.progress_ms, at("/progress_ms").map_or(0, |_| 7_000));
        let kind = at("/currently_playing_type").map_or(Kind::Unknown, |_| Kind::Track);
        prop_assert_eq!(player.kind, kind);
        prop_assert_eq!(player.item.is_some(), at("/item/uri").is_some());
        if let Some(item) = player.item {
            prop_assert_eq!(item.track.duration_ms, at("/item/duration_ms").map_or(0, |_| 180_000));
            prop_assert_eq!(item.track.name.as_str(), at("/item/name").map_or("", |_| "Song"));
            prop_assert_eq!(item.isrc.is_some(), at("/item/external_ids/isrc").is_some());
        }
    }

    #[test]
    fn spotify_tracks_that_can_be_asked_for_are_read_whatever_is_missing_or_null(places in prop::collection::vec(any::<(prop::sample::Index, bool)>(), 0..6)) {
        let item = without(&whole_player()["item"], &places);
        let read: wire::Item = read(item.to_string()).expect("sense");
        let read = CatalogueTrack::read(read);

        let at = |pointer: &str| item.pointer(pointer).filter(|value| !value.is_null());
        prop_assert_eq!(read.is_some(), at("/uri").is_some(), "its URI alone is needed");
        let Some(track) = read else { return Ok(()) };
        is_harmless_item(&track.item)?;
        prop_assert_eq!(track.is_playable, at("/is_playable").is_none());
        prop_assert_eq!(track.artist_uris.len(), usize::from(at("/artists/0/uri").is_some()));
    }

    #[test]
    fn spotify_tokens_are_read_with_a_token_and_its_time_and_not_without(
        access in prop::option::of("[ -~]{0,40}"),
        expires_in in prop::option::of(any::<u64>()),
        refresh in prop::option::of("[ -~]{0,40}"),
        scope in prop::option::of("[ -~]{0,40}"),
    ) {
        let answer = json!({
            "access_token": access, "expires_in": expires_in, "refresh_token": refresh, "scope": scope,
        });
        let answer = is_ours(read::<wire::TokenAnswer>(answer.to_string()))?;
        prop_assert_eq!(answer.is_some(), access.is_some() && expires_in.is_some());
        let Some(answer) = answer else { return Ok(()) };
        let read = (Some(answer.access_token), Some(answer.expires_in), answer.refresh_token);
        prop_assert_eq!(read, (access, expires_in, refresh));
        prop_assert_eq!(answer.scope, scope.unwrap_or_default());
    }

    #[test]
    fn spotify_refusals_are_told_in_words_of_ours(
        status in 400_u16..600,
        text in prop_oneof![
            any_text(),
            any_json().prop_map(|json| json.to_string()),
            any_text().prop_map(|said| json!({ "error": said }).to_string()),
            any_text().prop_map(|said| json!({ "error": { "message": said } }).to_string()),
            any_text().prop_map(|said| json!({ "error": { "reason": said } }).to_string()),
        ],
        retry_after in "[ -~]{0,25}",
    ) {
        let answer = || {
            let answer = Answer::builder().status(status).header(RETRY_AFTER, &*retry_after);
            answer.body(text.clone()).expect("an answer").into()
        };
        for error in [run(SpotifyError::of_web_api(answer())), run(SpotifyError::of_accounts(answer()))] {
            let is_wait = matches!(error, SpotifyError::RateLimited { .. });
            prop_assert_eq!(is_wait, status == StatusCode::TOO_MANY_REQUESTS.as_u16());
            let said = error.to_string();
            prop_assert!(said.len() < 100 && !said.contains(char::is_control), "{said:?}");
        }
    }
}

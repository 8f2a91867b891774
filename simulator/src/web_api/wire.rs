//! The Web API's JSON.

use serde_json::{Value, json};

use super::base::Base;
use crate::catalogue::{self, EPISODE_URI, Item, Song};
use crate::cover::SIZES;
use crate::player::{Current, Device, Entry, Player, Repeat};
use crate::state::Account;

/// `GET /me`
pub(super) fn profile(account: &Account, base: &Base) -> Value {
    let id = &account.id;
    json!({
        "account_id": account.account_id,
        "display_name": account.display_name,
        "external_urls": { "spotify": base.page(&format!("user/{id}")) },
        "href": base.api(&format!("users/{id}")),
        "id": id,
        "images": [],
        "type": "user",
        "uri": format!("spotify:user:{id}"),
    })
}

/// An account as others see it.
pub(super) fn user(id: &str, base: &Base) -> Value {
    json!({
        "external_urls": { "spotify": base.page(&format!("user/{id}")) },
        "href": base.api(&format!("users/{id}")),
        "id": id,
        "type": "user",
        "uri": format!("spotify:user:{id}"),
    })
}

/// `GET /me/player`, unless there is no session to report.
pub(super) fn playback(
    player: &Player,
    knows_episodes: bool,
    now: u64,
    base: &Base,
) -> Option<Value> {
    let (device, _) = player.session()?;
    let mut body = currently_playing(player, knows_episodes, now, base)?;
    body["device"] = self::device(device, player);
    body["repeat_state"] = match player.repeat {
        Repeat::Off => "off",
        Repeat::Context => "context",
        Repeat::Track => "track",
    }
    .into();
    body["shuffle_state"] = false.into();
    body["smart_shuffle"] = false.into();
    Some(body)
}

/// `GET /me/player/currently-playing`, unless there is no session to report.
pub(super) fn currently_playing(
    player: &Player,
    knows_episodes: bool,
    now: u64,
    base: &Base,
) -> Option<Value> {
    let (_, current) = player.session()?;
    let (kind, item) = match current.entry.item() {
        Item::Song(_) => ("track", item(&current.entry, base)),
        Item::Episode if knows_episodes => ("episode", item(&current.entry, base)),
        Item::Episode => ("episode", None),
        Item::Ad => ("ad", None),
        Item::Unknown | Item::Missing => ("unknown", None),
    };
    Some(json!({
        "actions": { "disallows": disallows(player, current) },
        "context": context(player, base),
        "currently_playing_type": kind,
        "is_playing": current.is_playing,
        "item": item,
        "progress_ms": current.progress_ms(now),
        "timestamp": current.changed_at,
    }))
}

/// `GET /me/player/devices`
pub(super) fn devices(player: &Player) -> Value {
    let devices: Vec<Value> =
        player.devices().iter().map(|device| self::device(device, player)).collect();
    json!({ "devices": devices })
}

/// `GET /me/player/queue`: at most twenty items, queued ones and what follows them alike.
pub(super) fn queue(player: &Player, base: &Base) -> Value {
    let current = player.session().and_then(|(_, current)| item(&current.entry, base));
    let coming: Vec<Value> = match player.session() {
        Some(_) => player.upcoming().filter_map(|entry| item(entry, base)).take(20).collect(),
        None => Vec::new(),
    };
    json!({ "currently_playing": current, "queue": coming })
}

/// A song of the given length.
pub(super) fn track(song: &Song, duration_ms: u64, base: &Base) -> Value {
    let artists: Vec<Value> = song.artists.iter().map(|name| artist(name, song, base)).collect();
    let external_ids = if song.id.is_some() { json!({ "isrc": song.isrc }) } else { json!({}) };
    json!({
        "album": album(song, &artists, base),
        "artists": artists,
        "disc_number": 1,
        "duration_ms": duration_ms,
        "explicit": song.explicit,
        "external_ids": external_ids,
        "external_urls": page("track", song.id.as_deref(), base),
        "href": href("tracks", song.id.as_deref(), base),
        "id": song.id,
        "is_local": song.id.is_none(),
        "is_playable": true,
        "name": song.name,
        "track_number": song.track_number,
        "type": "track",
        "uri": song.uri,
    })
}

/// The song that players report in place of `song`.
pub(super) fn as_played(song: &'static Song) -> &'static Song {
    song.plays_as.as_deref().and_then(catalogue::song).unwrap_or(song)
}

/// What has this URI, as it is listed; nothing if it is gone.
pub(super) fn item_with(uri: &str, base: &Base) -> Option<Value> {
    item(&Entry::new(uri), base)
}

/// The cover of a playlist: that of the first song in it which has one.
pub(super) fn mosaic(uris: &[String], base: &Base) -> Vec<Value> {
    let songs = uris.iter().filter_map(|uri| catalogue::song(uri));
    let cover = songs.filter(|song| song.album.has_cover).find_map(|song| song.album.id.as_deref());
    images(cover, base)
}

fn item(entry: &Entry, base: &Base) -> Option<Value> {
    match entry.item() {
        Item::Song(song) => Some(track(as_played(song), entry.duration_ms(), base)),
        Item::Episode => Some(episode(entry.duration_ms(), base)),
        Item::Ad | Item::Unknown | Item::Missing => None,
    }
}

fn album(song: &Song, artists: &[Value], base: &Base) -> Value {
    let album = &song.album;
    let id = album.id.as_deref();
    json!({
        "album_type": if album.total_tracks == 1 { "single" } else { "album" },
        "artists": artists,
        "external_urls": page("album", id, base),
        "href": href("albums", id, base),
        "id": id,
        "images": images(id.filter(|_| album.has_cover), base),
        "name": album.name,
        "release_date": album.release_date,
        "release_date_precision": "day",
        "total_tracks": album.total_tracks,
        "type": "album",
        "uri": id.map(|id| format!("spotify:album:{id}")),
    })
}

fn artist(name: &str, song: &Song, base: &Base) -> Value {
    let id = song.id.is_some().then(|| catalogue::id("artist", name));
    let id = id.as_deref();
    json!({
        "external_urls": page("artist", id, base),
        "href": href("artists", id, base),
        "id": id,
        "name": name,
        "type": "artist",
        "uri": id.map(|id| format!("spotify:artist:{id}")),
    })
}

fn episode(duration_ms: u64, base: &Base) -> Value {
    let id = EPISODE_URI.rsplit(':').next();
    let show = catalogue::id("show", "Liner Notes");
    let images = images(Some(&show), base);
    let text = "Two friends read the small print on records, and argue about it.";
    json!({
        "description": text,
        "duration_ms": duration_ms,
        "explicit": false,
        "external_urls": page("episode", id, base),
        "href": href("episodes", id, base),
        "html_description": format!("<p>{text}</p>"),
        "id": id,
        "images": images,
        "is_externally_hosted": false,
        "is_playable": true,
        "languages": ["en"],
        "name": "Who Wrote the Bridge?",
        "release_date": "2024-02-20",
        "release_date_precision": "day",
        "show": {
            "copyrights": [],
            "description": text,
            "explicit": false,
            "external_urls": page("show", Some(&show), base),
            "href": href("shows", Some(&show), base),
            "html_description": format!("<p>{text}</p>"),
            "id": show,
            "images": images,
            "is_externally_hosted": false,
            "languages": ["en"],
            "media_type": "audio",
            "name": "Liner Notes",
            "total_episodes": 48,
            "type": "show",
            "uri": format!("spotify:show:{show}"),
        },
        "type": "episode",
        "uri": EPISODE_URI,
    })
}

fn device(device: &Device, player: &Player) -> Value {
    json!({
        "id": device.id,
        "is_active": player.active.as_ref() == Some(&device.id),
        "is_private_session": player.private_session,
        "is_restricted": device.is_restricted,
        "name": device.name,
        "supports_volume": device.supports_volume,
        "type": device.kind,
        "volume_percent": device.volume_percent,
    })
}

/// What is not allowed at the moment; what is allowed is left out.
fn disallows(player: &Player, current: &Current) -> Value {
    let is_ad = matches!(current.entry.item(), Item::Ad);
    let flags = [
        ("interrupting_playback", is_ad),
        ("pausing", !current.is_playing),
        ("resuming", current.is_playing),
        ("seeking", is_ad),
        ("skipping_next", is_ad),
        ("skipping_prev", is_ad || player.at_start()),
    ];
    flags
        .into_iter()
        .filter(|(_, holds)| *holds)
        .map(|(name, _)| (name.to_owned(), Value::Bool(true)))
        .collect()
}

fn context(player: &Player, base: &Base) -> Option<Value> {
    let uri = player.context_uri.as_deref()?;
    let (kind, id) = uri.strip_prefix("spotify:")?.split_once(':')?;
    Some(json!({
        "external_urls": page(kind, Some(id), base),
        "href": href(&format!("{kind}s"), Some(id), base),
        "type": kind,
        "uri": uri,
    }))
}

fn images(album: Option<&str>, base: &Base) -> Vec<Value> {
    let image = |album: &str, size: u32| json!({ "height": size, "url": base.cover(album, size), "width": size });
    album.map_or_else(Vec::new, |album| SIZES.map(|size| image(album, size)).into())
}

fn page(kind: &str, id: Option<&str>, base: &Base) -> Value {
    id.map_or_else(|| json!({}), |id| json!({ "spotify": base.page(&format!("{kind}/{id}")) }))
}

fn href(kind: &str, id: Option<&str>, base: &Base) -> Option<String> {
    id.map(|id| base.api(&format!("{kind}/{id}")))
}

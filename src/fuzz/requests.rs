//! Every route there is, and requests that make sense on it.

use auxroom::app::App;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list;
use url::form_urlencoded::Serializer;

use crate::dice::Dice;

/// What the router has besides pages and server functions.
const OTHERS: [&str; 12] = [
    "/room/{code}/events",
    "/room/{code}/history",
    "/room/{code}/blocked",
    "/room/{code}/playlist",
    "/room/{code}/people",
    "/room/{code}/speakers",
    "/privacy",
    "/healthz",
    "/readyz",
    "/favicon.svg",
    "/pkg/auxroom.js",
    "/nothing",
];

/// A route, as the router or the framework's list of server functions names it.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
    /// How often it is asked for, beside the others.
    weight: usize,
}

/// A request that can still be changed in every part.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// By what it is counted.
    pub(crate) route: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    /// In place of the fields.
    pub(crate) body: Option<Vec<u8>>,
    /// In place of everything.
    pub(crate) raw: Option<Vec<u8>>,
}

/// What a field may say.
pub(crate) struct Values<'a> {
    pub(crate) code: &'a str,
    pub(crate) play: &'a str,
    /// What the room's pages offered last: a speaker, a playlist, and a guest to remove.
    pub(crate) device: &'a str,
    pub(crate) playlist: &'a str,
    pub(crate) member: &'a str,
}

/// Every route.
pub(crate) fn routes() -> Vec<Route> {
    let functions = server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned()));
    let get = |path: &str| ("GET".to_owned(), path.to_owned());
    let pages: Vec<_> = generate_route_list(App).iter().map(|page| get(page.path())).collect();
    let all = functions.chain(pages).chain(OTHERS.map(get));
    all.map(|(method, path)| Route { weight: weight(&path), method, path }).collect()
}

impl Route {
    /// Whether a room, or its way to Spotify, ends by it.
    pub(crate) fn ends_things(&self) -> bool {
        let ends = ["/api/rooms/close", "/api/visitors/forget", "/api/spotify/disconnect"];
        ends.contains(&&*self.path)
    }
}

/// What is rare by itself, or waits for Spotify, is asked for rarely.
fn weight(path: &str) -> usize {
    match path {
        "/api/playback/play" | "/api/playback/pause" | "/api/playback/skip" => 4,
        "/api/spotify/connect" | "/api/spotify/move" | "/api/rooms/create" => 6,
        "/api/rooms/leave" | "/api/rooms/renew-code" => 8,
        "/api/playback/vote-skip" | "/api/rooms/settings" | "/api/rooms/join" => 40,
        _ => 18,
    }
}

/// One of them.
pub(crate) fn draw<'a>(routes: &'a [Route], dice: &mut Dice) -> &'a Route {
    let mut drawn = dice.below(routes.iter().map(|route| route.weight).sum());
    for route in routes {
        match drawn.checked_sub(route.weight) {
            Some(rest) => drawn = rest,
            None => return route,
        }
    }
    &routes[0]
}

/// The fields that a server function takes, or a page's address.
///
/// # Panics
/// If it does not know them: a new server function is named here.
fn fields(path: &str) -> &'static [&'static str] {
    match path.strip_prefix("/api/") {
        Some("rooms/create") => &["votes_to_skip", "guest_can_pause", "name"],
        Some("rooms/join" | "rooms/name") => &["code", "name"],
        Some("rooms/settings") => &[
            "code",
            "votes_to_skip",
            "skip_rule",
            "skip_share",
            "guest_can_pause",
            "song_rules",
            "order",
            "requests_open",
            "explicit_allowed",
            "songs_per_person",
            "longest_minutes",
            "no_repeat_minutes",
        ],
        Some("rooms/settings-view") => &["code", "preset"],
        Some("devices/use") => &["code", "device"],
        Some("devices/volume") => &["code", "percent"],
        Some("people/remove") => &["code", "member"],
        Some("blocked/add") => &["code", "song", "uri"],
        Some("blocked/remove") => &["code", "uri"],
        Some("fallback/choose") => &["code", "playlist", "shuffled"],
        Some("rooms/stop-joining") => &["code", "on"],
        Some("playback/skip") => &["code", "play"],
        Some("playback/vote-skip") => &["code", "play", "on"],
        Some("spotify/complete") => &["state", "code", "error"],
        Some("visitors/forget") => &["confirmed"],
        Some("search") => &["code", "q", "offset"],
        Some("queue/add") => &["code", "uri"],
        Some("queue/vote") => &["code", "entry", "on"],
        Some("queue/remove" | "queue/next") => &["code", "entry"],
        Some("queue/dismiss") => &["code", "until"],
        Some("rooms/mine") => &[],
        Some(
            "rooms/leave" | "rooms/close" | "rooms/renew-code" | "rooms/view" | "playback/play"
            | "playback/pause" | "demo/guests" | "history/save" | "spotify/connect"
            | "spotify/disconnect" | "spotify/move" | "queue/clear" | "queue/restore"
            | "fallback/allow" | "fallback/end",
        ) => &["code"],
        Some(other) => panic!("what fields has {other}?"),
        None => match path {
            "/spotify/callback" => &["state", "code", "error"],
            "/join" => &["code"],
            "/create" => &["votes_to_skip", "guest_can_pause"],
            "/room/{code}/blocked" => &["song", "done", "__path", "__err"],
            "/"
            | "/privacy"
            | "/room/{code}"
            | "/room/{code}/settings"
            | "/room/{code}/history"
            | "/room/{code}/playlist"
            | "/room/{code}/people"
            | "/room/{code}/speakers" => &["done", "__path", "__err"],
            _ => &[],
        },
    }
}

/// A song's URI or link.
fn track(dice: &mut Dice) -> String {
    let songs = simulator::catalogue::songs();
    let song = dice.pick(songs);
    let id = song.id.as_deref().unwrap_or_default();
    match dice.below(2) {
        0 => song.uri.clone(),
        _ => format!("https://open.spotify.com/track/{id}?si=1"),
    }
}

impl Request {
    /// A request that makes sense.
    pub(crate) fn of(route: &Route, values: &Values<'_>, dice: &mut Dice) -> Self {
        let mut request = Self {
            route: route.path.clone(),
            method: route.method.clone(),
            path: route.path.replace("{code}", values.code),
            ..Self::default()
        };
        let song = track(dice);
        for name in fields(&route.path) {
            let value = match *name {
                "code" => values.code.to_owned(),
                "play" => values.play.to_owned(),
                "entry" => (1 + dice.below(40)).to_string(),
                // What is blocked is named twice; so is the same song by a link, in vain.
                "song" | "uri" => song.clone(),
                "device" => values.device.to_owned(),
                "playlist" => values.playlist.to_owned(),
                "percent" => dice.below(101).to_string(),
                "until" => dice.below(2_000_000).to_string(),
                "member" => values.member.to_owned(),
                "skip_rule" => (*dice.pick(&["", "votes", "share"])).to_owned(),
                "skip_share" => (*dice.pick(&["", "10", "90"])).to_owned(),
                "shuffled" => (*dice.pick(&["on", ""])).to_owned(),
                "q" => (*dice.pick(&["a", "velvet", "夜", "ada slow", "https://spotify.link/1"]))
                    .to_owned(),
                "offset" => (*dice.pick(&["", "0", "10", "990"])).to_owned(),
                "votes_to_skip" => (1 + dice.below(100)).to_string(),
                "song_rules" => (*dice.pick(&["all", ""])).to_owned(),
                "order" => (*dice.pick(&["most_votes", "fair_turns", "first_come"])).to_owned(),
                "songs_per_person" | "longest_minutes" | "no_repeat_minutes" => {
                    (*dice.pick(&["", "1", "50"])).to_owned()
                }
                "name" => (*dice.pick(&["", "Anna", "Зоя 👩\u{200d}👧"])).to_owned(),
                "preset" => (*dice.pick(&["", "party", "nothing"])).to_owned(),
                "guest_can_pause" | "requests_open" | "explicit_allowed" => {
                    (*dice.pick(&["on", ""])).to_owned()
                }
                "on" => (*dice.pick(&["true", "true", "false"])).to_owned(),
                "done" => (*dice.pick(&["voted", "saved", "left"])).to_owned(),
                "__path" => "/api/rooms/settings".to_owned(),
                "__err" => (*dice.pick(&["Ik5vdEhvc3Qi", "IlZvdGVzVG9Ta2lwIg=="])).to_owned(),
                _ => "on".to_owned(),
            };
            request.fields.push(((*name).to_owned(), value));
        }
        let accept = *dice.pick(&["text/html", "application/json"]);
        request.headers.push(("Accept".to_owned(), accept.into()));
        request
    }

    /// A field's value, or nothing.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// As it is sent to this host.
    pub(crate) fn bytes(&self, host: &str) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return raw.clone();
        }
        let form = Serializer::new(String::new()).extend_pairs(&self.fields).finish();
        let is_query = self.method == "GET" || self.method == "HEAD";
        let query = if is_query && !form.is_empty() { format!("?{form}") } else { String::new() };
        let body = match &self.body {
            Some(body) => body.clone(),
            None if is_query => Vec::new(),
            None => form.into_bytes(),
        };
        let mut bytes = format!("{} {}{query} HTTP/1.1\r\n", self.method, self.path).into_bytes();
        let mut add = |name: &str, value: &[u8]| {
            bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        };
        let has = |name: &str| self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
        if !has("host") {
            add("Host", host.as_bytes());
        }
        if !body.is_empty() && !has("content-type") {
            add("Content-Type", b"application/x-www-form-urlencoded");
        }
        if !is_query || !body.is_empty() {
            add("Content-Length", body.len().to_string().as_bytes());
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        bytes.extend(b"\r\n");
        bytes.extend(body);
        bytes
    }
}

//! What becomes of a request that made sense.

use crate::{dice::Dice, requests::Request};

/// What may stand anywhere.
const TEXTS: [&str; 26] = [
    "",
    " ",
    "0",
    "-1",
    "1e9",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999",
    "١٢",
    "ABC234",
    "QQQQQQ",
    "abc-234",
    "\0",
    "a\0b",
    "\r\n",
    "%",
    "%00",
    "\u{feff}",
    "\u{202e}tfel",
    "🎵🎶",
    "e\u{301}\u{301}\u{301}",
    "' OR '1'='1",
    "<b>x</b>",
    "../../etc/passwd",
    "true",
    "\u{fffd}\u{10ffff}",
];
/// What may stand in a form in place of an encoded value.
const ENCODED: [&[u8]; 8] =
    [b"%ED%A0%80", b"%ff%fe", b"%u0041", b"%", b"%4", b"+++", b"a[b][c]=1", b"\xed\xa0\x80"];
const METHODS: [&str; 9] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"];
const NAMES: [&str; 20] = [
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Content-Type",
    "Cookie",
    "Expect",
    "Forwarded",
    "Host",
    "If-Modified-Since",
    "If-None-Match",
    "Origin",
    "Range",
    "Referer",
    "Sec-Fetch-Site",
    "Upgrade",
    "User-Agent",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Request-Id",
    "Connection",
];
const HEADER_VALUES: [&str; 22] = [
    "",
    "*/*",
    "text/html;q=0.1, */*",
    "gzip, br;q=0, *",
    "application/json",
    "multipart/form-data",
    "auxroom=",
    "auxroom=AAAAAAAAAAAAAAAAAAAAAA",
    "=;=;;",
    "100-continue",
    "for=\"[::1]:1\";by=x",
    "evil.example",
    "null",
    "bytes=0-,5-2,-9",
    "cross-site",
    "websocket",
    "203.0.113.9, x",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "\"x\"",
    "close",
    "keep-alive, upgrade",
    "q=?/%",
];
const SEGMENTS: [&str; 11] =
    ["..", "%2e%2e", ".", "", "%00", "%2f", "%ff", "%ED%A0%80", "ABC-234", "api", "%F0%9F%8E%B5"];

/// How far a request is from what made sense.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Change {
    /// Not at all.
    None,
    /// It is still HTTP: it is answered.
    Parts,
    /// Its bytes are not what they were: perhaps nobody answers.
    Bytes,
}

/// Changes a request in one to three places. One whose bytes are changed was made for nobody.
pub(crate) fn mutate(request: &mut Request, host: &str, dice: &mut Dice) -> Change {
    for _ in 0..=dice.below(3) {
        match dice.below(12) {
            0..4 => change_field(request, dice),
            4 => METHODS[dice.below(METHODS.len())].clone_into(&mut request.method),
            5 | 6 => change_header(request, dice),
            7 | 8 => change_path(request, dice),
            9 => request.body = Some(body(request, dice)),
            10 => request.headers.push((
                "X-Filler".to_owned(),
                vec![b'x'; *dice.pick(&[100, 8_000, 31_000, 40_000])],
            )),
            _ => request.fields.push(("x".repeat(dice.below(300)), "y".repeat(dice.below(300)))),
        }
    }
    Change::Parts.and_bytes(request, host, dice)
}

impl Change {
    fn and_bytes(self, request: &mut Request, host: &str, dice: &mut Dice) -> Self {
        let is_of_somebody = request.headers.iter().any(|(name, _)| name == "Cookie");
        if is_of_somebody || !dice.happens(200) {
            return self;
        }
        let mut bytes = request.bytes(host);
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            match dice.below(5) {
                0 => bytes.truncate(at),
                1 => drop(bytes.splice(at..at, dice.bytes(20))),
                2 => bytes.extend_from_within(at..),
                3 => drop(bytes.splice(at..at, *b"\r\n")),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << dice.below(8)),
            }
        }
        request.raw = Some(bytes);
        Self::Bytes
    }
}

fn change_field(request: &mut Request, dice: &mut Dice) {
    let Some(at) = request.fields.len().checked_sub(1).map(|last| dice.below(last + 1)) else {
        return request.fields.push(("code".to_owned(), (*dice.pick(&TEXTS)).to_owned()));
    };
    match dice.below(5) {
        0 => drop(request.fields.remove(at)),
        1 => request.fields.push(request.fields[at].clone()),
        2 => request.fields[at].1 = "9".repeat(dice.below(5_000)),
        3 => request.fields[at].1.push_str(dice.pick(&TEXTS)),
        _ => (*dice.pick(&TEXTS)).clone_into(&mut request.fields[at].1),
    }
}

fn change_header(request: &mut Request, dice: &mut Dice) {
    let name = (*dice.pick(&NAMES)).to_owned();
    let mut value = dice.pick(&HEADER_VALUES).as_bytes().to_vec();
    if dice.happens(200) {
        value = value.repeat(dice.below(50));
    }
    if dice.happens(100) {
        value.extend(dice.bytes(12).iter().map(|byte| byte | 0x80));
    }
    if dice.happens(700) {
        request.headers.retain(|(key, _)| *key != name);
    }
    request.headers.push((name, value));
}

fn change_path(request: &mut Request, dice: &mut Dice) {
    let mut segments: Vec<_> = request.path.split('/').map(str::to_owned).collect();
    let at = 1 + dice.below(segments.len());
    match dice.below(4) {
        0 => segments.insert(at.min(segments.len()), "x".repeat(dice.below(1_000))),
        1 => segments.insert(at.min(segments.len()), (*dice.pick(&SEGMENTS)).to_owned()),
        2 => drop(segments.remove(at.min(segments.len() - 1))),
        _ => segments.iter_mut().for_each(|segment| *segment = segment.to_lowercase()),
    }
    request.path = format!("/{}", segments.join("/").trim_start_matches('/'));
}

fn body(request: &Request, dice: &mut Dice) -> Vec<u8> {
    let form = url::form_urlencoded::Serializer::new(String::new());
    let form = { form }.extend_pairs(&request.fields).finish().into_bytes();
    match dice.below(6) {
        0 => dice.bytes(20_000),
        1 => vec![b'a'; *dice.pick(&[0, 1, 16_383, 16_384, 16_385, 50_000])],
        2 => [&form[..], *dice.pick(&ENCODED)].concat(),
        3 => b"{\"code\":\"\\ud800\"}".to_vec(),
        4 => form.repeat(1 + dice.below(20)),
        _ => form.iter().map(|byte| if dice.happens(50) { byte ^ 0x55 } else { *byte }).collect(),
    }
}

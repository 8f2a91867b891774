//! The requests, and what is answered to each.

use Answers::{Library, Nothing, Ours};

/// Who answers, and with what.
#[derive(Clone, Copy, Debug)]
pub(super) enum Answers {
    /// We do, with an error of ours as JSON.
    Ours(&'static str),
    /// We do: there is nothing at this address. A page says so or, below `/pkg`, JSON.
    Nothing,
    /// The HTTP library does, before any code of ours runs: a bare status.
    Library,
}
/// A request, and the statuses of all that is answered to it.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) statuses: &'static [u16],
    pub(super) answers: Answers,
}

/// Writes the requests of a host who could change everything.
pub(super) struct Host {
    pub(super) authority: String,
    pub(super) cookie: String,
    pub(super) code: String,
}

impl Host {
    fn head(&self, line: &str, headers: &str) -> Vec<u8> {
        let (host, cookie) = (&self.authority, &self.cookie);
        let common = format!("Host: {host}\r\nCookie: {cookie}\r\nAccept: application/json\r\n");
        format!("{line} HTTP/1.1\r\n{common}{headers}\r\n").into_bytes()
    }

    fn post_with(&self, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
        let length = format!("{headers}Content-Length: {}\r\n", body.len());
        [self.head(&format!("POST {path}"), &length), body.to_vec()].concat()
    }

    fn post(&self, path: &str, body: &[u8]) -> Vec<u8> {
        self.post_with(path, "Content-Type: application/x-www-form-urlencoded\r\n", body)
    }

    /// New settings, of which the last field reads so.
    fn settings(&self, last: &[u8]) -> Vec<u8> {
        let code = format!("code={}&", self.code);
        self.post("/api/rooms/settings", &[code.as_bytes(), last].concat())
    }

    /// A form for new settings, sent so.
    fn sends(&self, header: &str, body: &str) -> Vec<u8> {
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let head = self.head("POST /api/rooms/settings", &format!("{kind}\r\n{header}\r\n"));
        [head, body.as_bytes().to_vec()].concat()
    }
}

fn row(name: impl Into<String>, bytes: Vec<u8>, statuses: &'static [u16], answers: Answers) -> Row {
    Row { name: name.into(), bytes, statuses, answers }
}

fn heads(host: &Host) -> Vec<Row> {
    let long = |count: usize| "x".repeat(count);
    let one_line: String = (0..10_000).map(|number| format!("c{number}=1; ")).collect();
    let lines = |count: usize| {
        (0..count).map(|number| format!("Cookie: c{number}=1\r\n")).collect::<String>()
    };
    let get = |headers: &str| host.head("GET /", headers);
    let authority = &host.authority;
    vec![
        row("a header line of 64 kB", get(&format!("X: {}\r\n", long(65_536))), &[431], Library),
        row("10,000 cookies in a line", get(&format!("Cookie: {one_line}\r\n")), &[431], Library),
        row("10,000 cookies in lines", get(&lines(10_000)), &[431], Library),
        row("101 short header lines", get(&lines(101)), &[431], Library),
        row("NUL in a header", get("X: a\0b\r\n"), &[400], Library),
        row("a header without a name", get(": x\r\n"), &[400], Library),
        row(
            "a Host of 4 kB",
            format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", long(4_096)).into(),
            &[421],
            Ours("WrongHost"),
        ),
        row("two Hosts", get("Host: evil.example\r\n"), &[421], Ours("WrongHost")),
        row("HTTP/1.1 without Host", b"GET / HTTP/1.1\r\n\r\n".into(), &[421], Ours("WrongHost")),
        row("HTTP/1.0 without Host", b"GET / HTTP/1.0\r\n\r\n".into(), &[421], Ours("WrongHost")),
        row(
            "a version that does not exist",
            format!("GET / HTTP/7.1\r\nHost: {authority}\r\n\r\n").into(),
            &[400],
            Library,
        ),
        row(
            "no HTTP at all",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".into(),
            &[400],
            Library,
        ),
    ]
}

fn paths(host: &Host) -> Vec<Row> {
    let get = |path: &str| host.head(&format!("GET {path}"), "");
    let raw = |path: &[u8]| {
        let rest = get("/");
        [b"GET ", path, rest.strip_prefix(b"GET /").expect("a GET")].concat()
    };
    vec![
        row("a path of 100 kB", get(&format!("/{}", "x".repeat(100_000))), &[431], Library),
        row(
            "a path of 20 kB",
            get(&format!("/{}", "x".repeat(20_000))),
            &[404],
            Ours("PageNotFound"),
        ),
        row("an authority", get("x"), &[404], Ours("PageNotFound")),
        row("an authority of another's", host.head("TRACE x", ""), &[404], Ours("PageNotFound")),
        row("a tunnel", host.head("CONNECT x:443", ""), &[404], Ours("PageNotFound")),
        row("no path at all", host.head("OPTIONS *", ""), &[404], Ours("PageNotFound")),
        row("many short names", get(&"/pkg/x".repeat(1_000)), &[404], Ours("PageNotFound")),
        row("a folder that is a file", get("/favicon.svg/x"), &[404], Nothing),
        row("a file and NUL", get("/favicon.svg%00"), &[404], Nothing),
        row("above the site", get("/pkg/../%2e%2e/..%2f..%2fCargo.toml"), &[404], Nothing),
        row("NUL in a path", raw(b"/room/\0"), &[400], Library),
        row("half a character in a path", raw(b"/room/\xed\xa0\x80"), &[400], Library),
        row("percent, NUL", get("/room/%00/events"), &[422], Ours("CodeMalformed")),
        row("percent, no digits", get("/room/%ZZ/events"), &[422], Ours("CodeMalformed")),
        row("percent, half a character", get("/room/%ED%A0%80/events"), &[400], Ours("Malformed")),
        row("in a query", get("/api/rooms/view?code=%ED%A0%80"), &[404], Ours("RoomNotFound")),
        row("twice in a query", get("/api/rooms/view?code=A&code=B"), &[422], Ours("Malformed")),
        row("percent and nothing", get("/api/rooms/view?code=%"), &[404], Ours("RoomNotFound")),
    ]
}

fn fields(host: &Host) -> Vec<Row> {
    let mut rows = Vec::new();
    let twice = &b"votes_to_skip=7&votes_to_skip=8"[..];
    for (name, last, error) in [
        ("a field twice", twice, "Malformed"),
        ("a switch twice", b"votes_to_skip=7&guest_can_pause=on&guest_can_pause=", "Malformed"),
        ("percent, no digits", b"votes_to_skip=%ZZ", "VotesToSkip"),
        ("percent and one digit", b"votes_to_skip=7%3", "VotesToSkip"),
        ("percent and nothing", b"votes_to_skip=7%", "VotesToSkip"),
        ("percent, NUL", b"votes_to_skip=7%00", "VotesToSkip"),
        ("NUL", b"votes_to_skip=7\0", "VotesToSkip"),
        ("a lone surrogate of JSON", br"votes_to_skip=7\ud800", "VotesToSkip"),
        ("percent, a lone surrogate", b"votes_to_skip=7%ED%A0%80", "VotesToSkip"),
        ("a lone surrogate", b"votes_to_skip=7\xed\xa0\x80", "Malformed"),
        ("no UTF-8", b"votes_to_skip=7&x=\xff\xfe", "Malformed"),
        ("brackets", b"votes_to_skip[]=7", "Malformed"),
        ("a field within a field", b"votes_to_skip[a][b]=7", "Malformed"),
        ("other digits", "votes_to_skip=٧".as_bytes(), "VotesToSkip"),
    ] {
        rows.push(row(name, host.settings(last), &[422], Ours(error)));
    }
    rows
}

/// Settings that would be taken, but for how they are sent.
fn bodies(host: &Host) -> Vec<Row> {
    let (chunked, malformed) = ("Transfer-Encoding: chunked", Ours("Malformed"));
    let form = format!("code={}&votes_to_skip=9", host.code);
    let whole = &*format!("{:x}\r\n{form}\r\n0\r\n\r\n", form.len());
    let endless = &*format!("1000\r\n{}\r\n", "x".repeat(0x1000)).repeat(100);
    let rest = format!("0\r\n\r\nGET /api/nothing HTTP/1.1\r\nHost: {}\r\n\r\n", host.authority);
    let length = format!("Content-Length: {}", rest.len());
    let table: [(&str, &str, &str, &'static [u16], Answers); 12] = [
        ("a body that never ends", chunked, endless, &[413], Ours("TooLarge")),
        ("1 GB", "Content-Length: 1000000000", endless, &[413], Ours("TooLarge")),
        ("a chunk without a length", chunked, "x\r\n", &[400], malformed),
        ("a chunk longer than any", chunked, "fffffffffffffffff\r\n", &[400], malformed),
        ("two lengths", "Content-Length: 3\r\nContent-Length: 4", "a=b", &[400], Library),
        ("a length below 0", "Content-Length: -3", "a=b", &[400], Library),
        ("a length with a sign", "Content-Length: +3", "a=b", &[400], Library),
        ("an unknown encoding", "Transfer-Encoding: gzip", whole, &[400], Library),
        ("chunked at first", "Transfer-Encoding: chunked, identity", whole, &[400], Library),
        // What a proxy that goes by the length takes for a body is no request to us: the chunks count, and the
        // connection ends with them.
        (
            "a length and chunks",
            &format!("{length}\r\n{chunked}"),
            &rest,
            &[422],
            Ours("CodeMalformed"),
        ),
        (
            "chunks and a length",
            &format!("{chunked}\r\n{length}"),
            &rest,
            &[422],
            Ours("CodeMalformed"),
        ),
        (
            "chunks, and no more",
            &format!("Connection: close\r\n{chunked}"),
            &rest,
            &[422],
            Ours("CodeMalformed"),
        ),
    ];
    let row_of = |(name, header, body, statuses, answers)| {
        row(name, host.sends(header, body), statuses, answers)
    };
    let mut rows: Vec<_> = table.map(row_of).into();
    let three = host.settings(b"votes_to_skip=0").repeat(3);
    rows.push(row("requests in one go", three, &[422, 422, 422], Ours("VotesToSkip")));
    rows
}

fn kinds(host: &Host) -> Vec<Row> {
    let by_1_0 = String::from_utf8(host.sends("Transfer-Encoding: chunked", "0\r\n\r\n"));
    let by_1_0 = by_1_0.expect("text").replacen("HTTP/1.1", "HTTP/1.0", 1);
    let mut rows = vec![row("chunked by HTTP/1.0", by_1_0.into(), &[400], Library)];
    let form = format!("code={}&votes_to_skip=9", host.code);
    let json = format!(r#"{{"code":"{}","votes_to_skip":"9\ud800"}}"#, host.code);
    for (kind, body) in [
        ("application/json", &*json),
        ("application/json", &form),
        ("text/plain", &form),
        ("text/plain; charset=application/x-www-form-urlencoded", &form),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n--x--\r\n",
        ),
        ("application/x-www-form-urlencoded-not", &form),
        ("", &form),
    ] {
        let header =
            if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
        let bytes = host.post_with("/api/rooms/settings", &header, body.as_bytes());
        rows.push(row(format!("a form as {kind:?}"), bytes, &[415], Ours("Malformed")));
    }
    for (method, path) in [
        ("GET", "/api/rooms/settings"),
        ("PUT", "/api/rooms/settings"),
        ("DELETE", "/api/rooms/close"),
        ("POST", "/api/rooms/mine"),
        ("post", "/api/rooms/close"),
        ("POST", "/"),
        ("TRACE", "/"),
        ("PATCH", "/healthz"),
        ("DELETE", "/room/ABC234/events"),
        ("POST", "/privacy"),
        ("BREW", "/"),
    ] {
        let post = String::from_utf8(host.post(path, form.as_bytes())).expect("text");
        let bytes = post.replacen("POST", method, 1).into_bytes();
        rows.push(row(format!("{method} {path}"), bytes, &[405], Ours("Malformed")));
    }
    rows
}

/// All of them.
pub(super) fn rows(host: &Host) -> Vec<Row> {
    [heads(host), paths(host), fields(host), bodies(host), kinds(host)]
        .into_iter()
        .flatten()
        .collect()
}

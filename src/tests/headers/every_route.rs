//! What Mozilla's Observatory grades, on every route that there is: those that a new page, a new
//! server function or a new line in the router brings too.
//!
//! Only what the HTTP library refuses by itself, a head that is no HTTP or too large, has no headers.

use std::{collections::BTreeSet, time::Duration};

use auxroom::server::http::{connections::Limits, router::router};
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{
    Method, RequestBuilder,
    header::{ACCEPT, HeaderMap, SET_COOKIE},
};
use tempfile::TempDir;

use super::{directive, header};
use crate::harness::{Person, Raw, TestApp};

const PUBLIC: &str = "https://music.example.org";
const CREATE: &str = "/api/rooms/create";

/// Every path of the real router, as it is written there.
fn routes(app: &TestApp) -> BTreeSet<String> {
    // What it tells of itself while debugging names every route, and nothing else with a slash in front.
    let told = format!("{:?}", router(&app.state, None));
    told.split('"').filter(|text| text.starts_with('/')).map(str::to_owned).collect()
}

/// A path that leads to a route: to the room with this code, and to a script that exists.
fn path_to(route: &str, code: &str) -> String {
    let mut path = route.replace("{code}", code);
    if let Some(below) = path.find("{*") {
        path.replace_range(below.., "auxroom.js");
    }
    path
}

/// A site with one script.
fn site() -> TempDir {
    let site = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(site.path().join("pkg")).expect("a folder");
    std::fs::write(site.path().join("pkg/auxroom.js"), "export default 1").expect("a file");
    std::fs::write(site.path().join("favicon.svg"), "<svg/>").expect("a file");
    site
}

/// A server that is reached by https, or not, and who to ask it as.
async fn server(site: &TempDir, is_https: bool) -> (TestApp, Person) {
    let root = ("LEPTOS_SITE_ROOT", site.path().to_str().expect("a path of text"));
    if is_https {
        let app = TestApp::start_with(&[root, ("AUXROOM_PUBLIC_URL", PUBLIC)]).await;
        let person = app.person_with(&[("host", "music.example.org")]);
        return (app, person);
    }
    let app = TestApp::start_with(&[root]).await;
    let person = app.person();
    (app, person)
}

/// Checks one answer; returns its status.
async fn is_locked_down(request: RequestBuilder, is_https: bool, what: &str) -> u16 {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status().as_u16(), response.headers());
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("strict-transport-security", if is_https { "max-age=31536000" } else { "" }),
        ("access-control-allow-origin", ""),
        ("server", ""),
    ] {
        assert_eq!(header(headers, name), value, "{name} of {what}");
    }
    let kept =
        if what.contains(" /pkg/auxroom.js") && status == 200 { "public" } else { "no-store" };
    assert!(header(headers, "cache-control").starts_with(kept), "{what}: {headers:?}");
    holds_policy(headers, what);
    for cookie in headers.get_all(SET_COOKIE) {
        is_a_good_cookie(cookie.to_str().expect("text"), is_https, what);
    }
    status
}

fn holds_policy(headers: &HeaderMap, what: &str) {
    // `object-src` and whatever else is not named falls back to `default-src`.
    for name in ["default-src", "base-uri", "frame-ancestors"] {
        assert_eq!(directive(headers, name), ["'none'"], "{name} of {what}");
    }
    let policy = header(headers, "content-security-policy");
    let names: Vec<_> =
        policy.split(';').filter_map(|part| part.split_whitespace().next()).collect();
    assert!(!names.contains(&"object-src"), "{what}: {policy}");
    assert_eq!(directive(headers, "form-action")[0], "'self'", "{what}");
    assert!(directive(headers, "form-action").len() <= 2, "{what}: {policy}");
    let scripts = [directive(headers, "script-src"), directive(headers, "style-src")];
    for word in scripts.concat() {
        let safe = ["'none'", "'self'", "'strict-dynamic'", "'wasm-unsafe-eval'"];
        assert!(safe.contains(&word) || word.starts_with("'nonce-"), "{word} of {what}");
    }
    for word in policy.split([' ', ';']) {
        let is_wide = ["*", "data:", "blob:", "http:", "https:", "ws:"].contains(&word);
        assert!(!is_wide && !word.starts_with("'unsafe-"), "{word} of {what}");
    }
}

fn is_a_good_cookie(cookie: &str, is_https: bool, what: &str) {
    let words: Vec<_> = cookie.split("; ").collect();
    for word in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(words.contains(&word), "{what}: {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{what}: {cookie}");
    assert_eq!(words.contains(&"Secure"), is_https, "{what}: {cookie}");
}

#[tokio::test]
async fn security_headers_are_on_every_route_whatever_is_asked() {
    let site = site();
    for is_https in [false, true] {
        let (app, host) = server(&site, is_https).await;
        let code = host.creates_room().await;
        let mut routes = routes(&app);
        for (path, _) in server_fn_paths() {
            assert!(routes.contains(path), "{path} is not in {routes:?}");
        }
        assert!(routes.len() > server_fn_paths().count() + 10, "{routes:?}");
        for route in ["/", "/room/{code}", "/room/{code}/events", "/privacy", "/healthz"] {
            assert!(routes.contains(route), "{route} is not in {routes:?}");
        }
        // What is no route: files, other spellings, and nothing.
        routes.extend(
            ["/favicon.svg", "/room/{code}/", "/nothing", "/pkg/nothing.js"].map(str::to_owned),
        );
        routes.extend([format!("/{}", "x".repeat(300)), format!("/room/{}", code.to_lowercase())]);
        let mut statuses = BTreeSet::new();
        for route in &routes {
            let path = path_to(route, &code);
            for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
                for accept in ["text/html", "application/json"] {
                    let what = format!("{method} {path} for {accept}");
                    let method = Method::from_bytes(method.as_bytes()).expect("a method");
                    let request = host.request(method, &path).header(ACCEPT, accept);
                    let status = is_locked_down(request, is_https, &what).await;
                    assert!(status < 500, "{what}: {status}");
                    statuses.insert(status);
                }
            }
        }
        let seen = [200, 302, 308, 404, 405, 422];
        assert!(seen.iter().all(|status| statuses.contains(status)), "{statuses:?}");
    }
}

#[tokio::test]
async fn security_headers_are_on_every_refusal() {
    let site = site();
    for is_https in [false, true] {
        let (app, host) = server(&site, is_https).await;
        host.creates_room().await;
        let form = [("votes_to_skip", "2")];
        let post = |host: &Person| host.request(Method::POST, CREATE).form(&form);
        let other = app.person_with(&[("host", "evil.example")]);
        let large = vec![b'x'; 20_000];
        let kind = ("content-type", "text/plain");
        for (wanted, what, request) in [
            (200, "a cookie", post(&host)),
            (421, "another host", post(&other)),
            (403, "another site", post(&host).header("origin", "https://evil.example")),
            (413, "too large", post(&host).body(large)),
            (415, "no form", host.request(Method::POST, CREATE).header(kind.0, kind.1).body("x")),
            (
                422,
                "no such number",
                host.request(Method::POST, CREATE).form(&[("votes_to_skip", "x")]),
            ),
        ] {
            let is_html = request.try_clone().expect("a body of bytes").header(ACCEPT, "text/html");
            for request in [request, is_html] {
                let status = is_locked_down(request, is_https, what).await;
                // What a form is told stands on the page that it is led to.
                assert!(status == wanted || status == 302, "{what}: {status}");
            }
        }
        app.database().reader.clone().close().await.expect("a database");
        app.database().writer.clone().close().await.expect("a database");
        for (wanted, path) in
            [(500, "/"), (500, "/privacy"), (500, "/api/rooms/mine"), (503, "/readyz")]
        {
            let request = host.request(Method::GET, path);
            assert_eq!(is_locked_down(request, is_https, path).await, wanted, "{path}");
        }
    }
}

#[tokio::test]
async fn security_headers_are_on_refusals_by_limits() {
    let behind_a_proxy = [("AUXROOM_TRUSTED_PROXIES", "127.0.0.1")];
    let app = TestApp::start_with(&behind_a_proxy).await;
    let flood = app.person_with(&[("x-forwarded-for", "203.0.113.7")]);
    for path in ["/room/QQQQQQ", "/room/QQQQQQ/events", "/api/rooms/view?code=QQQQQQ"] {
        let mut status = 0;
        for _ in 0..40 {
            let request = flood.request(Method::GET, path);
            status = is_locked_down(request, false, path).await;
        }
        assert_eq!(status, 429, "{path}");
    }

    let slow = Limits { whole_body: Duration::from_millis(50), ..Limits::for_files(1_024) };
    let app = TestApp::start_with_limits(slow).await;
    let mut raw = Raw::open(&app.url).await;
    let host = app.url.trim_start_matches("http://");
    let unfinished =
        format!("POST {CREATE} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nv");
    raw.says_what_is_heard(unfinished.as_bytes()).await;
    let answer = raw.answer().await.expect("an answer");
    assert_eq!(answer.status, 408);
    for name in
        ["content-security-policy", "x-content-type-options", "cross-origin-resource-policy"]
    {
        assert_ne!(answer.header(name), "", "{name}");
    }
}

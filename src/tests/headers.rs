//! What every answer tells the browser to keep to.

mod every_route;

use std::collections::HashSet;

use reqwest::{
    Method,
    header::{ACCEPT_ENCODING, HeaderMap},
};

use crate::harness::{Answer, TestApp, between};

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().expect("text"))
}

/// The words of one directive of the policy.
#[track_caller]
fn directive<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let mut directives = header(headers, "content-security-policy").split(';');
    let words = directives.find_map(|directive| directive.trim().strip_prefix(name));
    words.unwrap_or_else(|| panic!("no {name} in {headers:?}")).split_whitespace().collect()
}

/// The nonce that the policy names.
#[track_caller]
fn nonce(page: &Answer) -> &str {
    let scripts = directive(&page.headers, "script-src");
    let nonce = scripts.iter().find_map(|word| word.strip_prefix("'nonce-"));
    nonce.expect("a nonce").trim_end_matches('\'')
}

/// The tags of a page, without what its scripts say.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((tag, after)) = rest.split_once('<').and_then(|(_, tag)| tag.split_once('>')) {
        tags.push(tag);
        rest = match tag.starts_with("script") {
            true => after.split_once("</script>").expect("a script that ends").1,
            false => after,
        };
    }
    tags
}

#[tokio::test]
async fn a_page_runs_only_the_scripts_that_came_with_it() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let (guest, stranger) = (app.guest_in(&code).await, app.person());
    let room = format!("/room/{code}");
    let mut nonces = HashSet::new();
    for path in ["/", "/join", "/create", "/nothing", "/spotify/callback?state=x&code=y", &*room]
        .into_iter()
        .chain([&*format!("{room}/settings"), &*format!("{room}/close"), "/room/QQQQQQ", "/"])
    {
        for person in [&host, &guest, &stranger] {
            let page = person.opens(path).await;

            let nonce = nonce(&page);
            assert!(nonce.len() >= 22, "128 bits at least: {nonce}");
            assert!(nonces.insert(nonce.to_owned()), "{path}: a nonce is used once");
            let scripts = directive(&page.headers, "script-src");
            let own = format!("'nonce-{nonce}'");
            assert_eq!(scripts, [&*own, "'strict-dynamic'", "'wasm-unsafe-eval'"], "{path}");
            let own = format!(r#" nonce="{nonce}""#);
            let tags = tags(&page.body);
            let scripts = tags.iter().filter(|tag| tag.starts_with("script"));
            assert_ne!(scripts.clone().count(), 0, "{path}");
            for script in scripts {
                assert!(script.contains(&own), "<{script}> of {path}");
            }
        }
    }
}

#[tokio::test]
async fn wasm_is_loaded_by_the_script_alone_so_that_nobody_without_scripts_pays_for_it() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    for path in ["/", "/join", &*format!("/room/{code}"), "/nothing"] {
        let page = host.opens(path).await;
        let script = between(&page.body, "<script", "</script>");
        assert!(script.contains(r#"fetch("/pkg/auxroom"#), "{path}: {script}");
        for tag in tags(&page.body) {
            let hints = ["preload", "prefetch", ".wasm", ".js"];
            assert!(!hints.iter().any(|hint| tag.contains(hint)), "<{tag}> of {path}");
        }
    }
}

#[tokio::test]
async fn pages_hold_nothing_that_their_policy_would_not_let_work() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    let room = format!("/room/{code}");
    for path in ["/", "/join", "/create", "/nothing", &*room, &*format!("{room}/settings")] {
        for person in [&host, &guest] {
            let page = person.opens(path).await;
            for tag in tags(&page.body) {
                let names = tag.split_whitespace().skip(1);
                let mut names = names.filter_map(|word| Some(word.split_once('=')?.0));
                let inline = |name: &str| name.starts_with("on") || name == "style";
                assert!(!names.any(inline), "<{tag}> of {path}");
                assert!(!tag.starts_with("style") && !tag.contains("javascript:"), "<{tag}>");
                // `form-action` and `base-uri` allow nothing else, and a search changes nothing.
                assert!(!tag.starts_with("base"), "<{tag}> of {path}");
                if tag.starts_with("form") && !tag.contains(r#" role="search""#) {
                    assert!(tag.contains(r#" action="/api/"#), "<{tag}> of {path}");
                }
            }
        }
    }
}

#[tokio::test]
async fn forms_may_lead_to_us_and_to_spotifys_sign_in_alone() {
    let elsewhere = ("SPOTIFY_ACCOUNTS_URL", "https://accounts.example.org/below/a/path");
    for (var, origin) in [
        (elsewhere, "https://accounts.example.org"),
        (("SPOTIFY_ACCOUNTS_URL", ""), "https://accounts.spotify.com"),
    ] {
        let app = TestApp::start_with(&[var]).await;
        let host = app.person();
        let code = host.creates_room().await;
        let consent = host.goes_to_spotify(&code).await;
        assert!(consent.starts_with(&format!("{origin}/")), "{consent}");
        for path in ["/", &*format!("/room/{code}"), "/healthz"] {
            let page = host.opens(path).await.expect(200);
            assert_eq!(directive(&page.headers, "form-action"), ["'self'", origin], "{path}");
        }
    }
}

#[tokio::test]
async fn pages_load_covers_from_spotify_and_everything_else_from_us() {
    let app = TestApp::start_with(&[("SPOTIFY_API_URL", "")]).await;
    let host = app.person();
    let code = host.creates_room().await;

    let page = host.opens(&format!("/room/{code}")).await.expect(200);

    let pictures = directive(&page.headers, "img-src");
    let spotify = ["https://*.scdn.co", "https://*.spotifycdn.com", "https://api.spotify.com"];
    assert_eq!(pictures, [&["'self'"][..], &spotify].concat());
    for name in ["style-src", "connect-src", "manifest-src"] {
        assert_eq!(directive(&page.headers, name), ["'self'"], "{name}");
    }
    let links = tags(&page.body).into_iter().filter(|tag| tag.starts_with("link"));
    for link in links {
        assert!(between(link, "href=\"", "\"").starts_with('/'), "<{link}>");
    }
}

#[tokio::test]
async fn what_has_its_hash_in_its_name_is_kept_for_a_year() {
    let site = tempfile::tempdir().expect("a folder");
    let root = site.path().to_str().expect("a path of text");
    std::fs::create_dir(site.path().join("pkg")).expect("a folder");
    std::fs::write(site.path().join("pkg/auxroom.AbC123.js"), "export default 1").expect("a file");
    let app = TestApp::start_with(&[("LEPTOS_SITE_ROOT", root)]).await;
    let person = app.person();
    let forever = "public, max-age=31536000, immutable";

    let script = person.opens("/pkg/auxroom.AbC123.js").await.expect(200);

    assert_eq!(script.header("content-type"), "text/javascript");
    assert_eq!(script.header("cache-control"), forever);
    assert_eq!(script.header("x-content-type-options"), "nosniff");
    let again = person.request(Method::GET, "/pkg/auxroom.AbC123.js");
    let again = again.header("if-modified-since", script.header("last-modified"));
    let again = person.send(again).await.expect(304);
    assert_eq!(again.header("cache-control"), forever, "or browsers would forget it now");
    let gone = person.opens("/pkg/auxroom.Old456.js").await.expect(404);
    assert_eq!(gone.header("cache-control"), "no-store");
}

#[tokio::test]
async fn pages_are_sent_small_and_events_as_they_are() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    for (path, chosen) in [(format!("/room/{code}"), "br"), (format!("/room/{code}/events"), "")] {
        let request = host.request(Method::GET, &path).header(ACCEPT_ENCODING, "gzip, br");
        let answer = request.send().await.expect("an answer");
        assert_eq!(header(answer.headers(), "content-encoding"), chosen, "{path}");
    }
}

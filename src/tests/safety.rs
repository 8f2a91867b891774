//! What other sites, other people's links and other people's words cannot do.

use auxroom::server::store::entities::room;
use base64::{Engine as _, prelude::BASE64_URL_SAFE};
use reqwest::{
    Method, RequestBuilder,
    header::{ACCEPT, HOST},
};
use serde_json::json;

use crate::harness::{COMMANDS, Person, TestApp, all_rows};

/// What a browser says when another site's page made it send something.
const FOREIGN: [&[(&str, &str)]; 8] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("sec-fetch-site", "none")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("origin", "http://127.0.0.1")],
    &[("origin", "")],
    &[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")],
];

async fn everything(app: &TestApp) -> String {
    all_rows(&app.database().reader).await
}

fn post(person: &Person, path: &str, code: &str) -> RequestBuilder {
    let command = COMMANDS.iter().find(|command| command.path == path);
    let fields = match command {
        Some(command) => command.fields(code),
        None => vec![("code", code), ("state", "x"), ("confirmed", "on")],
    };
    let fields = if path == "/api/rooms/create" { vec![("votes_to_skip", "9")] } else { fields };
    person.request(Method::POST, path).form(&fields)
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let app = TestApp::start().await;
    let (host, code) = app.host_with_music().await;
    let guest = app.guest_in(&code).await;
    host.opens(&format!("/room/{code}")).await.expect(200);
    let before = everything(&app).await;
    app.spotify.reset_requests();

    let others = [
        "/api/rooms/create",
        "/api/rooms/join",
        "/api/spotify/complete",
        "/api/visitors/forget",
        "/api/nothing",
    ];
    for path in COMMANDS.iter().map(|command| command.path).chain(others) {
        for headers in FOREIGN {
            for person in [&host, &guest, &app.person()] {
                let mut call = post(person, path, &code).header(ACCEPT, "*/*");
                let mut form = post(person, path, &code).header(ACCEPT, "text/html");
                for (name, value) in headers {
                    call = call.header(*name, *value);
                    form = form.header(*name, *value);
                }
                let answer = person.send(call).await.expect(403);
                assert_eq!(answer.body, r#""ForeignOrigin""#, "{path} {headers:?}");
                let page = person.send(form).await.expect(403);
                page.says("This request came from another site, so nothing was changed.");
            }
        }
    }

    assert_eq!(everything(&app).await, before);
    assert_eq!(app.spotify.count("PUT *") + app.spotify.count("POST *"), 0);
}

#[tokio::test]
async fn our_own_pages_and_scripts_are_let_through() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let own = app.url.clone();
    for (votes, headers) in [
        ("11", &[][..]),
        ("12", &[("sec-fetch-site", "same-origin")]),
        ("13", &[("origin", &*own)]),
        ("14", &[("origin", &*own), ("sec-fetch-site", "same-origin")]),
    ] {
        let fields = [("code", &*code), ("votes_to_skip", votes)];
        let mut request = host.request(Method::POST, "/api/rooms/settings").form(&fields);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        host.send(request).await.expect(200);
        assert_eq!(app.room(&code).await.votes_to_skip.to_string(), votes);
    }
}

#[tokio::test]
async fn every_method_that_could_change_something_is_held_against_its_origin() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for path in ["/api/rooms/close", "/join", &*format!("/room/{code}")] {
            let request =
                host.request(method.clone(), path).header("origin", "https://evil.example");
            host.send(request).await.expect(403);
        }
    }
}

#[tokio::test]
async fn other_sites_read_nothing_either() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    for path in ["/", "/api/rooms/mine", &*format!("/api/rooms/view?code={code}")] {
        let request = host.request(Method::GET, path).header("origin", "https://evil.example");
        let answer = host.send(request).await.expect(200);
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn who_asks_for_localhost_is_sent_to_the_public_address() {
    let app = TestApp::start().await;
    let port = app.url.rsplit(':').next().expect("a port").to_owned();
    let person = app.person();
    for (host, path) in [
        ("localhost", "/"),
        ("localhost", "/join?code=ABC234"),
        ("LOCALHOST", "/room/ABC234/settings?done=saved"),
        ("localhost", "/nothing"),
        ("localhost", "/favicon.svg"),
    ] {
        let request = person.request(Method::GET, path).header(HOST, format!("{host}:{port}"));
        let answer = person.send(request).await.expect(308);
        assert_eq!(answer.location(), format!("{}{path}", app.url));
    }
    let post = person.request(Method::POST, "/api/rooms/create").header(HOST, "localhost");
    person.send(post.form(&[("votes_to_skip", "2")])).await.expect(308);
    assert_eq!(app.count::<room::Entity>().await, 0);
    // Supervisors ask by whatever name.
    for probe in ["/healthz", "/readyz"] {
        let request = person.request(Method::GET, probe).header(HOST, format!("localhost:{port}"));
        person.send(request).await.expect(200);
    }
}

#[tokio::test]
async fn a_strangers_link_cannot_put_words_on_a_page() {
    let app = TestApp::start().await;
    let host = app.person();
    let code = host.creates_room().await;
    let words = "Call 555-0199 now";
    let encoded = |text: &str| BASE64_URL_SAFE.encode(text);
    for path in
        ["/", "/join", "/create", &*format!("/room/{code}"), &*format!("/room/{code}/settings")]
    {
        for endpoint in ["rooms/join", "rooms/create", "rooms/leave", "rooms/settings", "nothing"] {
            for error in [
                words.to_owned(),
                encoded(words),
                encoded(&format!("{words:?}")),
                encoded(&format!("ServerError|{words}")),
                encoded(&json!({ "ServerError": words }).to_string()),
                "%ff%fe".to_owned(),
            ] {
                let query = format!("?done={words}&__path=/api/{endpoint}&__err={error}");
                let page = host.opens(&format!("{path}{query}")).await.expect(200);
                page.never_says("555-0199");
            }
        }
    }
}

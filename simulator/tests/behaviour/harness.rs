//! A simulator on a loopback port, a clock that stands still, and a client.

mod sign_in;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use simulator::{Control, Options, RedirectUris, Simulator};

pub(crate) use sign_in::{ALL_SCOPES, REDIRECT_URI, Tokens, authorize, exchange_fields};

/// When the clock starts, in Unix milliseconds.
pub(crate) const START_MS: u64 = 1_800_000_000_000;

/// A served simulator.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) url: String,
    clock: Arc<AtomicU64>,
    client: Client<HttpConnector, Body>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error} in {:?}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("readable"))
    }

    /// The query of the address that a redirect leads to.
    pub(crate) fn location_query(&self) -> HashMap<String, String> {
        let query = self.header("location").split_once('?').expect("a query").1;
        form_urlencoded::parse(query.as_bytes()).into_owned().collect()
    }

    /// The message of a Web API error.
    pub(crate) fn message(&self) -> String {
        self.json()["error"]["message"].as_str().expect("a message").to_owned()
    }
}

pub(crate) fn options(clock: &Arc<AtomicU64>) -> Options {
    let clock = clock.clone();
    Options {
        now: Arc::new(move || clock.load(Ordering::Relaxed)),
        client_id: "app".to_owned(),
        client_secret: "secret".to_owned(),
        redirect_uris: RedirectUris::Exact(vec![REDIRECT_URI.to_owned()]),
        public_url: None,
        file: None,
        controls: true,
        seed: Some(7),
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        Self::mounted(change, |simulator| simulator).await
    }

    /// A simulator whose router is part of a larger one.
    pub(crate) async fn mounted(
        change: impl FnOnce(&mut Options),
        mount: impl FnOnce(Router) -> Router,
    ) -> Self {
        let clock = Arc::new(AtomicU64::new(START_MS));
        let mut options = options(&clock);
        change(&mut options);
        let simulator = Simulator::new(options);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = mount(simulator.router());
        tokio::spawn(async { axum::serve(listener, router).await });
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { simulator, url, clock, client }
    }

    /// Lets this many milliseconds pass.
    pub(crate) fn pass(&self, ms: u64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn control(&self, control: Control) {
        self.simulator.control(None, control).expect("an account");
    }

    pub(crate) async fn try_send(&self, request: Request<Body>) -> Result<Answer, String> {
        let (parts, body) =
            self.client.request(request).await.map_err(|error| error.to_string())?.into_parts();
        let bytes = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, text })
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        self.try_send(request).await.expect("an answer")
    }

    /// A request, with a length even when there is no body.
    pub(crate) fn request(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: impl ToString,
    ) -> Request<Body> {
        let body = body.to_string();
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        if method != "GET" {
            request = request.header(header::CONTENT_LENGTH, body.len());
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        request.body(Body::from(body)).expect("a request")
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(self.request("GET", path, token, "")).await
    }

    /// A command without a body, such as `PUT pause`.
    pub(crate) async fn command(&self, command: &str, token: &str) -> Answer {
        self.command_with(command, token, "").await
    }

    pub(crate) async fn command_with(
        &self,
        command: &str,
        token: &str,
        body: impl ToString,
    ) -> Answer {
        let (method, path) = command.split_once(' ').expect("METHOD path");
        self.send(self.request(method, &format!("/v1/me/player{path}"), token, body)).await
    }

    /// What `GET /me/player` says.
    pub(crate) async fn player(&self, token: &str) -> Value {
        let answer = self.get("/v1/me/player", token).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    pub(crate) async fn form(
        &self,
        path: &str,
        basic: Option<&str>,
        fields: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::post(format!("{}{path}", self.url))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::CONTENT_LENGTH, body.len());
        if let Some(pair) = basic {
            request = request
                .header(header::AUTHORIZATION, format!("Basic {}", BASE64_STANDARD.encode(pair)));
        }
        self.send(request.body(Body::from(body)).expect("a request")).await
    }
}

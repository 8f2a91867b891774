//! Somebody with a browser.

use std::sync::{Arc, Mutex};

use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, COOKIE, HeaderMap, HeaderName, HeaderValue, LOCATION, SET_COOKIE},
    redirect::Policy,
};

use super::Events;

/// Somebody with a browser: it keeps its cookie, and follows redirects only when told to.
#[derive(Clone)]
pub(crate) struct Person {
    http: Client,
    url: String,
    cookie: Arc<Mutex<Option<String>>>,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where the answer leads to.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |to| to.to_str().expect("an address"))
    }

    /// Checks the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location(), self.body);
        self
    }

    /// Checks that people read this.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.body.contains(text), "{text:?} is not in {}", self.body);
        self
    }

    /// Checks that an element with this role says this: "alert" or "status".
    #[track_caller]
    pub(crate) fn tells(self, role: &str, text: &str) -> Self {
        let attribute = format!("role=\"{role}\"");
        let mut elements = self.body.split(&attribute).skip(1);
        let said = |element: &str| {
            let inside = element.split_once('>').unwrap_or_default().1;
            inside.split('<').next().is_some_and(|said| said.contains(text))
        };
        assert!(elements.any(said), "no {role} says {text:?} in {}", self.body);
        self
    }

    /// Checks that people do not read this.
    #[track_caller]
    pub(crate) fn never_says(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "{text:?} is in {}", self.body);
        self
    }
}

impl Person {
    pub(crate) fn new(url: &str) -> Self {
        Self::new_with(url, &[])
    }

    /// Somebody all of whose requests have these headers.
    pub(crate) fn new_with(url: &str, headers: &[(&'static str, &'static str)]) -> Self {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        #[expect(clippy::disallowed_methods, reason = "a browser of its own")]
        let http = Client::builder()
            .redirect(Policy::none())
            .default_headers(headers.collect())
            // A connection to a server that crashed since would outlive it.
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client");
        Self { http, url: url.to_owned(), cookie: Arc::default() }
    }

    /// The cookie that the browser keeps, as it is sent.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().expect("no panic").clone()
    }

    /// Gives the browser a cookie, as somebody who stole or planted one would.
    pub(crate) fn set_cookie(&self, cookie: &str) {
        *self.cookie.lock().expect("no panic") = Some(cookie.to_owned());
    }

    /// A request with the browser's cookie, to a path here or a whole address elsewhere.
    pub(crate) fn request(&self, method: Method, to: &str) -> RequestBuilder {
        let is_here = to.starts_with('/') || to.starts_with(&self.url);
        let to = if to.starts_with('/') { format!("{}{to}", self.url) } else { to.to_owned() };
        let request = self.http.request(method, to);
        match self.cookie().filter(|_| is_here) {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    /// Sends a request and keeps the cookie that comes back.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        self.keep_cookie(&response);
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await.expect("a whole body");
        Answer { status, headers, body }
    }

    pub(crate) fn keep_cookie(&self, response: &Response) {
        // Not the one that keeps a browser signed in at Spotify.
        let is_ours = |cookie: &&str| !cookie.starts_with("simulated_account=");
        let cookies = response.headers().get_all(SET_COOKIE).iter();
        let mut cookies = cookies.map(|cookie| cookie.to_str().expect("text"));
        if let Some(cookie) = cookies.find(is_ours) {
            self.set_cookie(cookie.split(';').next().expect("a pair"));
        }
    }

    /// Opens a page.
    pub(crate) async fn opens(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).header(ACCEPT, "text/html")).await
    }

    /// Opens a page, and those that it leads to.
    pub(crate) async fn follows(&self, path: &str) -> Answer {
        let mut answer = self.opens(path).await;
        while answer.status.is_redirection() {
            let to = answer.location().to_owned();
            answer = self.opens(&to).await;
        }
        answer
    }

    /// Posts a form without scripts: the answer leads to a page.
    pub(crate) async fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.request(Method::POST, path).form(fields);
        self.send(form.header(ACCEPT, "text/html").header("sec-fetch-site", "same-origin")).await
    }

    /// Posts a form without scripts and reads the page it leads to.
    pub(crate) async fn posts_and_reads(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.posts(path, fields).await.expect(302);
        let to = answer.location().to_owned();
        self.follows(&to).await
    }

    /// Calls as a script does.
    pub(crate) async fn calls(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let call = self.request(Method::POST, path).form(fields);
        self.send(call.header(ACCEPT, "application/json")).await
    }

    /// Asks for data as a script does.
    pub(crate) async fn calls_for(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).header(ACCEPT, "application/json")).await
    }

    /// Creates a room with the default settings; returns its code.
    pub(crate) async fn creates_room(&self) -> String {
        self.creates_room_with("2", "").await
    }

    /// Creates a room; returns its code.
    pub(crate) async fn creates_room_with(&self, votes: &str, guest_can_pause: &str) -> String {
        let fields = [("votes_to_skip", votes), ("guest_can_pause", guest_can_pause)];
        let answer = self.posts("/api/rooms/create", &fields).await.expect(302);
        let path = answer.location().split('?').next().expect("a path");
        path.trim_start_matches("/room/").to_owned()
    }

    /// Joins a room.
    pub(crate) async fn joins(&self, code: &str) {
        self.calls("/api/rooms/join", &[("code", code)]).await.expect(200);
    }

    /// Goes to Spotify's consent page; returns its address.
    pub(crate) async fn goes_to_spotify(&self, code: &str) -> String {
        let answer = self.posts("/api/spotify/connect", &[("code", code)]).await.expect(302);
        answer.location().to_owned()
    }

    /// Answers Spotify's consent page with "agree" or "cancel"; returns the way back.
    pub(crate) async fn decides(&self, consent: &str, decision: &str) -> String {
        let decide = self.request(Method::POST, consent).form(&[("decision", decision)]);
        let answer = self.send(decide).await.expect(303);
        answer.location().to_owned()
    }

    /// Connects a Spotify account to a room.
    pub(crate) async fn connects_spotify(&self, code: &str) -> Answer {
        let consent = self.goes_to_spotify(code).await;
        let back = self.decides(&consent, "agree").await;
        self.follows(&back).await.expect(200).says("Spotify is connected.")
    }

    /// Follows a room's events.
    pub(crate) async fn watches(&self, code: &str) -> Events {
        let request = self.request(Method::GET, &format!("/room/{code}/events"));
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200, "events of {code}");
        Events::new(response)
    }
}
